/**
 * Takes away what `install` made, and nothing else: every hook is again, byte for byte, what it was before, and what others
 * wrote into it since stays. Idempotent.
 */
import { readdir, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readHook, touching, writeHook } from './hook-file.ts';
import { GIT_HOOKS, type GitHook } from './hook-names.ts';
import { chainedHook, isEmptyHook, KEPT_FOLDER, keptName, linesIn, withoutLines } from './hook-text.ts';
import { installationPath, launcherPath, readInstallation } from './installation.ts';
import { RUN_FOLDER } from './launcher-text.ts';
import type { HookPlaces } from './places.ts';

export interface RemovedHooks {
  readonly changed: boolean;
  readonly notes: readonly string[];
}

export async function removeHooks({ folder, commonDir }: HookPlaces): Promise<RemovedHooks> {
  const installation = await readInstallation(commonDir);
  const folders = new Set([folder, ...(installation === null ? [] : [installation.folder])]);
  const notes: string[] = [];
  let changed = false;
  for (const each of folders) {
    for (const hook of GIT_HOOKS) {
      const isMade = each !== installation?.folder || installation.made.includes(hook);
      changed = (await removeHook(each, hook, isMade, notes)) || changed;
    }
    await removeEmpty(join(each, KEPT_FOLDER));
    if (each === installation?.folder && installation.madeFrom !== null) await removeMade(each, installation.madeFrom);
  }
  for (const path of [launcherPath(commonDir), installationPath(commonDir), ...(await runFolders(commonDir))]) {
    changed = (await removeAll(path)) || changed;
  }
  await removeEmpty(dirname(launcherPath(commonDir)));
  return { changed, notes };
}

async function removeHook(folder: string, hook: GitHook, isMade: boolean, notes: string[]): Promise<boolean> {
  const path = join(folder, hook);
  const kept = join(folder, keptName(hook));
  const [found, before] = [await readHook(path), await readHook(kept)];
  if (found.kind !== 'file' || linesIn(found.text, hook) === 'absent') {
    if (before.kind !== 'none')
      notes.push(`${path} is no longer trueup's; what was there before is still kept as ${kept}.`);
    return false;
  }
  const rest = withoutLines(found.text);
  const isOnlyChain = rest === withoutLines(chainedHook(hook));
  if (before.kind !== 'none' && (isOnlyChain || isEmptyHook(rest))) {
    await touching(`${kept} cannot be put back`, async () => {
      await rename(kept, path);
      await rm(join(folder, KEPT_FOLDER, hook), { force: true });
    });
  } else if (before.kind === 'none' && (isOnlyChain || (isMade && isEmptyHook(rest)))) {
    await touching(`${path} cannot be removed`, () => rm(path));
  } else {
    if (before.kind !== 'none') notes.push(`${path} was changed since: it stays, and goes on to run ${kept}.`);
    await writeHook(path, rest, found.mode);
  }
  return true;
}

/** What runners of all worktrees left. */
async function runFolders(commonDir: string): Promise<readonly string[]> {
  const worktrees = await readdir(join(commonDir, 'worktrees')).catch((): string[] => []);
  return [commonDir, ...worktrees.map((name) => join(commonDir, 'worktrees', name))].map((gitDir) =>
    join(gitDir, RUN_FOLDER),
  );
}

async function removeAll(path: string): Promise<boolean> {
  if ((await readHook(path)).kind === 'none') return false;
  await touching(`${path} cannot be removed`, () => rm(path, { recursive: true, force: true }));
  return true;
}

/** The folder, and those around it that were made with it. */
async function removeMade(folder: string, outermost: string): Promise<void> {
  let at = folder;
  await removeEmpty(at);
  while (at.startsWith(`${outermost}/`)) {
    at = dirname(at);
    await removeEmpty(at);
  }
}

/** A folder that others have put something into stays. */
async function removeEmpty(folder: string): Promise<void> {
  await rmdir(folder).catch(() => undefined);
}
