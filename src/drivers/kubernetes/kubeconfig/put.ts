/**
 * Puts a context into a kubeconfig, and takes it out again: under the lock that every client takes, and as a whole or not at all.
 * A link stays a link, and the file keeps its mode. What says the right thing already is not written.
 */
import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PRIVATE_FILE, writeFileAtomic } from '../../../files/atomic-file.ts';
import { errnoOf } from '../../../files/errno.ts';
import { makeFolder } from '../../../files/make-folder.ts';
import { holdsContext, type Switching, withContext, withoutContext } from './edit.ts';
import type { ContextEntry } from './entry.ts';
import { withFileLock } from './file-lock.ts';
import { kubeconfigRefused, withKubeconfigErrors } from './refused.ts';

const ANYBODY_WRITES = 0o222;
const ELSEWHERE = 'or declare another kubeconfig.path';

export interface PutOptions {
  readonly switchContext: Switching;
  readonly signal: AbortSignal;
}

/** Idempotent. Throws, and leaves the file as it is, where it is broken, locked or cannot be written. */
export function putContext(path: string, entry: ContextEntry, { switchContext, signal }: PutOptions): Promise<void> {
  return edited(path, signal, (text) => withContext({ path, text }, entry, switchContext));
}

/** Throws what {@link putContext} would throw of the file as it is; changes nothing. */
export async function mustTakeContext(path: string, entry: ContextEntry, switchContext: Switching): Promise<void> {
  await withKubeconfigErrors(path, async () => {
    const text = await textOf(path);
    if (withContext({ path, text }, entry, switchContext) !== text) assertWritable(path, await modeOf(path));
  });
}

/** Idempotent: a file that is not there holds no context. */
export function removeContext(path: string, id: string, signal: AbortSignal): Promise<void> {
  return edited(path, signal, (text) => withoutContext({ path, text }, id));
}

/** Whether the file leads to the cluster as it is now; `false` also for a file that cannot be read. */
export async function leadsTo(path: string, entry: ContextEntry, switchContext: Switching): Promise<boolean> {
  try {
    return holdsContext({ path, text: await textOf(path) }, entry, switchContext);
  } catch {
    return false;
  }
}

function edited(path: string, signal: AbortSignal, edit: (text: string) => string): Promise<void> {
  return withKubeconfigErrors(path, async () => {
    const file = await realpath(path).catch(() => path);
    const seen = await textOf(file);
    // Most of the time there is nothing to do, and then nothing is locked.
    if (edit(seen) === seen) return;
    await makeFolder(dirname(file));
    await withFileLock(file, { signal }, async () => {
      const before = await textOf(file);
      const after = edit(before);
      if (after === before) return;
      const mode = await modeOf(file);
      assertWritable(path, mode);
      await writeFileAtomic(file, after, mode);
    });
  });
}

/** A new file takes the place of the old one, whatever that allows: who made it read-only meant it. */
function assertWritable(path: string, mode: number): void {
  if ((mode & ANYBODY_WRITES) === 0) throw kubeconfigRefused(path, 'is read-only', `\`chmod u+w\` it, ${ELSEWHERE}`);
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return '';
    throw error;
  }
}

async function modeOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => null);
  return found === null ? PRIVATE_FILE : found.mode & 0o777;
}
