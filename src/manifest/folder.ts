/** One folder of manifests: its files, parsed and joined. Each file is read and parsed once, whoever extends it. */
import { type Diagnostic, errorAt, warningAt } from '../model/diagnostic.ts';
import { TrueupError } from '../model/failure.ts';
import type { FileTree } from '../model/file-tree.ts';
import type { JsonObject } from '../model/json.ts';
import type { SourceRange } from '../model/source.ts';
import type { FolderCache } from './folder-cache.ts';
import { joinLayers } from './join.ts';
import type { Layer } from './layers.ts';
import { parseFile, type ParsedFile } from './parse.ts';

export interface Folder {
  /** Relative to the root of the repo. */
  readonly path: string;
  /** In the order of their names. */
  readonly layers: readonly Layer[];
  readonly root: JsonObject;
  readonly diagnostics: readonly Diagnostic[];
  /** False when a file could not be used, so that something may be missing. */
  readonly isWhole: boolean;
  readonly files: readonly string[];
}

export interface FoldersOptions {
  /** Of what was the same at another revision; absent where nothing is kept. */
  readonly cache?: FolderCache<Folder> | null;
  /** Absent: every file is parsed. */
  readonly parse?: (file: string, bytes: Uint8Array) => ParsedFile;
}

/** Reads folders, each once. */
export class Folders {
  readonly #tree: FileTree;
  readonly #cache: FolderCache<Folder> | null;
  readonly #parse: (file: string, bytes: Uint8Array) => ParsedFile;
  readonly #folders = new Map<string, Promise<Folder | null>>();

  constructor(tree: FileTree, { cache = null, parse = parseFile }: FoldersOptions = {}) {
    this.#tree = tree;
    this.#cache = cache;
    this.#parse = parse;
  }

  /** `null` when there is no such folder, or no manifest in it. */
  open(path: string): Promise<Folder | null> {
    const known = this.#folders.get(path);
    if (known !== undefined) return known;
    const opening = this.#openKept(path);
    this.#folders.set(path, opening);
    return opening;
  }

  /** What has mistakes is read anew: whoever shows them shows its lines. */
  async #openKept(path: string): Promise<Folder | null> {
    const fingerprint = this.#cache === null ? null : ((await this.#tree.fingerprint?.(path)) ?? null);
    if (this.#cache === null || fingerprint === null) return this.#open(path);
    const known = this.#cache.get(path, fingerprint);
    if (known !== null) return known;
    const opened = await this.#open(path);
    if (opened !== null && opened.diagnostics.length === 0) this.#cache.put(path, fingerprint, opened);
    return opened;
  }

  async #open(path: string): Promise<Folder | null> {
    let names: readonly string[] | null;
    try {
      names = await this.#tree.list(path);
    } catch (error) {
      return unreadable(path, [unreadableAt(path, error)]);
    }
    const files = (names ?? []).filter((name) => name.endsWith('.yaml')).map((name) => `${path}/${name}`);
    const diagnostics: Diagnostic[] = (names ?? [])
      .filter((name) => name.endsWith('.yml'))
      .map((name) => notRead(`${path}/${name}`));
    if (files.length === 0) return diagnostics.length === 0 ? null : unreadable(path, diagnostics);
    const layers: Layer[] = [];
    let isWhole = true;
    for (const file of files) {
      const bytes = await this.#tree.read(file).catch((error: unknown) => unreadableAt(file, error));
      if (bytes === null) continue;
      const parsed = bytes instanceof Uint8Array ? this.#parse(file, bytes) : null;
      for (const diagnostic of parsed?.diagnostics ?? []) diagnostics.push(diagnostic);
      if (!(bytes instanceof Uint8Array)) diagnostics.push(bytes);
      if (parsed === null || parsed.root === null) isWhole = false;
      else layers.push({ file: parsed.file, root: parsed.root });
    }
    const joined = joinLayers(layers);
    return { path, layers, root: joined.root, diagnostics: [...diagnostics, ...joined.diagnostics], isWhole, files };
  }
}

export function startOf(file: string): SourceRange {
  return { file, start: { line: 1, column: 1 }, end: { line: 1, column: 1 } };
}

function unreadable(path: string, diagnostics: readonly Diagnostic[]): Folder {
  return { path, layers: [], root: {}, diagnostics, isWhole: false, files: [] };
}

function unreadableAt(path: string, error: unknown): Diagnostic {
  const reason = error instanceof TrueupError || error instanceof Error ? error.message : String(error);
  // What says it in full is not said twice.
  const isWhole = error instanceof TrueupError && reason.startsWith(`${path} `);
  return isWhole
    ? errorAt('invalid_path', startOf(path), reason, error.next)
    : errorAt('invalid_path', startOf(path), `${path} cannot be read`, reason);
}

function notRead(file: string): Diagnostic {
  return warningAt('invalid_path', startOf(file), 'the file is not read', 'manifests end in .yaml: rename it');
}
