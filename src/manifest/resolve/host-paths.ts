/**
 * Paths on the host that services mount: whether they exist, and the digest of the files whose content counts. They are
 * noted while resolving, looked at together, and each only once.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import type { FileTree } from '../../model/file-tree.ts';

export interface HostPath {
  readonly exists: boolean;
  readonly isFile: boolean;
  /** `sha256:<hex>` of a regular file that was asked for with its content. */
  readonly digest: string | null;
  /** Whether git holds exactly this content at the revision. */
  readonly isCommitted: boolean;
  /** Whether git has the file at all. */
  readonly isTracked: boolean;
  /** Relative to the root of the repo; `null` outside. */
  readonly file: string | null;
  /** Differs for another file or folder of the same name on this machine; `null` where there is none. */
  readonly place: string | null;
}

interface Request {
  readonly path: string;
  readonly withContent: boolean;
  readonly use: (found: HostPath) => void;
}

const CONCURRENCY = 16;

export class HostPaths {
  readonly #root: string;
  readonly #tree: FileTree;
  readonly #requests: Request[] = [];
  readonly #known: Map<string, Promise<HostPath>>;
  readonly #files = new Set<string>();
  readonly #isAlone: boolean;

  /**
   * `known` may be shared by environments of the same tree. `isAlone`: in the repo nothing but the tree counts, and the disk
   * is looked at for what lies outside.
   */
  constructor(
    root: string,
    tree: FileTree,
    known: Map<string, Promise<HostPath>>,
    { isAlone = false }: { readonly isAlone?: boolean } = {},
  ) {
    this.#root = root;
    this.#tree = tree;
    this.#known = known;
    this.#isAlone = isAlone;
  }

  /** Files of the repo whose content was asked for, relative to the root. */
  get files(): readonly string[] {
    return [...this.#files];
  }

  /** Notes a path; `use` is called once it has been looked at. */
  ask(path: string, withContent: boolean, use: (found: HostPath) => void): void {
    this.#requests.push({ path, withContent, use });
  }

  async lookAll(signal: AbortSignal): Promise<void> {
    const queue = this.#requests.splice(0);
    const lookNext = async (): Promise<void> => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        signal.throwIfAborted();
        const found = await this.#look(next, signal);
        if (found.file !== null && found.digest !== null) this.#files.add(found.file);
        next.use(found);
      }
    };
    await Promise.all(Array.from({ length: Math.min(CONCURRENCY, queue.length) }, lookNext));
  }

  #look({ path, withContent }: Request, signal: AbortSignal): Promise<HostPath> {
    const id = `${withContent}:${path}`;
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const looking = this.#lookAt(path, withContent, signal);
    this.#known.set(id, looking);
    return looking;
  }

  /** A file of the repo is what the tree says it is; anything else is what the disk says. */
  async #lookAt(path: string, withContent: boolean, signal: AbortSignal): Promise<HostPath> {
    const file = this.#fileOf(path);
    if (this.#isAlone && (file !== null || path === this.#root)) return this.#lookInTree(file ?? '', withContent);
    const onDisk = await stat(path).catch(() => null);
    const isCommitted = file !== null && this.#tree.isCommitted(file);
    const isTracked = this.#isTracked(file);
    const place = onDisk === null ? null : placeOf(onDisk);
    const isFolder = onDisk?.isDirectory() ?? (file !== null && (await listed(this.#tree, file)));
    if (isFolder) return { exists: true, isFile: false, digest: null, isCommitted, isTracked, file, place };
    const bytes = file !== null && (withContent || onDisk === null) ? await content(this.#tree, file) : null;
    if (bytes !== null) {
      const digest = withContent ? `sha256:${createHash('sha256').update(bytes).digest('hex')}` : null;
      return { exists: true, isFile: true, digest, isCommitted, isTracked, file, place };
    }
    const isFile = onDisk?.isFile() ?? false;
    const digest = isFile && withContent ? await digestOf(path, signal) : null;
    const isHeld = isCommitted && onDisk === null;
    return { exists: onDisk !== null, isFile, digest, isCommitted: isHeld, isTracked, file, place };
  }

  #isTracked(file: string | null): boolean {
    return file !== null && (this.#tree.isTracked?.(file) ?? true);
  }

  async #lookInTree(file: string, withContent: boolean): Promise<HostPath> {
    const bytes = await content(this.#tree, file);
    const exists = bytes !== null || (await listed(this.#tree, file));
    const digest = bytes !== null && withContent ? `sha256:${createHash('sha256').update(bytes).digest('hex')}` : null;
    const isCommitted = exists && this.#tree.isCommitted(file);
    return { exists, isFile: bytes !== null, digest, isCommitted, isTracked: this.#isTracked(file), file, place: null };
  }

  #fileOf(path: string): string | null {
    const file = relative(this.#root, path).split(sep).join('/');
    return file === '' || file === '..' || file.startsWith('../') ? null : file;
  }
}

/** Which file or folder it is, on this machine. */
export function placeOf({ dev, ino }: { readonly dev: number; readonly ino: number }): string {
  return `${dev}:${ino}`;
}

async function listed(tree: FileTree, folder: string): Promise<boolean> {
  return (await tree.list(folder).catch(() => null)) !== null;
}

async function content(tree: FileTree, file: string): Promise<Uint8Array | null> {
  return tree.read(file).catch(() => null);
}

/** `null` for a file that cannot be read: its content then does not count. */
async function digestOf(path: string, signal: AbortSignal): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path, { signal })) hash.update(chunk as Uint8Array);
    return `sha256:${hash.digest('hex')}`;
  } catch {
    signal.throwIfAborted();
    return null;
  }
}
