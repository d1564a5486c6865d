/** The folders that a service is handed, by the variable that names each. */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { TrueupError } from '../../model/failure.ts';
import type { Entry } from './entry.ts';
import { volumeVariable } from './service-settings.ts';
import { settledData } from './volume-settling.ts';

/** They are made where they are missing, unless somebody else is to make them. */
export async function volumeFolders(
  root: string,
  name: string,
  { volumes }: Entry,
): Promise<Readonly<Record<string, string>>> {
  const folders: Record<string, string> = {};
  for (const [key, volume] of Object.entries(volumes)) {
    const folder = settledData(root, volume.name);
    if (volume.external && !existsSync(folder)) {
      throw new TrueupError('object_missing', `external volume ${volume.name} of ${name} does not exist`, {
        fields: { name, volume: volume.name },
        next: 'start what makes it, or drop `external: true`',
      });
    }
    await mkdir(folder, { recursive: true, mode: 0o700 });
    folders[volumeVariable(key)] = folder;
  }
  return folders;
}
