/**
 * Which files differ between two commits, from git's trees alone: no content is read, no attribute, filter or diff program
 * has a say, and the commits need have nothing in common. A rename counts as a file gone and a file made.
 */
import { TrueupError } from '../model/failure.ts';
import { findCommit } from './revisions.ts';
import { gitEnvironment } from './git.ts';
import { runGit } from './run-git.ts';

export interface ChangedFiles {
  /** Relative to the root of the repo, submodules included. Fit for `pathSet`. */
  readonly files: ReadonlySet<string>;
  /** Those of them that are submodules on either side: what differs inside is not known. */
  readonly submodules: ReadonlySet<string>;
}

/** About 400,000 files; beyond, looking whom they concern costs more than looking at everybody. */
const MAX_BYTES = 64 * 1024 * 1024;

/** `null` where it cannot be told, and everything counts as changed: a commit is gone, or the list is beyond all bounds. */
export async function changedFiles(
  root: string,
  from: string,
  to: string,
  signal: AbortSignal,
): Promise<ChangedFiles | null> {
  if (from === to) return { files: new Set(), submodules: new Set() };
  const args = ['diff-tree', '-r', '-z', '--raw', '--no-renames', '--ignore-submodules=none', from, to, '--'];
  // Whoever compares commits of a partial clone waits for no network.
  const env = { ...gitEnvironment(process.env), GIT_NO_LAZY_FETCH: '1' };
  const result = await runGit(['--no-optional-locks', ...args], { cwd: root, env, maxBytes: MAX_BYTES }, signal);
  if (result.ended === 'said_too_much') return null;
  if (result.exitCode === 0) return parseRaw(result.stdout.toString('utf8'));
  const found = await Promise.all([from, to].map((commit) => findCommit(root, commit, signal)));
  if (found.includes(null)) return null;
  const command = ['git', ...args].join(' ');
  throw new TrueupError('git_failed', `\`${command}\` failed in ${root}: ${result.stderr}`, {
    fields: { directory: root, command, stderr: result.stderr },
    next: 'look whether `git fsck` finds something wrong with the repository',
  });
}

/** `:<mode> <mode> <id> <id> <status>\0<path>\0`, one after the other. */
function parseRaw(output: string): ChangedFiles {
  const files = new Set<string>();
  const submodules = new Set<string>();
  const parts = output.split('\0');
  for (let index = 0; index + 1 < parts.length; index += 2) {
    const [before = '', after = ''] = (parts[index] ?? '').split(' ');
    const path = parts[index + 1] ?? '';
    files.add(path);
    if (before === ':160000' || after === '160000') submodules.add(path);
  }
  return { files, submodules };
}
