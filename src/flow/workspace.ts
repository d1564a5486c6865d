/** Where a command runs: the repo, its settings, what was recorded, whose objects are ours, and which secrets are known. */
import { openRepository, type Repository } from '../git/repository.ts';
import { workingTree } from '../git/working-tree.ts';
import type { DriverRegistry } from '../drivers/driver.ts';
import { loadSettings, type Settings } from '../manifest/settings.ts';
import { InvalidManifestsError } from '../model/failure.ts';
import type { FileTree } from '../model/file-tree.ts';
import { hasErrors } from '../model/diagnostic.ts';
import type { Sealer, Vault } from '../model/secret.ts';
import { assertWritable, type StateFolder, stateFolder } from '../state/folder.ts';
import { ensureOwner, readOwners } from '../state/owners.ts';
import { openVault } from '../state/vault.ts';

export interface WorkspaceOptions {
  readonly directory: string;
  readonly drivers: DriverRegistry;
  readonly environment: NodeJS.ProcessEnv;
  /** A command that changes something may create what it needs to remember; any other leaves no trace. */
  readonly changing: boolean;
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
  readonly vault: Vault & Sealer;
}

export async function openWorkspace(options: WorkspaceOptions, signal: AbortSignal): Promise<Workspace> {
  const repository = await openRepository(options.directory, signal);
  const tree = workingTree(repository.root, repository.dirtyFiles);
  const { settings, diagnostics } = await loadSettings(tree);
  if (hasErrors(diagnostics)) throw new InvalidManifestsError(diagnostics);
  const state = stateFolder(repository.root, settings.folders.state);
  if (options.changing) await assertWritable(state);
  const { gitDir } = repository;
  return {
    repository,
    tree,
    settings,
    state,
    drivers: options.drivers,
    environment: options.environment,
    owners: options.changing ? await ensureOwner(gitDir) : await readOwners(gitDir),
    vault: await openVault({ persist: options.changing }),
  };
}
