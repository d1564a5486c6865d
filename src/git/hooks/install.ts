/**
 * Installs the hooks of a clone: the launcher, and in each hook the lines that call it. A hook that is there already is
 * kept and goes on to run as it did: its lines stay where they are, or, where nothing can be added to it, it stays as a
 * whole, under another name. Idempotent: a second time only mends what is missing or was changed.
 */
import { mkdir, rename, stat, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { TrueupError } from '../../model/failure.ts';
import { gitIn } from '../git.ts';
import { NEW_HOOK_MODE, readHook, touching, writeHook } from './hook-file.ts';
import { GIT_HOOKS, type GitHook } from './hook-names.ts';
import { chainedHook, KEPT_FOLDER, keptName, linesIn, newHook, withLines } from './hook-text.ts';
import {
  type Installation,
  installationPath,
  installationText,
  launcherPath,
  readInstallation,
} from './installation.ts';
import { type Launcher, launcherText } from './launcher-text.ts';
import type { HookPlaces } from './places.ts';

export interface InstalledHooks {
  readonly changed: boolean;
  /** What the reader should know, each one sentence. */
  readonly notes: readonly string[];
}

export interface InstallOptions {
  /** Whether a folder that the configuration of the user or the machine names may be written to. */
  readonly shared: boolean;
  readonly signal: AbortSignal;
}

export async function installHooks(
  places: HookPlaces,
  launcher: Launcher,
  { shared, signal }: InstallOptions,
): Promise<InstalledHooks> {
  if (!shared) assertOwn(places);
  const { folder, commonDir } = places;
  const before = await readInstallation(commonDir);
  const made = await ensureFolder(folder);
  const known = before?.folder === folder ? before : null;
  const installation: Installation = {
    ...launcher,
    folder,
    madeFrom: made ?? known?.madeFrom ?? null,
    made: await madeIn(folder, known?.made ?? []),
  };
  const wrote = [
    await place(launcherPath(commonDir), launcherText(launcher), 0o644),
    await place(installationPath(commonDir), installationText(installation), 0o644),
  ];
  for (const hook of GIT_HOOKS) wrote.push(await installHook(folder, hook));
  return { changed: wrote.includes(true), notes: await notesOn(places, signal) };
}

/** A folder that every repo of the user runs hooks from is not to be written to in passing. */
function assertOwn({ scope, folder }: HookPlaces): void {
  if (scope !== 'global' && scope !== 'system') return;
  const whose = scope === 'global' ? 'your global git configuration' : 'the git configuration of this machine';
  throw new TrueupError(
    'git_hooks_refused',
    `core.hooksPath in ${whose} makes git run the hooks of all repos from ${folder}`,
    {
      fields: { folder, scope },
      next: 'pass --shared to install there all the same (in repos without `trueup hook install` the lines do nothing), or set core.hooksPath for this repo alone',
    },
  );
}

/** The outermost folder that had to be made; `null` where it was there. */
async function ensureFolder(folder: string): Promise<string | null> {
  const found = await stat(folder).catch(() => null);
  if (found?.isDirectory()) return null;
  if (found !== null) {
    throw new TrueupError('git_hooks_refused', `git is told to run hooks from ${folder}, which is no folder`, {
      fields: { folder },
      next: 'set core.hooksPath to a folder, or unset it',
    });
  }
  return touching(`${folder} cannot be made`, async () => (await mkdir(folder, { recursive: true })) ?? folder);
}

async function place(path: string, text: string, mode: number): Promise<boolean> {
  const bytes = Buffer.from(text, 'utf8').toString('latin1');
  const found = await readHook(path);
  if (found.kind === 'file' && found.text === bytes) return false;
  await touching(`${dirname(path)} cannot be made`, () => mkdir(dirname(path), { recursive: true, mode: 0o700 }));
  await writeHook(path, bytes, mode);
  return true;
}

/** Hooks that are made here, now or when it was last installed. */
async function madeIn(folder: string, before: readonly GitHook[]): Promise<readonly GitHook[]> {
  const made: GitHook[] = [];
  for (const hook of GIT_HOOKS) {
    if (before.includes(hook) || (await readHook(join(folder, hook))).kind === 'none') made.push(hook);
  }
  return made;
}

async function installHook(folder: string, hook: GitHook): Promise<boolean> {
  const path = join(folder, hook);
  const found = await readHook(path);
  if (found.kind === 'none') {
    await writeHook(path, newHook(hook), NEW_HOOK_MODE);
    return true;
  }
  if (found.kind === 'other' && found.isFolder) {
    throw new TrueupError('git_hooks_refused', `${path} is a folder, and git wants a hook there`, { fields: { path } });
  }
  if (found.kind === 'file' && linesIn(found.text, hook) === 'present' && isExecutable(found.mode)) return false;
  const isOurs = found.kind === 'file' && linesIn(found.text, hook) !== 'absent';
  // What nobody could run is not made to run by a line that is added to it; ours alone is.
  const text = found.kind === 'file' && (isOurs || isExecutable(found.mode)) ? withLines(found.text, hook) : null;
  if (found.kind === 'file' && text !== null) await writeHook(path, text, isOurs ? found.mode | 0o111 : found.mode);
  else await keepAside(folder, hook);
  return true;
}

/** Programs, links, and files that are switched off: as they are, under another name, behind a hook of ours. */
async function keepAside(folder: string, hook: GitHook): Promise<void> {
  const kept = join(folder, keptName(hook));
  if ((await readHook(kept)).kind !== 'none') {
    throw new TrueupError(
      'git_hooks_refused',
      `${join(folder, hook)} was to be kept as ${kept}, which is there already`,
      {
        fields: { hook, kept },
        next: 'remove the one of the two that is no longer meant',
      },
    );
  }
  const link = join(folder, KEPT_FOLDER, hook);
  await touching(`${join(folder, hook)} cannot be kept aside`, async () => {
    await mkdir(dirname(link), { recursive: true });
    if ((await readHook(link)).kind === 'none') await symlink(join('..', keptName(hook)), link);
    await rename(join(folder, hook), kept);
  });
  await writeHook(join(folder, hook), chainedHook(hook), NEW_HOOK_MODE);
}

function isExecutable(mode: number): boolean {
  return (mode & 0o111) !== 0;
}

async function notesOn(
  { root, folder, commonDir, scope }: HookPlaces,
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (scope === null) return [];
  if (folder.endsWith('/.husky/_')) {
    return [
      'husky writes its folder anew whenever its dependencies are installed: run `trueup hook install` after that.',
    ];
  }
  if (folder.startsWith(`${commonDir}/`) || !folder.startsWith(`${root}/`) || (await isIgnored(root, folder, signal)))
    return [];
  return [
    `${folder} is a part of what this repo tracks: the lines that were added to its hooks do nothing in clones without \`trueup hook install\`.`,
  ];
}

async function isIgnored(root: string, folder: string, signal: AbortSignal): Promise<boolean> {
  const git = await gitIn(root, signal);
  // It names what is ignored, and says nothing of anything else.
  return (await git('check-ignore', '--', join(folder, GIT_HOOKS[0]))) !== '';
}
