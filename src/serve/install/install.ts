/**
 * Has the service manager of the user run the daemon. Doing it twice is doing it once; a file that is not ours is left
 * alone unless that is asked for. Where the manager does not run, the file is written all the same, and what is left to do
 * is said.
 */
import { readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SHARED_FILE, writeFileAtomic } from '../../files/atomic-file.ts';
import { errnoOf } from '../../files/errno.ts';
import { makeFolder } from '../../files/make-folder.ts';
import { TrueupError } from '../../model/failure.ts';
import type { Manager, ManagerCall } from './manager.ts';
import { MARK, type Service } from './service.ts';

/** Resolves with the exit status; `null` where it could not even be started. */
export type RunManager = (words: readonly string[], signal: AbortSignal) => Promise<number | null>;

export interface InstallContext {
  readonly manager: Manager;
  readonly run: RunManager;
  readonly signal: AbortSignal;
}

export type FileState = 'written' | 'unchanged' | 'removed' | 'absent' | 'outdated';

export interface ServiceReport {
  readonly name: string;
  readonly manager: Manager['kind'];
  readonly file: string;
  readonly state: FileState;
  readonly isActive: boolean;
  /** What was written; `null` where nothing was. */
  readonly text: string | null;
  /** What is left to do, as commands. */
  readonly next: readonly string[];
  /** The program of the manager, where this machine does not have it: then nothing starts the service. */
  readonly lacks: string | null;
}

export async function installService(
  service: Service,
  { manager, run, signal }: InstallContext,
  { force }: { readonly force: boolean },
): Promise<ServiceReport> {
  const file = manager.path(service);
  const text = manager.text(service);
  const found = await textOf(file);
  if (found !== null && !isOurs(found) && !force) throw notOurs(file);
  const state = found === text ? 'unchanged' : 'written';
  if (state === 'written') await write(file, text);
  const common = { ...head(service, manager), state, text: state === 'written' ? text : null } as const;
  const lacks = await missingProgram(service, { manager, run, signal });
  if (lacks !== null) return { ...common, isActive: false, next: [], lacks };
  const calls = manager.activate(service, found !== null && state === 'written');
  const left = await callAll(calls, run, signal);
  const isActive = left.length === 0 && (await isRunning(service, { manager, run, signal }));
  return {
    ...common,
    isActive,
    next: [...left.map(({ words }) => commandText(words)), ...(await lingerHint({ manager, run, signal }))],
    lacks,
  };
}

/** By the name alone, so that it also works where a repo is gone. */
export async function uninstallService(
  service: Pick<Service, 'name'>,
  { manager, run, signal }: InstallContext,
  { force }: { readonly force: boolean },
): Promise<ServiceReport> {
  const file = manager.path(service);
  const found = await textOf(file);
  const common = { ...head(service, manager), isActive: false, text: null, next: [], lacks: null } as const;
  if (found === null) return { ...common, state: 'absent' };
  if (!isOurs(found) && !force) throw notOurs(file);
  await callAll(manager.deactivate(service), run, signal);
  await changing(file, () => rm(file, { force: true }));
  await callAll(manager.forget(), run, signal);
  return { ...common, state: 'removed' };
}

export async function serviceStatus(service: Service, context: InstallContext): Promise<ServiceReport> {
  const { manager } = context;
  const found = await textOf(manager.path(service));
  const common = { ...head(service, manager), text: null, lacks: await missingProgram(service, context) };
  if (found === null) return { ...common, state: 'absent', isActive: false, next: ['trueup serve --install'] };
  // Options and environment are those of who installed it; only what it starts has to be there still.
  const state = isOurs(found) && found.includes(manager.program(service)) ? 'unchanged' : 'outdated';
  const isActive = await isRunning(service, context);
  return { ...common, state, isActive, next: state === 'unchanged' ? [] : ['trueup serve --install'] };
}

function head(service: Pick<Service, 'name'>, manager: Manager): Pick<ServiceReport, 'name' | 'manager' | 'file'> {
  return { name: service.name, manager: manager.kind, file: manager.path(service) };
}

async function textOf(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw refused(file, error);
  }
}

async function write(file: string, text: string): Promise<void> {
  await changing(file, async () => {
    await makeFolder(dirname(file));
    await writeFileAtomic(file, text, SHARED_FILE);
  });
}

async function changing(file: string, change: () => Promise<void>): Promise<void> {
  try {
    await change();
  } catch (error) {
    throw refused(file, error);
  }
}

/** The mark stands in the first lines. */
function isOurs(text: string): boolean {
  return text.split('\n', 3).some((line) => line.includes(MARK));
}

/** Where one was in vain: from the first that was, to the last. */
async function callAll(
  calls: readonly ManagerCall[],
  run: RunManager,
  signal: AbortSignal,
): Promise<readonly ManagerCall[]> {
  let inVain: number | null = null;
  for (const [index, { words, mayFail }] of calls.entries()) {
    const status = await run(words, signal);
    signal.throwIfAborted();
    if (status === 0) continue;
    inVain ??= index;
    if (!mayFail) return calls.slice(inVain);
  }
  return [];
}

async function isRunning(service: Pick<Service, 'name'>, { manager, run, signal }: InstallContext): Promise<boolean> {
  return (await run(manager.isActive(service).words, signal)) === 0;
}

/** `systemctl`, where there is none: in a container, on WSL1, under another init. */
async function missingProgram(
  service: Pick<Service, 'name'>,
  { manager, run, signal }: InstallContext,
): Promise<string | null> {
  const { words } = manager.isActive(service);
  return (await run(words, signal)) === null ? (words[0] ?? null) : null;
}

/** Without it systemd ends what a user runs when they log out. */
async function lingerHint({ manager, run, signal }: InstallContext): Promise<readonly string[]> {
  if (manager.kind !== 'systemd') return [];
  const lingers = await run(['sh', '-c', 'test "$(loginctl show-user --property=Linger --value)" = yes'], signal);
  return lingers === 0 ? [] : ['loginctl enable-linger'];
}

/** As one types it: none of these words needs quotes but paths with spaces. */
export function commandText(words: readonly string[]): string {
  return words.map((word) => (/^[\w./:=@-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');
}

function notOurs(file: string): TrueupError {
  return new TrueupError('install_refused', `${file} was not made by trueup, and is left as it is`, {
    fields: { file },
    next: 'move it away, or pass --force',
  });
}

function refused(file: string, error: unknown): TrueupError {
  const reason = error instanceof Error ? error.message : String(error);
  return new TrueupError('install_refused', `the service file ${file} cannot be changed: ${reason}`, {
    cause: error,
    fields: { file },
    next: 'make it, and its folder, yours to write to',
  });
}
