/**
 * Reads what a repo declares at one commit, with the settings that count there. Settings with mistakes keep nobody from what
 * manifests declare as long as valid ones are known.
 */
import type { DriverRegistry } from '../../drivers/driver.ts';
import { type OpenedRevision, openRevision } from '../../flow/at-revision.ts';
import { openWorkspace, type WorkspaceOptions } from '../../flow/workspace.ts';
import type { Folder } from '../../manifest/folder.ts';
import type { FolderCache } from '../../manifest/folder-cache.ts';
import { type LoadedSettings, loadSettings } from '../../manifest/settings.ts';
import { hasErrors } from '../../model/diagnostic.ts';
import type { Masker } from '../../state/mask.ts';
import { CommitDeclaration, type DeclaredInputs } from './commit-declaration.ts';
import { earlierSettings } from './earlier-settings.ts';
import type { ValidSettings } from './valid-settings.ts';

/** What a source is given to read with, whichever it is. */
export interface ReadingOptions {
  readonly drivers: DriverRegistry;
  readonly environment: NodeJS.ProcessEnv;
  readonly inputs: DeclaredInputs;
  /** Whether what is needed to remember may be made. */
  readonly changing: boolean;
  /** Told of every secret that is resolved. */
  readonly masker?: Masker;
}

export interface CommitReading extends Pick<WorkspaceOptions, 'foreign' | 'keptIn'> {
  readonly root: string;
  readonly options: ReadingOptions;
  /** Those of this repo so far. */
  readonly settings: ValidSettings;
  /** Which are to count; absent for those of the commit. */
  readonly found?: () => Promise<LoadedSettings>;
  /** Of manifests that were the same at another commit. */
  readonly cache?: FolderCache<Folder>;
  /** Throws `signature_refused` for another commit that does not count; absent where signatures do not matter. */
  readonly verifies?: (commit: string, signal: AbortSignal) => Promise<void>;
}

/** The caller disposes of it. */
export async function readCommit(
  commit: string,
  reading: CommitReading,
  signal: AbortSignal,
): Promise<CommitDeclaration> {
  const { root, cache, verifies, foreign, keptIn } = reading;
  const { drivers, environment, changing, inputs, masker } = reading.options;
  cache?.turn();
  const opened = openRevision({ repository: { root }, foreign: foreign ?? null }, commit, signal, cache ?? null);
  opened.catch(() => undefined);
  try {
    const given = { directory: root, drivers, environment, changing };
    const workspace = await openWorkspace(
      {
        ...given,
        ...(masker === undefined ? {} : { masker }),
        ...(keptIn === undefined ? {} : { keptIn }),
        // Somebody else's have no say.
        ...(foreign === undefined ? { settings: await countingSettings(reading, opened, signal) } : { foreign }),
      },
      signal,
    );
    const more = { ...(cache === undefined ? {} : { cache }), ...(verifies === undefined ? {} : { verifies }) };
    return new CommitDeclaration({ workspace, commit, inputs, signal, opened, ...more });
  } catch (error) {
    await opened.then((revision) => revision[Symbol.asyncDispose]()).catch(() => undefined);
    throw error;
  }
}

async function countingSettings(
  { root, settings, found }: Pick<CommitReading, 'root' | 'settings' | 'found'>,
  opened: Promise<OpenedRevision>,
  signal: AbortSignal,
): Promise<LoadedSettings> {
  const committed = async (): Promise<LoadedSettings> => loadSettings((await opened).tree);
  return settings.of(await (found ?? committed)(), async () => {
    const own = await committed();
    return hasErrors(own.diagnostics) ? ((await earlierSettings(root, (await opened).commit, signal)) ?? own) : own;
  });
}
