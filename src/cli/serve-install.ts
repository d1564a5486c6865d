/** `trueup serve --install`, `--uninstall` and `--installed`: the daemon as a service of the user. */
import { realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { openRepository } from '../git/repository.ts';
import { parseRemoteSpec } from '../git/ref-spec.ts';
import { isRemoteUrl } from '../git/remote-url.ts';
import { TrueupError } from '../model/failure.ts';
import type { JsonObject } from '../model/json.ts';
import {
  commandText,
  type InstallContext,
  installService,
  type ServiceReport,
  serviceStatus,
  uninstallService,
} from '../serve/install/install.ts';
import { managerOf } from '../serve/install/manager.ts';
import { lastingEnvironment, type Service, serviceName, serviceOf } from '../serve/install/service.ts';
import type { CommandContext } from './context.ts';
import { EXIT, type ExitStatus } from './exit-status.ts';

export interface ServeInstallOptions {
  readonly action: 'install' | 'uninstall' | 'installed';
  readonly force: boolean;
  /** Options of `serve` that the service gets, too. */
  readonly kept: readonly string[];
  /** Absolute; `null` for the usual place. */
  readonly log: string | null;
}

const FORMAT_VERSION = '1.0';

/** `words` are those of `serve`: folders and URLs. */
export async function runServeInstall(
  context: CommandContext,
  words: readonly string[],
  { action, force, kept, log }: ServeInstallOptions,
): Promise<ExitStatus> {
  const home = homedir();
  const { HOME: _, XDG_CONFIG_HOME: configured = '' } = process.env;
  const manager = managerOf({
    platform: process.platform,
    home,
    configHome: isAbsolute(configured) ? configured : join(home, '.config'),
    uid: process.getuid?.() ?? 0,
  });
  const installing: InstallContext = { manager, run: runManager, signal: context.signal };
  const sources = await sourcesOf(context, words, action);
  const service = serviceFor(sources, home, { kept, log });
  const report = await {
    install: () => installService(service, installing, { force }),
    uninstall: () => uninstallService(service, installing, { force }),
    installed: () => serviceStatus(service, installing),
  }[action]();
  if (context.output === 'json') context.printJson(documentOf(report, service));
  else context.print(textOf(report, service));
  return action === 'installed' && !report.isActive ? EXIT.error : EXIT.done;
}

function serviceFor(
  sources: readonly string[],
  home: string,
  { kept, log }: Pick<ServeInstallOptions, 'kept' | 'log'>,
): Service {
  return serviceOf({
    sources,
    runtime: process.execPath,
    command: realpathSync(process.argv[1] ?? ''),
    options: kept,
    home,
    environment: lastingEnvironment(process.env),
    log: log ?? join(stateHome(home), 'trueup', 'serve', `${serviceName(sources)}.log`),
  });
}

function stateHome(home: string): string {
  const configured = process.env['XDG_STATE_HOME'] ?? '';
  return isAbsolute(configured) ? configured : join(home, '.local', 'state');
}

/** The roots of repos, so that any folder of one means the same service; a repo that is gone is named by its path. */
async function sourcesOf(
  context: CommandContext,
  words: readonly string[],
  action: ServeInstallOptions['action'],
): Promise<readonly string[]> {
  const meant = words.length === 0 ? [context.directory] : words;
  return Promise.all(
    meant.map(async (word) => {
      if (isRemoteUrl(word)) {
        const { shown, credentials } = parseRemoteSpec(word).url;
        // The ref behind it as it was written: the daemon reads it again.
        if (credentials === null) return `${shown}${word.includes('#') ? word.slice(word.indexOf('#')) : ''}`;
        throw new TrueupError('usage', `${shown}: no password may stand in the file of a service`, {
          next: 'leave it out, and let a credential helper of git know it',
        });
      }
      const folder = resolve(context.directory, word);
      try {
        return (await openRepository(folder, context.signal)).root;
      } catch (error) {
        if (action === 'install') throw error;
        return folder;
      }
    }),
  );
}

async function runManager([file = '', ...args]: readonly string[], signal: AbortSignal): Promise<number | null> {
  const { execa } = await import('execa');
  const { exitCode } = await execa(file, args, {
    reject: false,
    stdio: 'ignore',
    timeout: 60_000,
    cancelSignal: signal,
    forceKillAfterDelay: 1000,
  });
  return exitCode ?? null;
}

function documentOf(
  { name, manager, file, state, isActive, next }: ServiceReport,
  { log, words }: Service,
): JsonObject {
  return { format_version: FORMAT_VERSION, name, manager, file, state, active: isActive, command: words, log, next };
}

function textOf({ name, file, state, isActive, text, next, lacks }: ServiceReport, { log, words }: Service): string {
  const states: Readonly<Record<ServiceReport['state'], string>> = {
    written: `Wrote ${file}:`,
    unchanged: `${file} is as it should be.`,
    outdated: `${file} is not as it would be written now.`,
    removed: `Removed ${file}.`,
    absent: `There is no ${file}.`,
  };
  const isThere = state !== 'removed' && state !== 'absent';
  const isOnlyPlanning = isThere && words.includes('--dry-run');
  return [
    states[state],
    ...(text === null ? [] : ['', text.trimEnd().replaceAll(/^(?=.)/gm, '    '), '']),
    ...(isOnlyPlanning
      ? ['By --dry-run it is installed as a service that only plans and reports: it changes nothing.']
      : []),
    ...(isThere ? [`${name} ${isActive ? 'runs' : 'does not run'}; its log is ${log}`] : []),
    ...(lacks === null ? [] : [`There is no ${lacks} here: nothing starts it. By hand: ${commandText(words)}`]),
    ...(next.length === 0 ? [] : ['To do by hand:', ...next.map((line) => `    ${line}`)]),
  ].join('\n');
}
