/** Inside: whether a path on the disk, symbolic links followed, stays in the clone. The git folder is no part of it. */
import { lstat, realpath } from 'node:fs/promises';
import { dirname, relative, resolve, sep } from 'node:path';
import { errorCodeOf } from './error-code.ts';

/** What trueup and git keep beside what was committed; file systems that know no case know these in any. */
const KEPT: ReadonlySet<string> = new Set(['.git', '.trueup']);

/**
 * Why the path is not allowed; `null` when it is. What is not there yet is where its folder is. A dangling link is not
 * allowed: somebody may make what it leads to.
 */
export async function outside(root: string, path: string): Promise<string | null> {
  const absolute = resolve(root, path);
  const asWritten = problemOf(relative(root, absolute));
  if (asWritten !== null) return asWritten;
  try {
    const real = await realOf(absolute);
    return real === null ? 'is a symbolic link to nothing' : problemOf(relative(await realpath(root), real));
  } catch (error) {
    return `cannot be followed (${errorCodeOf(error)})`;
  }
}

/** `null` for a link that leads nowhere. */
async function realOf(path: string): Promise<string | null> {
  const real = await realpath(path).catch((error: unknown) => {
    if (errorCodeOf(error) === 'ENOENT') return null;
    throw error;
  });
  if (real !== null) return real;
  const isLink = await lstat(path).then(
    () => true,
    () => false,
  );
  return isLink || dirname(path) === path ? null : realOf(dirname(path));
}

function problemOf(fromRoot: string): string | null {
  const names = fromRoot.split(sep);
  if (names[0] === '..' || fromRoot.startsWith(sep) || /^[A-Za-z]:/.test(fromRoot)) return 'leads out of the repo';
  const kept = names.find((name) => KEPT.has(name.toLowerCase()));
  return kept === undefined ? null : `leads into ${kept}`;
}
