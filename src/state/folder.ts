/**
 * The state folder, `.trueup/` at the root of the repo. It holds what helps, never what is needed: without it the next
 * plan is still right. It ignores itself in git.
 */
import { join, resolve } from 'node:path';
import { createOnce } from '../files/atomic-file.ts';
import { proveWritable, proveWritableLately } from '../files/prove-writable.ts';
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
export function assertWritable(folder: StateFolder): Promise<void> {
  return assertProven(folder, proveWritable);
}

/**
 * The same for one run of many: the folder is made where it is missing, and a proof of the last second that it can be
 * written to will do. A disk that became full since is found out by the journal, which reaches the disk before anything is done.
 */
export function assertWritableLately(folder: StateFolder): Promise<void> {
  return assertProven(folder, proveWritableLately);
}

async function assertProven(folder: StateFolder, prove: (folder: string) => Promise<void>): Promise<void> {
  await prepare(folder);
  try {
    await prove(folder.environments);
  } catch (error) {
    throw unwritable(folder.environments, error);
  }
}

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
