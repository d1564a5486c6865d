/** Loads manifests from memory: files by path, and what a test wants to say otherwise. */
import { type LoadRequest, loadEnvironments, type LoadResult } from '../../../src/manifest/load.ts';
import type { LoadedEnvironment } from '../../../src/manifest/environment.ts';
import type { Diagnostic } from '../../../src/model/diagnostic.ts';
import type { FileTree } from '../../../src/model/file-tree.ts';
import { formatSource } from '../../../src/model/source.ts';

const ROOT = '/repo-that-is-nowhere';

export type Files = Readonly<Record<string, string | Uint8Array>>;

export function memoryTree(files: Files, committed: (file: string) => boolean = () => true): FileTree {
  return {
    async list(folder) {
      const prefix = folder === '' ? '' : `${folder}/`;
      const names = new Set<string>();
      for (const path of Object.keys(files)) {
        if (!path.startsWith(prefix)) continue;
        const [name = '', ...rest] = path.slice(prefix.length).split('/');
        names.add(rest.length > 0 ? `${name}/` : name);
      }
      return names.size === 0 ? null : [...names].sort();
    },
    async read(file) {
      const content = Object.hasOwn(files, file) ? files[file] : undefined;
      return content === undefined ? null : typeof content === 'string' ? new TextEncoder().encode(content) : content;
    },
    isCommitted: committed,
  };
}

export async function load(files: Files, options: Partial<LoadRequest> = {}): Promise<LoadResult> {
  const request: LoadRequest = {
    root: ROOT,
    tree: memoryTree(files),
    folder: 'environments',
    revision: { commit: null, dirty: false },
    variables: {},
    processEnvironment: {},
    profiles: [],
    sealer: null,
    today: '2026-06-15',
    ...options,
  };
  return loadEnvironments(request, new AbortController().signal);
}

/** One environment called `local`, from the text of its one file. */
export async function loadText(text: string, options: Partial<LoadRequest> = {}): Promise<LoadResult> {
  return load({ 'environments/local/main.yaml': text }, options);
}

/** The only environment; fails with its diagnostics when there is none. */
export async function loadOne(text: string, options: Partial<LoadRequest> = {}): Promise<LoadedEnvironment> {
  const result = await loadText(text, options);
  const [environment] = result.environments;
  if (environment === undefined) throw new Error(`not valid:\n${described(result.diagnostics).join('\n')}`);
  return environment;
}

/** `file:line:column severity code: summary (detail)`, without the folder of the environments. */
export function described(diagnostics: readonly Diagnostic[]): readonly string[] {
  return diagnostics.map(({ source, severity, code, summary, detail }) => {
    const place = source === null ? '-' : formatSource(source).replace(/^environments\//, '');
    return `${place} ${severity} ${code}: ${summary}${detail === null ? '' : ` (${detail})`}`;
  });
}
