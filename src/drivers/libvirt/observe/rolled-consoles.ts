/**
 * What was written to a serial console before its file was begun anew: libvirt's writer of consoles does so at 2 MiB, and keeps a
 * few of them beside it. libvirt does not know of them until it is told to look.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { rolledConsole } from '../names.ts';

/** Paths, the oldest first; `null` where nobody here may look into the folder. */
export async function rolledConsoles(folder: string, vm: string): Promise<readonly string[] | null> {
  let names: readonly string[];
  try {
    names = await readdir(folder);
  } catch {
    // A folder of another user, which libvirt alone may read.
    return null;
  }
  const rolled = names.flatMap((name) => {
    const count = rolledConsole(name, vm);
    return count === null ? [] : [{ name, count }];
  });
  return rolled.toSorted((left, right) => right.count - left.count).map(({ name }) => join(folder, name));
}
