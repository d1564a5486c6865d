/**
 * Names a local lock so that no other machine's, and no other user's, has the same name. Whoever holds a local lock has
 * outlived everybody who held it before: what they claimed on an engine is dead.
 */
import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { createOnce } from '../../files/atomic-file.ts';
import { unwritable } from '../system-error.ts';

const FILE = 'id';

/**
 * `key` is that of the local lock. The folder of sockets, which no two machines share, gets an id where it has none. The boot
 * tells apart machines that were made from one image with such an id in it.
 */
export async function lockPlace(folder: string, key: string): Promise<string> {
  const path = join(folder, FILE);
  try {
    await createOnce(path, randomBytes(16).toString('hex'));
    const id = await readFile(path, 'utf8');
    return createHash('sha256')
      .update(JSON.stringify([id, await bootId(), hostname(), key]))
      .digest('hex')
      .slice(0, 32);
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** Empty where the system has none to read. */
async function bootId(): Promise<string> {
  return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')).trim();
}
