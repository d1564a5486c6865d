/** What is installed of the hooks of a clone, and what is missing or was changed by hand. Only reads. */
import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import { readHook } from './hook-file.ts';
import { GIT_HOOKS, type GitHook } from './hook-names.ts';
import { KEPT_FOLDER, keptName, linesIn } from './hook-text.ts';
import { type Installation, launcherPath, readInstallation } from './installation.ts';
import { launcherText } from './launcher-text.ts';
import type { HookPlaces } from './places.ts';

export type HookState = 'installed' | 'missing' | 'changed';

export interface InspectedHook {
  readonly hook: GitHook;
  readonly path: string;
  readonly state: HookState;
  /** A hook that was there before: the path that it is run by after this one. */
  readonly kept: string | null;
  /** Whether that one runs at all: what was switched off stays so. */
  readonly runsKept: boolean;
}

export interface InspectedHooks {
  /** `null` where `trueup hook install` was never run in this clone, or its note is gone. */
  readonly installation: Installation | null;
  /** Where git runs hooks from now. */
  readonly folder: string;
  readonly hooks: readonly InspectedHook[];
  readonly launcher: HookState;
  /** Of the runtime and the command that the launcher starts: those that are gone. */
  readonly gone: readonly string[];
}

export async function inspectHooks({ folder, commonDir }: HookPlaces): Promise<InspectedHooks> {
  const installation = await readInstallation(commonDir);
  const hooks: InspectedHook[] = [];
  for (const hook of GIT_HOOKS) hooks.push(await inspectHook(folder, hook));
  const found = await readHook(launcherPath(commonDir));
  const expected = installation === null ? null : Buffer.from(launcherText(installation), 'utf8').toString('latin1');
  const isAsWritten = found.kind === 'file' && found.text === expected;
  const launcher = found.kind === 'none' ? 'missing' : isAsWritten ? 'installed' : 'changed';
  return { installation, folder, hooks, launcher, gone: installation === null ? [] : await goneOf(installation) };
}

async function inspectHook(folder: string, hook: GitHook): Promise<InspectedHook> {
  const path = join(folder, hook);
  const found = await readHook(path);
  const lines = found.kind === 'file' ? linesIn(found.text, hook) : 'absent';
  const isRun = found.kind === 'file' && (found.mode & 0o111) !== 0;
  const state = lines === 'absent' ? 'missing' : lines === 'present' && isRun ? 'installed' : 'changed';
  const isKept = (await readHook(join(folder, keptName(hook)))).kind !== 'none';
  // A link to where it lies.
  const kept = join(folder, KEPT_FOLDER, hook);
  return { hook, path, state, kept: isKept ? kept : null, runsKept: isKept && (await can(kept, constants.X_OK)) };
}

async function goneOf({ runtime, command }: Installation): Promise<readonly string[]> {
  const gone: string[] = [];
  if (!(await can(runtime, constants.X_OK))) gone.push(runtime);
  if (!(await can(command, constants.F_OK))) gone.push(command);
  return gone;
}

async function can(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}
