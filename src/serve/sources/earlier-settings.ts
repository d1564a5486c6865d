/**
 * Settings that a repo had before its `trueup.yaml` got mistakes: a daemon that starts meanwhile goes by them, as one does that
 * was there. What a commit is vouched for, its ancestors are.
 */
import { commitsOfFile } from '../../git/commits-of-file.ts';
import { findCommit } from '../../git/revisions.ts';
import { revisionTree } from '../../git/revision-tree.ts';
import { type LoadedSettings, loadSettings, SETTINGS_FILE } from '../../manifest/settings.ts';
import { hasErrors } from '../../model/diagnostic.ts';

/** Whoever makes more mistakes in a row is told of them, and nothing is read until they are mended. */
const MOST_COMMITS = 20;

/** Those of the newest commit behind this one that has none wrong; `null` where none of the last few has. */
export async function earlierSettings(
  root: string,
  commit: string,
  signal: AbortSignal,
): Promise<LoadedSettings | null> {
  const changes = await commitsOfFile(root, { from: commit, path: SETTINGS_FILE, most: MOST_COMMITS }, signal);
  // Before the first of them there was no such file, which is valid; but a repo that began with mistakes never was.
  const first = changes.length < MOST_COMMITS ? (changes.at(-1) ?? null) : null;
  const before = first === null ? null : await findCommit(root, `${first}^`, signal);
  for (const earlier of [...changes, ...(before === null ? [] : [before])]) {
    await using tree = revisionTree(root, earlier, signal);
    const found = await loadSettings(tree);
    if (!hasErrors(found.diagnostics)) return found;
  }
  return null;
}
