/**
 * Two revisions side by side: what each declares, with secrets told apart by how they are declared, and nothing of the
 * machine in it but what lies outside of the repo. The second may be the working tree.
 */
import { FolderCache } from '../manifest/folder-cache.ts';
import type { Folder } from '../manifest/folder.ts';
import type { LoadedEnvironment } from '../manifest/environment.ts';
import type { Revision } from '../model/desired.ts';
import { type Diagnostic, hasErrors } from '../model/diagnostic.ts';
import { declaredNames } from './declared-names.ts';
import { loadDesired, type LoadOptions } from './load.ts';
import { loadPinned } from './pinned-load.ts';
import { ANY_ROOT, relocated } from './relocated.ts';
import type { Workspace } from './workspace.ts';

export interface DeclaredSide {
  readonly revision: Revision;
  /** By name; without those that have mistakes. */
  readonly environments: ReadonlyMap<string, LoadedEnvironment>;
  /** Declared, and left out for their mistakes; sorted. */
  readonly invalid: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
  /** Texts of the files of a commit; `null` for the working tree, whose files are there. */
  readonly texts: ReadonlyMap<string, string> | null;
  /** What the revision does not decide of an environment, each in a few words, sorted. */
  unpinned(environment: LoadedEnvironment): readonly string[];
}

export interface DeclaredSides {
  readonly before: DeclaredSide;
  readonly after: DeclaredSide;
}

/** `before` and `after` are full hashes; `null` stands for the working tree. */
export async function declaredSides(
  workspace: Workspace,
  { before, after }: { readonly before: string; readonly after: string | null },
  inputs: Omit<LoadOptions, 'at' | 'parse' | 'secrets' | 'nameDeclared'>,
  signal: AbortSignal,
): Promise<DeclaredSides> {
  const nameDeclared = declaredNames();
  const options: LoadOptions = { ...inputs, secrets: 'leave', nameDeclared };
  const cache = new FolderCache<Folder>();
  const first = await committed(workspace, before, options, signal, cache);
  const second =
    after === null
      ? await inWorkingTree(workspace, options, signal)
      : await committed(workspace, after, options, signal, cache);
  const texts = second.texts === null ? null : new Map([...(first.texts ?? []), ...second.texts]);
  return { before: first, after: { ...second, texts } };
}

async function committed(
  workspace: Workspace,
  commit: string,
  options: LoadOptions,
  signal: AbortSignal,
  cache: FolderCache<Folder>,
): Promise<DeclaredSide> {
  const { result, texts, unpinned } = await loadPinned(workspace, commit, options, signal, cache);
  const revision = { commit, dirty: false };
  return { ...sideOf(result, workspace, revision), texts, unpinned };
}

async function inWorkingTree(workspace: Workspace, options: LoadOptions, signal: AbortSignal): Promise<DeclaredSide> {
  const result = await loadDesired(workspace, options, signal);
  return { ...sideOf(result, workspace, workspace.repository.revision), texts: null, unpinned: () => [] };
}

function sideOf(
  { environments, found, diagnostics }: Awaited<ReturnType<typeof loadDesired>>,
  { repository: { root } }: Workspace,
  revision: Revision,
): Omit<DeclaredSide, 'texts' | 'unpinned'> {
  const valid = new Map(
    environments.map((environment) => [environment.name, inAnyCheckout(environment, root)] as const),
  );
  const names = found.filter(({ abstract }) => !abstract).map(({ name }) => name);
  const invalid = hasErrors(diagnostics) ? names.filter((name) => !valid.has(name)) : [];
  return { revision, environments: valid, invalid: invalid.toSorted(), diagnostics };
}

/** Without the root, and with nothing that counts as the world's: git is all that there is to move anything. */
function inAnyCheckout(environment: LoadedEnvironment, root: string): LoadedEnvironment {
  const { resources } = relocated(environment, root, ANY_ROOT);
  const plain = [...resources].map(([address, resource]) => [address, { ...resource, untracked: [] }] as const);
  return { ...environment, resources: new Map(plain) };
}
