/**
 * A bare repo per remote that can be thrown away at any time: what is wanted of the remote is fetched into it, and nothing
 * else. Refs have names of our own, so that no name of the remote's stands in the way of another. Git may die in it at any
 * moment: what is then half there is found when it is used next, and made anew.
 *
 * Concurrency: who calls holds the lock of the cache (see serve/remote-lock.ts).
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { TrueupError } from '../model/failure.ts';
import { hardenedArguments, hardenedVariables } from './hardened.ts';
import { gitEnvironment } from './git.ts';
import type { RemoteUrl } from './remote-url.ts';
import { type GitResult, ownWords, runGit } from './run-git.ts';

/** How long ids are: the same in a remote and in its cache. */
export type ObjectFormat = 'sha1' | 'sha256';

/** Makes the cache where there is none, or something else. */
export async function openCache(
  folder: string,
  url: RemoteUrl,
  format: ObjectFormat,
  signal: AbortSignal,
): Promise<void> {
  if (await isWhole(folder)) return;
  await dropCache(folder);
  await mkdir(dirname(folder), { recursive: true, mode: 0o700 });
  const fresh = `${folder}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await mkdir(fresh, { mode: 0o700 });
    const made = await inCache(
      fresh,
      ['init', '--quiet', '--bare', '--template=', `--object-format=${format}`],
      signal,
    );
    if (made.exitCode !== 0) throw cacheFailure(fresh, made);
    await writeFile(join(fresh, 'description'), `${url.shown}\n`);
    await rename(fresh, folder);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

/** Removes a cache, as one: nobody finds half of it. */
export async function dropCache(folder: string): Promise<void> {
  const aside = `${folder}.${randomBytes(6).toString('hex')}.tmp`;
  const moved = await rename(folder, aside).then(
    () => true,
    () => false,
  );
  await rm(moved ? aside : folder, { recursive: true, force: true });
}

/** Where a ref of the remote stands in the cache. */
export function cachedRef(remoteRef: string): string {
  return `refs/trueup/${createHash('sha256').update(remoteRef).digest('hex').slice(0, 16)}`;
}

/** What a ref of the cache points at, whatever its type; `null` where it is not there. */
export async function cachedObject(folder: string, name: string, signal: AbortSignal): Promise<string | null> {
  const result = await inCache(folder, ['rev-parse', '--verify', '--quiet', '--end-of-options', name], signal);
  const id = result.stdout.toString('utf8').trim();
  return result.exitCode === 0 && /^[0-9a-f]{40,64}$/.test(id) ? id : null;
}

/** Annotated tags that name a commit, of those that were fetched; none where the cache is gone. */
export async function tagsAt(
  folder: string,
  commit: string,
  signal: AbortSignal,
): Promise<readonly { readonly name: string; readonly object: string }[]> {
  const format = '--format=%(objecttype) %(objectname) %(tag)';
  const args = ['for-each-ref', '--count=20', `--points-at=${commit}`, format, 'refs/trueup/'];
  const { stdout, exitCode } = await inCache(folder, args, signal).catch((error: unknown) => {
    signal.throwIfAborted();
    if (error instanceof TrueupError) return { stdout: '', exitCode: null };
    throw error;
  });
  const lines = exitCode === 0 ? String(stdout).split('\n') : [];
  return lines.flatMap((line) => {
    const [, object, name] = /^tag ([0-9a-f]+) (.+)$/.exec(line) ?? [];
    return object === undefined || name === undefined ? [] : [{ name, object }];
  });
}

/** Whether a commit is a descendant of another. `false` as well where the older one is gone. */
export async function isAhead(folder: string, older: string, newer: string, signal: AbortSignal): Promise<boolean> {
  return (await inCache(folder, ['merge-base', '--is-ancestor', older, newer], signal)).exitCode === 0;
}

/** Packs what many fetches brought. Cheap where there is nothing to do. */
export async function maintainCache(folder: string, signal: AbortSignal): Promise<void> {
  await inCache(folder, ['-c', 'gc.auto=2000', '-c', 'gc.autoPackLimit=30', 'gc', '--auto', '--quiet'], signal);
}

/** Runs git in the cache, without a way to anywhere. */
export function inCache(folder: string, args: readonly string[], signal: AbortSignal): Promise<GitResult> {
  const env = {
    ...gitEnvironment(process.env),
    ...hardenedVariables([]),
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
  };
  return runGit([...hardenedArguments([]), '--git-dir=.', ...args], { cwd: folder, env }, signal);
}

/** Whether a failure is the cache's own, and not the remote's. */
export function isDamaged({ stderr }: Pick<GitResult, 'stderr'>): boolean {
  return DAMAGE.test(ownWords(stderr)) || formatWanted({ stderr }) !== null;
}

const DAMAGE =
  /not a git repository: '\.'|bad (object|config)|corrupt|loose object|packfile|index file|object file .* is empty|did not send all necessary objects|unable to (read|parse) (tree|object|commit|sha1)|missing (blob|tree|commit)|Could not read [0-9a-f]{40}|bad signature|cannot lock ref|Unable to create '.*\.lock'/i;

/** Of a remote whose ids are of another length than those of the cache; `null` where that is not the trouble. */
export function formatWanted({ stderr }: Pick<GitResult, 'stderr'>): ObjectFormat | null {
  const found = /mismatched algorithms: client \w+; server (sha1|sha256)/.exec(ownWords(stderr))?.[1];
  return found === 'sha1' || found === 'sha256' ? found : null;
}

export function cacheFailure(folder: string, { stderr }: GitResult): TrueupError {
  return new TrueupError('git_failed', `the clone of a remote in ${folder} cannot be used: ${stderr}`, {
    fields: { directory: folder, stderr },
    next: 'look whether the disk is full, or remove the folder: it is made anew',
  });
}

async function isWhole(folder: string): Promise<boolean> {
  const parts = ['HEAD', 'objects', 'refs', 'config'].map((name) => stat(join(folder, name)));
  return (await Promise.allSettled(parts)).every(({ status }) => status === 'fulfilled');
}
