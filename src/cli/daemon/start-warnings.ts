/** What in the operator's settings comes to nothing with what a daemon serves: said at its start, for nobody would notice. */
import { join } from 'node:path';
import { SETTINGS_FILE } from '../../manifest/settings.ts';
import type { OperatorSettings } from '../operator-settings.ts';

export interface ServedKinds {
  /** Whether anything is served by URL. */
  readonly urls: boolean;
  /** Whether anything is served from a folder. */
  readonly folders: boolean;
}

export async function startWarnings(
  { settings, folder, missingFolders }: Pick<OperatorSettings, 'settings' | 'folder' | 'missingFolders'>,
  { urls, folders }: ServedKinds,
): Promise<readonly string[]> {
  const file = join(folder, SETTINGS_FILE);
  const missing = folders ? await missingFolders() : [];
  const unused = [
    ...(settings.notifications.length > 0 ? ['notifications'] : []),
    ...(settings.schedules.length > 0 ? ['schedules'] : []),
  ];
  return [
    ...missing.map((name) => `${file} asks for signatures in ${name}, which is not there: nothing is held to that`),
    ...(urls || unused.length === 0
      ? []
      : [`${unused.join(' and ')} of ${file} are for what is served by URL, and nothing is: a folder has its own`]),
  ];
}
