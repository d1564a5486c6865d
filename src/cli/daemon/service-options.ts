/** What `trueup serve` does in place of serving: the service that runs it. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { TrueupError } from '../../model/failure.ts';
import type { CommandContext } from '../context.ts';
import type { ExitStatus } from '../exit-status.ts';
import { runServeInstall } from '../serve-install.ts';
import { assertRemotes, type RemoteOptions } from '../remote-sources.ts';

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
  options: ServiceOptions & RemoteOptions,
): Promise<ExitStatus | null> {
  const wanted = (['install', 'uninstall', 'installed'] as const).filter((action) => options[action]);
  const [action] = wanted;
  if (action === undefined) return null;
  if (wanted.length > 1) {
    throw new TrueupError('usage', `--${wanted.join(' and --')} do not go together`, { next: 'give one of them' });
  }
  // A service that cannot start says so to nobody.
  if (action === 'install') await assertRemotes(words, options, { ...context, environment: process.env });
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
  '--branch': 'value',
  '--tag': 'value',
  '--semver': 'value',
  '--commit': 'value',
  '--poll': 'value',
  '--trust': 'flag',
  '--allow-policy': 'path',
  '--listen': 'value',
  '--env-file': 'path',
  '--tls-cert': 'path',
  '--tls-key': 'path',
};
