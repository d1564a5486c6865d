/** What `trueup serve` does beside serving: the service that runs it, its log, and who is told by the settings of repos. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { builtInDrivers } from '../../drivers/registry.ts';
import { openWorkspace } from '../../flow/workspace.ts';
import { openRepository } from '../../git/repository.ts';
import { workingTree } from '../../git/working-tree.ts';
import { defaultSettings, loadSettings } from '../../manifest/settings.ts';
import { TrueupError } from '../../model/failure.ts';
import { type AttendantOptions, startAttendants } from '../../serve/attendants.ts';
import type { CommandContext } from '../context.ts';
import type { ExitStatus } from '../exit-status.ts';
import { runServeInstall } from '../serve-install.ts';
import type { ServeLogPlace } from '../serve-log.ts';
import { trueupVersion } from '../version.ts';

export interface ServiceOptions {
  readonly install: boolean;
  readonly uninstall: boolean;
  readonly installed: boolean;
  readonly force: boolean;
  readonly logFile?: string;
}

export function addServiceOptions(serve: Command): Command {
  return serve
    .option('--install', 'have systemd or launchd run this from now on, and do nothing else', false)
    .option('--uninstall', 'undo that', false)
    .option('--installed', 'say whether it is installed and runs; exit 1 where it does not run', false)
    .option('--force', 'with --install and --uninstall: also where the file is not ours', false)
    .option('--log-file <file>', 'write the log there, as JSON, instead of to standard error');
}

/** `null` where it is to serve. */
export async function serviceCommand(
  context: CommandContext,
  words: readonly string[],
  options: ServiceOptions,
): Promise<ExitStatus | null> {
  const wanted = (['install', 'uninstall', 'installed'] as const).filter((action) => options[action]);
  const [action] = wanted;
  if (action === undefined) return null;
  if (wanted.length > 1) {
    throw new TrueupError('usage', `--${wanted.join(' and --')} do not go together`, { next: 'give one of them' });
  }
  const log = options.logFile === undefined ? null : resolve(context.directory, options.logFile);
  const kept = keptOptions(process.argv, context.directory);
  return runServeInstall(context, words, { action, force: options.force, kept, log });
}

/** The options of this command line that a service gets, too; throws for those that it cannot have. */
export function keptOptions(argv: readonly string[], directory: string): readonly string[] {
  const kept: string[] = [];
  const words = argv.slice(argv.indexOf('serve') + 1);
  const end = words.indexOf('--');
  const given = end === -1 ? words : words.slice(0, end);
  for (let index = 0; index < given.length; index += 1) {
    const [, name = '', written] = /^(--[^=]+)(?:=(.*))?$/s.exec(given[index] ?? '') ?? [];
    if (name === '') continue;
    const kind = OPTIONS[name];
    if (kind === undefined) {
      throw new TrueupError('usage', `${name} cannot be installed`, {
        next: 'leave it out: what a service is given, everybody on this machine can read',
      });
    }
    const value = kind === 'flag' || kind === 'dropped flag' ? undefined : (written ?? given[(index += 1)] ?? '');
    if (kind === 'dropped flag' || kind === 'dropped') continue;
    kept.push(name, ...(value === undefined ? [] : [kind === 'path' ? resolve(directory, value) : value]));
  }
  return kept;
}

/** `--var` is not among them: its value may be a secret. */
const OPTIONS: Readonly<Record<string, 'value' | 'path' | 'flag' | 'dropped' | 'dropped flag'>> = {
  '--install': 'dropped flag',
  '--uninstall': 'dropped flag',
  '--installed': 'dropped flag',
  '--force': 'dropped flag',
  '--verbose': 'dropped flag',
  '--quiet': 'dropped flag',
  '--chdir': 'dropped',
  '--output': 'dropped',
  '--format': 'dropped',
  '--log-file': 'dropped',
  '--dry-run': 'flag',
  '--parallel': 'value',
  '--environments': 'value',
  '--full-every': 'value',
  '--profile': 'value',
  '--listen': 'value',
  '--env-file': 'path',
  '--tls-cert': 'path',
  '--tls-key': 'path',
};

/** As the settings of the first repo have it, where a folder is served; the command line has the last word on the file. */
export async function logPlace(
  context: CommandContext,
  folder: string | null,
  { logFile }: ServiceOptions,
  mask: (text: string) => string,
): Promise<ServeLogPlace> {
  const root = folder === null ? context.directory : (await openRepository(folder, context.signal)).root;
  const settings = folder === null ? defaultSettings() : (await loadSettings(workingTree(root, new Set()))).settings;
  const { file } = settings.log;
  const declared = file === null ? null : resolve(root, file);
  return { ...settings.log, file: logFile === undefined ? declared : resolve(context.directory, logFile), mask };
}

export interface AttendedRepo extends Pick<AttendantOptions, 'served' | 'source' | 'clock' | 'mask' | 'log'> {
  readonly root: string;
}

/** For a repo of the operator. */
export async function attendRepo(
  { root, ...rest }: AttendedRepo,
  changing: boolean,
  signal: AbortSignal,
): Promise<AsyncDisposable> {
  const given = { directory: root, drivers: builtInDrivers, environment: process.env, changing };
  return startAttendants({ ...rest, workspace: await openWorkspace(given, signal), version: trueupVersion() });
}
