/** The programs of a control plane that this machine has. What is not there, kwokctl fetches. */
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { type Binaries, COMPONENT_FLAGS } from './create-arguments.ts';

/** By their names. */
export const PROGRAMS: readonly string[] = [...Object.keys(COMPONENT_FLAGS), 'kubectl'];

export async function findBinaries(path: string = process.env['PATH'] ?? ''): Promise<Binaries> {
  const found = await Promise.all(PROGRAMS.map(async (name) => [name, await findProgram(name, path)] as const));
  return Object.fromEntries(found.flatMap(([name, place]) => (place === null ? [] : [[name, place]])));
}

async function findProgram(name: string, path: string): Promise<string | null> {
  // What a relative folder of the PATH means depends on where somebody stands: kwokctl keeps the place for good.
  for (const folder of path.split(delimiter).filter(isAbsolute)) {
    const place = join(folder, name);
    if (await isProgram(place)) return place;
  }
  return null;
}

async function isProgram(place: string): Promise<boolean> {
  try {
    await access(place, constants.X_OK);
    return (await stat(place)).isFile();
  } catch {
    return false;
  }
}
