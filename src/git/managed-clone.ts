/**
 * A clone with files, which trueup keeps for a repo that is served by URL: services mount and run what lies in it. It takes
 * commits from the cache of the remote by copy, so that the cache may go. Nothing in it makes git run a program, not even
 * one of the user's own filters. What services write beside the files of the repo is never touched.
 *
 * Concurrency: one process at a time, which holds the lock of the served URL.
 */
import { appendFile, link, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isThere } from '../files/is-there.ts';
import type { ObjectFormat } from './clone-cache.ts';
import { letGo, putBack, setAside } from './clone-aside.ts';
import { leaveOut } from './left-out.ts';
import { type HardenedGit, hardenedGit } from './hardened.ts';
import { placeTrouble } from './place-trouble.ts';
import { removeStaleLocks } from './stale-locks.ts';

/** Behind what `git init` found out of the file system. */
const CONFIGURATION = `
# Written by trueup, which keeps this clone.
[core]
	hooksPath = /dev/null
	fsmonitor = false
	attributesFile = /dev/null
	autocrlf = false
	logAllRefUpdates = false
[diff]
	ignoreSubmodules = all
[submodule]
	recurse = false
[gc]
	auto = 0
`;

/** Stands above every .gitattributes: files are what git holds, and no program has a say. */
const ATTRIBUTES = '* -filter -text -ident -working-tree-encoding -diff -merge\n';

/**
 * Brings the files of a commit, which the cache has, to where services find them. Where that fails, what was in place before
 * is there again. Throws `commit_refused` where git does not place it.
 */
export async function placeCommit(clone: string, cache: string, commit: string, signal: AbortSignal): Promise<void> {
  await putBack(clone);
  const held = await placedCommit(clone, signal);
  try {
    await placeAnyhow(clone, cache, commit, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (held !== null) await checkOut(clone, held, signal).catch(() => undefined);
    throw error;
  }
}

async function placeAnyhow(clone: string, cache: string, commit: string, signal: AbortSignal): Promise<void> {
  try {
    await place(clone, cache, commit, signal);
    return;
  } catch (error) {
    signal.throwIfAborted();
    const trouble = placeTrouble(error, commit);
    if (trouble !== null) throw trouble;
  }
  // The git folder may be damaged. The files stay: among them may be what services wrote.
  await setAside(clone);
  try {
    await place(clone, cache, commit, signal);
  } catch (error) {
    await putBack(clone);
    throw placeTrouble(error, commit) ?? error;
  }
  await letGo(clone);
}

/** `null` where nothing is, or nobody can tell. */
async function placedCommit(clone: string, signal: AbortSignal): Promise<string | null> {
  if (!(await isThere(join(clone, '.git', 'trueup-ready')))) return null;
  const git = await hardenedGit({ directory: clone }, signal).catch(() => null);
  const head = await git?.('rev-parse', '--verify', '--quiet', 'HEAD^{commit}').catch(() => null);
  signal.throwIfAborted();
  return head?.trim() || null;
}

/** Whether the clone has a commit whole, so far as its own folder tells. */
export async function hasCommit(clone: string, commit: string, signal: AbortSignal): Promise<boolean> {
  await putBack(clone);
  if (!(await isThere(join(clone, '.git', 'HEAD')))) return false;
  const git = await hardenedGit({ directory: clone }, signal).catch(() => null);
  const found = await git?.('rev-list', '--objects', '--no-walk', '--quiet', commit).catch(() => null);
  signal.throwIfAborted();
  return typeof found === 'string';
}

/** Puts the files of a commit that is here already into place. */
export async function checkOut(clone: string, commit: string, signal: AbortSignal): Promise<void> {
  const git = await hardenedGit({ directory: clone, timeoutMs: 10 * 60_000 }, signal);
  await removeStaleLocks(join(clone, '.git'));
  await git('checkout', '--quiet', '--force', '--detach', '--no-recurse-submodules', commit);
  await leaveOut(git, clone);
}

async function place(clone: string, cache: string, commit: string, signal: AbortSignal): Promise<void> {
  await makeClone(clone, commit.length === 64 ? 'sha256' : 'sha1', signal);
  await removeStaleLocks(join(clone, '.git'));
  const git = await hardenedGit({ directory: clone, transports: ['file'], timeoutMs: 10 * 60_000 }, signal);
  if (!(await isWhole(git, commit))) {
    await sharePacks(cache, clone);
    const ref = `+${commit}:refs/trueup/${commit}`;
    await git('fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules', cache, ref);
  } else {
    await git('update-ref', `refs/trueup/${commit}`, commit);
  }
  await checkOut(clone, commit, signal);
}

async function makeClone(clone: string, format: ObjectFormat, signal: AbortSignal): Promise<void> {
  if (await isThere(join(clone, '.git', 'trueup-ready'))) return;
  await rm(join(clone, '.git'), { recursive: true, force: true });
  await mkdir(clone, { recursive: true, mode: 0o700 });
  await mkdir(join(clone, '.git'), { mode: 0o700 });
  // Without a config there is nothing to override yet.
  const git = await hardenedGit({ directory: clone }, signal);
  await git('init', '--quiet', '--template=', `--object-format=${format}`);
  await appendFile(join(clone, '.git', 'config'), CONFIGURATION);
  await mkdir(join(clone, '.git', 'info'), { recursive: true });
  await writeFile(join(clone, '.git', 'info', 'attributes'), ATTRIBUTES);
  await writeFile(join(clone, '.git', 'info', 'exclude'), '/reports/\n');
  await writeFile(join(clone, '.git', 'trueup-ready'), '');
}

async function isWhole(git: HardenedGit, commit: string): Promise<boolean> {
  return git('rev-list', '--objects', '--no-walk', '--quiet', commit).then(
    () => true,
    () => false,
  );
}

/** As `git clone --local` does: one copy on the disk, which either side may remove. */
async function sharePacks(cache: string, clone: string): Promise<void> {
  const [from, to] = [join(cache, 'objects', 'pack'), join(clone, '.git', 'objects', 'pack')];
  await mkdir(to, { recursive: true });
  const names = (await readdir(from)).filter((name) => /^pack-[0-9a-f]+[.](pack|idx|rev)$/.test(name));
  // An index makes a pack known, so it comes last; what cannot be linked comes with the fetch.
  const inOrder = names.toSorted((left, right) => Number(left.endsWith('.idx')) - Number(right.endsWith('.idx')));
  for (const name of inOrder) await link(join(from, name), join(to, name)).catch(() => undefined);
}
