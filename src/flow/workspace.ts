/** Where a command runs: the repo, its settings, what was recorded, whose objects are ours, and which secrets are known. */
import { dirname, join } from 'node:path';
import { openRepository, type Repository } from '../git/repository.ts';
import { workingTree } from '../git/working-tree.ts';
import type { DriverRegistry } from '../drivers/driver.ts';
import type { ForeignRepo } from '../manifest/allow/foreign-repo.ts';
import { defaultSettings, type LoadedSettings, loadSettings, type Settings } from '../manifest/settings.ts';
import { InvalidManifestsError, TrueupError } from '../model/failure.ts';
import type { FileTree } from '../model/file-tree.ts';
import { hasErrors } from '../model/diagnostic.ts';
import type { NamingSealer, Vault } from '../model/secret.ts';
import { assertWritable, type StateFolder, stateFolder } from '../state/folder.ts';
import { ensureOwner, readOwners } from '../state/owners.ts';
import type { Masker } from '../state/mask.ts';
import { servedAround } from '../state/served-folder.ts';
import { openVault } from '../state/vault.ts';

export interface WorkspaceOptions {
  readonly directory: string;
  readonly drivers: DriverRegistry;
  readonly environment: NodeJS.ProcessEnv;
  /** A command that changes something may create what it needs to remember; any other leaves no trace. */
  readonly changing: boolean;
  /** What a repo that is not the operator's may declare: nothing else of it counts. Absent for the operator's own. */
  readonly foreign?: ForeignRepo;
  /** Where state and owner ids are kept, absolute, where that is not the repo: a clone is only a cache. */
  readonly keptIn?: { readonly state: string; readonly owners: string };
  /** In place of the one around the folder, where nothing of that is to be looked at. */
  readonly repository?: Repository;
  /** In place of those of the working tree, where what stands there does not count. */
  readonly settings?: LoadedSettings;
  /** Told of every secret that is resolved; absent where the workspace masks for itself alone. */
  readonly masker?: Masker;
}

export interface Workspace {
  readonly repository: Repository;
  readonly tree: FileTree;
  readonly settings: Settings;
  readonly state: StateFolder;
  readonly drivers: DriverRegistry;
  readonly environment: NodeJS.ProcessEnv;
  /** All ids are ours; a changing command writes the first. */
  readonly owners: readonly string[];
  /** The folder in which they are written down. */
  readonly ownersIn: string;
  readonly vault: Vault & NamingSealer;
  /** `null` for the operator's own repos. */
  readonly foreign: ForeignRepo | null;
}

/** The same, with the working tree as git sees it now. */
export async function lookedAtAgain(workspace: Workspace, signal: AbortSignal): Promise<Workspace> {
  const repository = await openRepository(workspace.repository.root, signal);
  return {
    ...workspace,
    repository,
    tree: workingTree(repository.root, repository.dirtyFiles, repository.untrackedFiles),
  };
}

export async function openWorkspace(options: WorkspaceOptions, signal: AbortSignal): Promise<Workspace> {
  const repository = options.repository ?? (await openRepository(options.directory, signal));
  const tree = workingTree(repository.root, repository.dirtyFiles, repository.untrackedFiles);
  const { foreign = null } = options;
  const keptIn = options.keptIn ?? (await keptBeside(repository.root, options));
  const { settings, diagnostics } =
    foreign === null
      ? (options.settings ?? (await loadSettings(tree)))
      : { settings: defaultSettings(), diagnostics: [] };
  if (hasErrors(diagnostics)) throw new InvalidManifestsError(diagnostics);
  const state = stateFolder(repository.root, keptIn?.state ?? settings.folders.state);
  if (options.changing) await assertWritable(state);
  const ownersIn = keptIn?.owners ?? repository.gitDir;
  return {
    repository,
    tree,
    settings: keptIn === undefined ? settings : withReports(settings, join(dirname(keptIn.state), 'reports')),
    state,
    drivers: options.drivers,
    environment: options.environment,
    owners: options.changing ? await ensureOwner(ownersIn) : await readOwners(ownersIn),
    ownersIn,
    vault: await openVault({
      persist: options.changing,
      ...(options.masker === undefined ? {} : { masker: options.masker }),
    }),
    foreign,
  };
}

/** In a clone of ours the folder of reports could be a link that its author made. */
function withReports(settings: Settings, reports: string): Settings {
  return { ...settings, folders: { ...settings.folders, reports } };
}

/** A clone that is served by URL is the same to who works in it by hand; one of somebody else's repo is not for that. */
async function keptBeside(root: string, options: WorkspaceOptions): Promise<WorkspaceOptions['keptIn']> {
  const around = await servedAround(root, options.environment);
  if (around === null) return undefined;
  if (around.isForeign && options.foreign === undefined) {
    throw new TrueupError('usage', `${root} is a clone of a repo that is somebody else's`, {
      fields: { path: root },
      next: 'ask the `trueup serve` that serves it: only there its policy holds',
    });
  }
  return around;
}
