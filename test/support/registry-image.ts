/** The smallest images that engines take: a layer with a file or two, a configuration, and a manifest. */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';

export interface ImageParts {
  /** Files of the only layer, by path; a number of bytes stands for that much that cannot be compressed. */
  readonly files?: Readonly<Record<string, string | Buffer | number>>;
  readonly command?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  /** `linux/amd64`. With several, the image is an index of one manifest each. */
  readonly platforms?: readonly string[];
}

export interface Blob {
  readonly type: string;
  readonly digest: string;
  readonly content: Buffer;
}

export interface RegistryImage {
  /** What the tag points to. */
  readonly top: Blob;
  readonly manifests: readonly Blob[];
  readonly blobs: readonly Blob[];
}

const TYPE = {
  manifest: 'application/vnd.docker.distribution.manifest.v2+json',
  list: 'application/vnd.docker.distribution.manifest.list.v2+json',
  config: 'application/vnd.docker.container.image.v1+json',
  layer: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
} as const;

/** As Node names them, and as images do. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64' };
const OWN_PLATFORM = `linux/${ARCHITECTURES[process.arch] ?? process.arch}`;

export function imageOf(parts: ImageParts): RegistryImage {
  const { platforms = [] } = parts;
  const single = (platforms.length === 0 ? [OWN_PLATFORM] : platforms).map((platform) => singleImage(parts, platform));
  const manifests = single.map(({ manifest }) => manifest);
  const [first] = manifests;
  const top = platforms.length > 1 || first === undefined ? listOf(manifests, platforms) : first;
  return { top, manifests: [top, ...manifests], blobs: single.flatMap(({ blobs }) => blobs) };
}

function singleImage(
  { files = { 'etc/hello': 'hello\n' }, command = ['/hello'], labels = {} }: ImageParts,
  platform: string,
): { readonly manifest: Blob; readonly blobs: readonly Blob[] } {
  const [os, architecture] = platform.split('/');
  const tar = tarOf(files);
  const layer = blob(TYPE.layer, gzipSync(tar, { level: 1 }));
  const config = jsonBlob(TYPE.config, {
    os,
    architecture,
    config: { Cmd: command, Labels: labels, Env: ['PATH=/usr/bin:/bin'] },
    rootfs: { type: 'layers', diff_ids: [digestOf(tar)] },
    history: [{ created_by: 'test' }],
  });
  const part = ({ type, digest, content }: Blob): object => ({ mediaType: type, digest, size: content.length });
  const manifest = jsonBlob(TYPE.manifest, {
    schemaVersion: 2,
    mediaType: TYPE.manifest,
    config: part(config),
    layers: [part(layer)],
  });
  return { manifest, blobs: [layer, config] };
}

function listOf(manifests: readonly Blob[], platforms: readonly string[]): Blob {
  return jsonBlob(TYPE.list, {
    schemaVersion: 2,
    mediaType: TYPE.list,
    manifests: manifests.map(({ type, digest, content }, index) => {
      const [os, architecture] = platforms[index]?.split('/') ?? [];
      return { mediaType: type, digest, size: content.length, platform: { os, architecture } };
    }),
  });
}

/** The digest of a blob, as registries name it. */
export function digestOf(content: Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

function blob(type: string, content: Buffer): Blob {
  return { type, digest: digestOf(content), content };
}

function jsonBlob(type: string, document: object): Blob {
  return blob(type, Buffer.from(JSON.stringify(document)));
}

const BLOCK = 512;

/** A tar of plain files, each of which may be executed. */
function tarOf(files: Readonly<Record<string, string | Buffer | number>>): Buffer {
  const entries = Object.entries(files).flatMap(([path, given]) => {
    const content = typeof given === 'number' ? noise(given) : Buffer.from(given);
    const padding = Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK);
    return [tarHeader(path, content.length), content, padding];
  });
  return Buffer.concat([...entries, Buffer.alloc(2 * BLOCK)]);
}

function tarHeader(path: string, size: number): Buffer {
  const header = Buffer.alloc(BLOCK);
  const octal = (value: number, digits: number): string => `${value.toString(8).padStart(digits, '0')}\0`;
  header.write(path, 0);
  header.write(octal(0o755, 7), 100);
  header.write(octal(0, 7), 108);
  header.write(octal(0, 7), 116);
  header.write(octal(size, 11), 124);
  header.write(octal(0, 11), 136);
  header.write(' '.repeat(8), 148);
  header.write('0', 156);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

/** The same bytes each time, and no pattern that a compressor would find. */
function noise(size: number): Buffer {
  const blocks: Buffer[] = [];
  for (let length = 0, index = 0; length < size; length += 64, index += 1) {
    blocks.push(createHash('sha512').update(`noise ${index}`).digest());
  }
  return Buffer.concat(blocks).subarray(0, size);
}
