/** The key under which secrets are hashed: 32 random bytes per user, in the XDG state folder, for nobody else to read. */
import { randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { createOnce } from '../files/atomic-file.ts';
import { errnoOf } from '../files/errno.ts';
import { unreadable, unwritable } from './system-error.ts';

const KEY_BYTES = 32;

/** As the XDG rules have it: a relative `XDG_STATE_HOME` is ignored. */
export function secretKeyPath(variables: NodeJS.ProcessEnv = process.env): string {
  const configured = variables['XDG_STATE_HOME'] ?? '';
  const stateHome = isAbsolute(configured) ? configured : join(variables['HOME'] || homedir(), '.local', 'state');
  return join(stateHome, 'trueup', 'secret-key');
}

/** The key of this user; made when absent and `persist` is set, by exactly one of several processes. */
export async function secretKey(path: string, persist: boolean): Promise<Buffer> {
  const found = await readKey(path);
  if (found !== null) return found;
  const fresh = randomBytes(KEY_BYTES);
  if (!persist) return fresh;
  try {
    if (await createOnce(path, fresh)) return fresh;
  } catch (error) {
    throw unwritable(path, error);
  }
  return (await readKey(path)) ?? fresh;
}

async function readKey(path: string): Promise<Buffer | null> {
  try {
    const file = await open(path, 'r');
    try {
      const { mode } = await file.stat();
      if ((mode & 0o077) !== 0)
        throw unreadable(path, `others may read it (mode ${octal(mode)})`, `Run \`chmod 600 ${path}\`.`);
      const key = await file.readFile();
      if (key.length === KEY_BYTES) return key;
      throw unreadable(path, `it holds ${key.length} bytes instead of ${KEY_BYTES}`, REPLACE);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    if (errnoOf(error) === null) throw error;
    throw unreadable(path, error instanceof Error ? error.message : String(error), REPLACE, error);
  }
}

const REPLACE =
  'Restore it, or delete it: then a new key is made, and every secret counts as changed once, which restarts what uses one.';

function octal(mode: number): string {
  return (mode & 0o777).toString(8).padStart(4, '0');
}
