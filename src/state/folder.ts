/**
 * The state folder, `.trueup/` at the root of the repo. It holds what helps, never what is needed: without it the next
 * plan is still right. It ignores itself in git.
 */
import { randomBytes } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createOnce, PRIVATE_FILE } from '../files/atomic-file.ts';
import { makeFolder } from '../files/make-folder.ts';
import { unwritable } from './system-error.ts';

export interface StateFolder {
  readonly path: string;
  /** Holds one file of recorded state per environment. */
  readonly environments: string;
}

/** The paths alone: nothing is read or made. */
export function stateFolder(root: string, name = '.trueup'): StateFolder {
  const path = resolve(root, name);
  return { path, environments: join(path, 'environments') };
}

/** Where the recorded state of an environment lies. Names are checked elsewhere; here they must not lead anywhere else. */
export function recordedPath(folder: StateFolder, environment: string): string {
  return join(folder.environments, `${encodeURIComponent(environment)}.json`);
}

/** The environment that a file of recorded state is named for; `null` for any other file. */
export function recordedEnvironmentOf(file: string): string | null {
  if (!file.endsWith('.json')) return null;
  try {
    return decodeURIComponent(file.slice(0, -'.json'.length));
  } catch {
    return null;
  }
}

/**
 * Proves, before a run changes anything, that state can be written and reaches the disk; makes the folder on the way.
 * Throws `state_unwritable` with path and errno.
 */
export async function assertWritable(folder: StateFolder): Promise<void> {
  await prepare(folder);
  const probe = join(folder.environments, `.probe-${randomBytes(6).toString('hex')}`);
  try {
    const file = await open(probe, 'wx', PRIVATE_FILE);
    try {
      // Without its name at once, so that not even a kill leaves it behind.
      await rm(probe, { force: true });
      await file.writeFile(Buffer.alloc(PROBE_BYTES, ' '));
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    throw unwritable(folder.environments, error);
  }
}

/** Enough that a disk with only a few blocks left is found out. */
const PROBE_BYTES = 64 * 1024;

async function prepare(folder: StateFolder): Promise<void> {
  try {
    await makeFolder(folder.environments);
  } catch (error) {
    throw unwritable(folder.environments, error);
  }
  const ignore = join(folder.path, '.gitignore');
  try {
    await createOnce(ignore, '*\n');
  } catch (error) {
    throw unwritable(ignore, error);
  }
}
