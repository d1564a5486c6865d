/** Whom a set of changed files concerns: whoever read one of them, or looked into a folder where one came or went. Pure. */
import { posix } from 'node:path';
import type { ChangedFiles } from '../../git/changed-files.ts';
import { pathSet } from '../../git/path-set.ts';

/** Settings of trueup itself concern everybody. */
const SETTINGS_FILE = 'trueup.yaml';

/** `files` and `folder` are those of an environment, relative to the root of the repo. */
export function concernsWhoReads({
  files: changed,
  submodules,
}: ChangedFiles): (files: readonly string[], folder: string) => boolean {
  const touched = pathSet(changed);
  const inside = pathSet(submodules);
  const manifestFolders = new Set(
    [...changed].filter((file) => /\.ya?ml$/.test(file)).map((file) => posix.dirname(file)),
  );
  return (files, folder) => {
    if (touched.covers(SETTINGS_FILE) || manifestFolders.has(folder)) return true;
    return files.some((file) => {
      return touched.covers(file) || inside.covers(file) || manifestFolders.has(posix.dirname(file));
    });
  };
}
