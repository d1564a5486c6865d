/** What is installed in a clone, as it was written down beside the launcher: what `status` compares with, and `remove` undoes. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts';
import { GIT_HOOKS, type GitHook } from './hook-names.ts';
import type { Launcher } from './launcher-text.ts';

export interface Installation extends Launcher {
  /** The folder of hooks, absolute. */
  readonly folder: string;
  /** The outermost folder that was made for them, absolute: that of hooks, or one around it; `null` where it was there. */
  readonly madeFrom: string | null;
  /** Hooks of which there was nothing before. */
  readonly made: readonly GitHook[];
}

export function launcherPath(commonDir: string): string {
  return join(commonDir, 'trueup', 'hook');
}

export function installationPath(commonDir: string): string {
  return join(commonDir, 'trueup', 'hook.json');
}

/** `null` where nothing is installed, and for a note that nobody can read: installing anew writes another. */
export async function readInstallation(commonDir: string): Promise<Installation | null> {
  try {
    const note = JSON.parse(await readFile(installationPath(commonDir), 'utf8')) as Json;
    return isJsonObject(note) ? installationOf(note) : null;
  } catch {
    return null;
  }
}

export function installationText({ runtime, command, planOnly, folder, madeFrom, made }: Installation): string {
  const note = { format_version: '1.0', runtime, command, plan_only: planOnly, folder, made_from: madeFrom, made };
  return `${JSON.stringify(note, null, 2)}\n`;
}

function installationOf(note: JsonObject): Installation | null {
  const { runtime, command, folder } = note;
  if (typeof runtime !== 'string' || typeof command !== 'string' || typeof folder !== 'string') return null;
  const planOnly = note['plan_only'] === true;
  const { made_from: from = null } = note;
  // Earlier versions knew only that the folder itself was made.
  const madeFrom = typeof from === 'string' ? from : note['made_folder'] === true ? folder : null;
  const named: readonly unknown[] = Array.isArray(note['made']) ? note['made'] : [];
  return { runtime, command, folder, planOnly, madeFrom, made: GIT_HOOKS.filter((hook) => named.includes(hook)) };
}
