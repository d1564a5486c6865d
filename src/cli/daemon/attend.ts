/** Who is told of what a daemon serves, and what it does at certain times: by the settings that count for each source. */
import { dirname, join } from 'node:path';
import { builtInDrivers } from '../../drivers/registry.ts';
import { openWorkspace } from '../../flow/workspace.ts';
import { openRepository } from '../../git/repository.ts';
import { type Attendance, type AttendanceOptions, startAttendance } from '../../serve/attendance.ts';
import { type AttendantOptions, startAttendants } from '../../serve/attendants.ts';
import type { LocalSource } from '../../serve/sources/local-source.ts';
import type { RemoteSource } from '../../serve/sources/remote-source.ts';
import { type MistakeListener, SettingsMistakes } from '../../serve/sources/settings-mistakes.ts';
import type { Declaration } from '../../serve/sources/source.ts';
import type { OperatorSettings } from '../operator-settings.ts';
import { trueupVersion } from '../version.ts';
import { settingsAtStart } from './daemon-settings.ts';

export interface Attended extends AsyncDisposable {
  /** What is declared was read anew. Never rejects. */
  read(declaration: Declaration): Promise<void>;
}

export type Attending = Pick<AttendantOptions, 'served' | 'clock' | 'mask' | 'log'>;

/** For a repo of the operator, by its own settings, and by others as soon as a commit has others. */
export async function attendRepo(
  { name: source, root }: Pick<LocalSource, 'name' | 'root'>,
  attending: Attending & MistakeListener & Pick<AttendanceOptions, 'onSettings'>,
  { operator, changing }: { readonly operator: OperatorSettings; readonly changing: boolean },
  signal: AbortSignal,
): Promise<Attendance> {
  const { isSigned, ...loaded } = await settingsAtStart(await openRepository(root, signal), operator, signal);
  const given = { directory: root, drivers: builtInDrivers, environment: process.env, changing };
  const { settings, repository, environment } = await openWorkspace({ ...given, settings: loaded }, signal);
  return startAttendance({
    ...attending,
    source,
    settings,
    ...(isSigned ? { committed: settings } : {}),
    root,
    environment,
    state: join(root, settings.folders.state),
    reports: { repository, settings, vault: attending },
    version: trueupVersion(),
  });
}

/**
 * For a repo that is served by URL, whoever's it is: by the operator's settings, and never by its own. Which folders it keeps
 * things in is its own affair all the same, and so are mistakes in what says so.
 */
export async function attendRemote(
  { name: source, root, state }: Pick<RemoteSource, 'name' | 'root' | 'state'>,
  { onProblem, onMended, ...attending }: Attending & MistakeListener,
  { settings, folder }: OperatorSettings,
): Promise<Attended> {
  const folders = { reports: join(dirname(state), 'reports') };
  const attendants = await startAttendants({
    ...attending,
    source,
    settings,
    root: folder,
    environment: process.env,
    state,
    reports: { repository: { root }, settings: { folders, reports: settings.reports }, vault: attending },
    version: trueupVersion(),
  });
  const mistakes = new SettingsMistakes({ onProblem, ...(onMended === undefined ? {} : { onMended }) });
  return {
    read: async (declaration) => void (await mistakes.read(declaration)),
    async [Symbol.asyncDispose]() {
      mistakes[Symbol.dispose]();
      await attendants[Symbol.asyncDispose]();
    },
  };
}
