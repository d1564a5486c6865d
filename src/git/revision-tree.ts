/**
 * The files of one commit, read from git's objects: no checkout, nothing written, and nothing that git does not track.
 * Folders are read when they are asked for, so that the size of the repo does not matter. Symbolic links are followed
 * inside the commit; what leads out of it is an error, and so is what git holds only a reference to.
 */
import { TrueupError } from '../model/failure.ts';
import type { FileTree } from '../model/file-tree.ts';
import { compareText, type JsonObject } from '../model/json.ts';
import { formatSize } from '../model/quantity.ts';
import { ObjectReader } from './object-reader.ts';
import { isOutside } from './path-set.ts';
import { parseTree, type TreeEntry } from './tree-object.ts';

export interface RevisionTree extends FileTree, AsyncDisposable {
  /** Full hash. */
  readonly commit: string;
}

/**
 * `commit` is a full hash that the repo has; see `resolveCommit`. Disposing of it ends its git process. `maxBytes`: of one
 * file, or of the list of one folder.
 */
export function revisionTree(root: string, commit: string, signal: AbortSignal, maxBytes?: number): RevisionTree {
  return new CommitTree(root, commit, signal, maxBytes);
}

/** As the kernel does. */
const MAX_LINKS = 40;

/** Why a path is unreadable, in `fields.reason`. */
export const IN_SUBMODULE = 'in_submodule';

const LFS_POINTER = 'version https://git-lfs.github.com/spec/';

class CommitTree implements RevisionTree {
  readonly commit: string;
  readonly #reader: ObjectReader;
  readonly #folders = new Map<string, Promise<ReadonlyMap<string, TreeEntry>>>();

  constructor(root: string, commit: string, signal: AbortSignal, maxBytes?: number) {
    this.commit = commit;
    this.#reader = new ObjectReader(root, signal, maxBytes);
  }

  async list(folder: string): Promise<readonly string[] | null> {
    const found = await this.#find(folder);
    if (found?.kind === 'submodule') throw this.#inSubmodule(folder);
    if (found?.kind !== 'folder') return null;
    const entries = [...(await this.#folder(found.id, folder)).values()];
    const names = entries.map(async ({ name, kind }) => {
      const isFolder = kind === 'folder' || kind === 'submodule';
      return isFolder || (kind === 'link' && (await this.#leadsToFolder(`${folder}/${name}`))) ? `${name}/` : name;
    });
    return (await Promise.all(names)).sort(compareText);
  }

  async read(file: string): Promise<Uint8Array | null> {
    const found = await this.#find(file);
    if (found?.kind === 'submodule') throw this.#inSubmodule(file);
    if (found?.kind !== 'file') return null;
    const content = await this.#content(found.id, file);
    if (content.toString('latin1', 0, LFS_POINTER.length) !== LFS_POINTER) return content;
    const next = 'keep manifests out of Git LFS';
    throw this.#unreadable(file, 'Git LFS keeps its content, and git only a pointer to it', next);
  }

  /** Whatever is read from here is what the commit holds. */
  isCommitted(file: string): boolean {
    return !isOutside(file);
  }

  /** The id of its tree. What leads elsewhere by a link may change while the link stays. */
  async fingerprint(folder: string): Promise<string | null> {
    let here: TreeEntry = { name: '', kind: 'folder', id: `${this.commit}^{tree}` };
    for (const name of folder.split('/')) {
      const found = (await this.#folder(here.id, folder)).get(name);
      if (found?.kind !== 'folder') return null;
      here = found;
    }
    const isPlain = [...(await this.#folder(here.id, folder)).values()].every(({ kind }) => kind !== 'link');
    return isPlain ? here.id : null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#reader[Symbol.asyncDispose]();
  }

  /**
   * What a path leads to, links followed; `null` where there is nothing. Goes as the kernel goes: `..` behind a link is
   * the folder around what the link leads to.
   */
  async #find(path: string): Promise<TreeEntry | null> {
    const passed: TreeEntry[] = [{ name: '', kind: 'folder', id: `${this.commit}^{tree}` }];
    const left = path.split('/');
    let links = 0;
    for (let name = left.shift(); name !== undefined; name = left.shift()) {
      const here = passed.at(-1);
      if (name === '' || name === '.') continue;
      if (name === '..') {
        passed.pop();
        if (passed.length === 0) throw this.#leadsOut(path);
        continue;
      }
      if (here?.kind === 'submodule') throw this.#inSubmodule(path);
      const found = here?.kind === 'folder' ? (await this.#folder(here.id, path)).get(name) : undefined;
      if (found === undefined) return null;
      if (found.kind !== 'link') {
        passed.push(found);
        continue;
      }
      links += 1;
      if (links > MAX_LINKS) throw this.#unreadable(path, 'its symbolic links lead in a circle', 'correct the links');
      const target = (await this.#content(found.id, path)).toString('utf8');
      if (target.startsWith('/')) throw this.#leadsOut(path);
      left.unshift(...target.split('/'));
    }
    return passed.at(-1) ?? null;
  }

  async #leadsToFolder(path: string): Promise<boolean> {
    const found = await this.#find(path).catch(() => null);
    return found?.kind === 'folder' || found?.kind === 'submodule';
  }

  #folder(id: string, path: string): Promise<ReadonlyMap<string, TreeEntry>> {
    let folder = this.#folders.get(id);
    if (folder === undefined) {
      folder = this.#content(id, path).then((content) => parseTree(content, this.commit.length / 2));
      this.#folders.set(id, folder);
    }
    return folder;
  }

  async #content(id: string, path: string): Promise<Buffer> {
    const object = await this.#reader.read(id).catch((error: unknown) => {
      // Who asks knows it by its path.
      const size = error instanceof TrueupError ? error.fields['size'] : undefined;
      if (!(error instanceof TrueupError) || typeof size !== 'number') throw error;
      throw this.#unreadable(path, `it is too large, with ${formatSize(size)}`, error.next ?? '');
    });
    if (object !== null) return object.content;
    const next = 'the clone is partial or damaged: fetch the commit whole, or look at it with `git fsck`';
    throw this.#unreadable(path, `git does not have its object ${id}`, next);
  }

  #leadsOut(path: string): TrueupError {
    const next = 'a revision has only what git tracks: link to something in the repo';
    return this.#unreadable(path, 'a symbolic link on the way leads out of the repo', next);
  }

  #inSubmodule(path: string): TrueupError {
    const next = 'keep manifests in the repo itself: git does not hold what is in a submodule';
    return this.#unreadable(path, 'it is, or is in, a submodule', next, { reason: IN_SUBMODULE });
  }

  #unreadable(path: string, reason: string, next: string, more: JsonObject = {}): TrueupError {
    const message = `${path} cannot be read at ${this.commit.slice(0, 12)}: ${reason}`;
    return new TrueupError('file_unreadable', message, { fields: { path, commit: this.commit, ...more }, next });
  }
}
