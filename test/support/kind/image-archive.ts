/** A container image of one layer as an archive, such as engines save and load. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** As the configuration of an image has them. */
export interface ImageConfig {
  readonly Entrypoint?: readonly string[];
  readonly Env?: readonly string[];
  readonly StopSignal?: string;
}

export interface ImageParts {
  readonly reference: string;
  readonly root: string;
  readonly config: ImageConfig;
}

/** The same folder gives the same image. The archive is there whole, or not at all. */
export async function writeImageArchive(archive: string, { reference, root, config }: ImageParts): Promise<void> {
  const work = await mkdtemp(join(dirname(archive), 'image-'));
  try {
    // Its own mode becomes that of the root folder.
    await chmod(root, 0o755);
    const layer = join(work, 'layer.tar');
    const steady = ['--sort=name', '--mtime=@0', '--numeric-owner'];
    await run('tar', ['-C', root, ...steady, '-cf', layer, '.']);
    const hash = createHash('sha256');
    await pipeline(createReadStream(layer), hash);
    const architecture = process.arch === 'arm64' ? 'arm64' : 'amd64';
    const rootfs = { type: 'layers', diff_ids: [`sha256:${hash.digest('hex')}`] };
    await writeFile(join(work, 'config.json'), JSON.stringify({ architecture, os: 'linux', config, rootfs }));
    const manifest = [{ Config: 'config.json', RepoTags: [reference], Layers: ['layer.tar'] }];
    await writeFile(join(work, 'manifest.json'), JSON.stringify(manifest));
    await run('tar', ['-C', work, '-cf', join(work, 'image.tar'), 'manifest.json', 'config.json', 'layer.tar']);
    await rename(join(work, 'image.tar'), archive);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
