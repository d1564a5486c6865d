/** `trueup serve`: holds environments true to git for as long as it runs. */
import { resolve } from 'node:path';
import { Option } from 'commander';
import { builtInDrivers } from '../../drivers/registry.ts';
import { failureOf, TrueupError } from '../../model/failure.ts';
import type { ServeEvent } from '../../model/serve-event.ts';
import type { AttendedSettings } from '../../serve/attendance.ts';
import { claimRoot, type RootClaim } from '../../serve/api/socket.ts';
import { systemClock } from '../../serve/clock.ts';
import { Daemon } from '../../serve/daemon.ts';
import { eventLines } from '../../serve/log/event-lines.ts';
import { sourceNames } from '../../serve/sources/source-names.ts';
import { LocalSource } from '../../serve/sources/local-source.ts';
import type { RemoteSource } from '../../serve/sources/remote-source.ts';
import type { MistakeListener } from '../../serve/sources/settings-mistakes.ts';
import { isRemoteUrl } from '../../git/remote-url.ts';
import type { SignaturePolicy } from '../../git/verify.ts';
import { masker } from '../../state/mask.ts';
import type { CommandContext } from '../context.ts';
import { type Attended, type Attending, attendRemote, attendRepo } from '../daemon/attend.ts';
import { daemonSettings, logPlace } from '../daemon/daemon-settings.ts';
import { NothingDeclared } from '../daemon/nothing-declared.ts';
import { recordServed } from '../daemon/record-served.ts';
import { addApiOptions, openServeApi, type ServeApiOptions } from '../daemon/serve-api.ts';
import { startWarnings } from '../daemon/start-warnings.ts';
import { addServiceOptions, serviceCommand, type ServiceOptions } from '../daemon/service-options.ts';
import { addTokenOptions, tokenCommand, type TokenOptions } from '../daemon/token-command.ts';
import { type CommandDefinition, defineCommand } from '../define-command.ts';
import { EXIT, type ExitStatus } from '../exit-status.ts';
import { keepHeapSmall } from '../long-lived-heap.ts';
import { addInputOptions, durationOption, type GlobalOptions, type InputOptions, wholeNumber } from '../options.ts';
import { loadOperatorSettings } from '../operator-settings.ts';
import {
  addRemoteOptions,
  assertRemoteOptions,
  followedRepo,
  hideCredentials,
  openRemoteSource,
  type RemoteOptions,
} from '../remote-sources.ts';
import { openServeLog, type ServeLog } from '../serve-log.ts';
import { trueupVersion } from '../version.ts';

interface ServeOptions
  extends GlobalOptions,
    InputOptions,
    RemoteOptions,
    ServeApiOptions,
    TokenOptions,
    ServiceOptions {
  readonly dryRun: boolean;
  readonly parallel?: number;
  readonly environments: number;
  readonly fullEvery: number;
}

/** So many environments are reconciled at once; each has its own limit of engine calls. */
const ENVIRONMENTS = 8;
const FULL_EVERY_MS = 600_000;
/** Longer than any run of a person should take; a newer trigger ends the wait in any case. */
const LOCK_TIMEOUT_MS = 600_000;

export const command: CommandDefinition = defineCommand<ServeOptions>({
  interrupt: 'service',
  configure(serve) {
    addRemoteOptions(addServiceOptions(addTokenOptions(addApiOptions(addInputOptions(serve)))))
      .description(
        'Hold environments true to git: reconcile at every commit, and heal what drifts where that is wanted.',
      )
      .argument(
        '[repo...]',
        'folders, at the commits of their checked-out branches, or URLs (URL#branch); this folder when absent',
      )
      .option('--dry-run', 'plan and report, and change nothing; with --install: install a service that does', false)
      .option('--parallel <n>', 'engine calls at once per environment (default: 10)', wholeNumber(1))
      .option('--environments <n>', 'environments reconciled at once', wholeNumber(1), ENVIRONMENTS)
      .addOption(
        new Option('--full-every <duration>', 'compare everything this often, whatever was heard')
          .argParser(durationOption)
          .default(FULL_EVERY_MS, '10m'),
      );
  },
  async run(context, words, options) {
    hideCredentials(words);
    if (words[0] === 'token') return tokenCommand(context, words.slice(1), options);
    const service = await serviceCommand(context, words, options);
    if (service !== null) return service;
    keepHeapSmall();
    const known = masker();
    const mask = (text: string): string => known.mask(text);
    await using opened = new AsyncDisposableStack();
    const clock = systemClock();
    assertRemoteOptions(words, options);
    const urls = words.filter((word) => isRemoteUrl(word));
    const places = words.filter((word) => !isRemoteUrl(word));
    const folders = words.length === 0 ? [context.directory] : places.map((word) => resolve(context.directory, word));
    const [first = null] = folders;
    const operator = await loadOperatorSettings(process.env);
    const settings = await daemonSettings(first, operator, context.signal);
    const log = opened.use(await openServeLog(context, logPlace(context, settings, options, mask)));
    opened.use(onHangup(() => log.reopen()));
    const kinds = { urls: urls.length > 0, folders: folders.length > 0 };
    for (const warning of await startWarnings(operator, kinds)) log.line(null, warning);
    const sources: LocalSource[] = [];
    const claims: RootClaim[] = [];
    const names = sourceNames();
    const common = {
      name: (where: string) => names.of(where),
      drivers: builtInDrivers,
      environment: process.env,
      inputs: inputsOf(options),
      clock,
      changing: !options.dryRun,
      masker: known,
    };
    const verify = (root: string): Promise<SignaturePolicy | null> => operator.verifyFolder(root);
    const claim = { command: 'trueup serve', signal: context.signal };
    for (const directory of folders) {
      const source = await LocalSource.open({ ...common, directory, verify }, context.signal);
      sources.push(source);
      claims.push(opened.use(await claimRoot(source.root, claim)));
    }
    const remotes: RemoteSource[] = [];
    for (const url of urls) {
      const say = (words: string): void => log.line(null, words);
      const place = { ...common, directory: context.directory, say };
      const source = await openRemoteSource(url, options, place, context.signal);
      remotes.push(source);
      claims.push(opened.use(await claimRoot(source.root, claim)));
    }
    const { parallel } = options;
    const attended = new Map<string, Attended>();
    const nothing = new NothingDeclared('commits');
    const daemon = new Daemon({
      sources: [...sources, ...remotes],
      clock,
      limit: options.environments,
      mask,
      settings: {
        command: 'trueup serve',
        version: trueupVersion(),
        isDryRun: options.dryRun,
        ...(parallel === undefined ? {} : { parallel }),
        lockTimeoutMs: LOCK_TIMEOUT_MS,
        fullEveryMs: options.fullEvery,
      },
      onRead: async (source, declaration) => {
        const words = nothing.words(source, declaration, daemon.environments());
        if (words !== null) log.line(source.name, words);
        await attended.get(source.name)?.read(declaration);
      },
      onProblem: (environment, problem: TrueupError) => log.problem(environment, problem),
      onWait: (environment, text) => log.line(environment, text),
    });
    if (!options.dryRun)
      opened.use(recordServed(daemon, { mask, onTrouble: (id, problem) => log.problem(id, problem) }));
    opened.use(daemon);
    const lineOf = eventLines();
    const tell = (event: ServeEvent): void => {
      const line = lineOf(event);
      if (line !== null) log.line(event.environment, line, event);
    };
    opened.use(daemon.subscribe(tell));
    const attendingTo = (name: string): Attending & MistakeListener => ({
      served: daemon,
      clock,
      mask,
      log: log.core,
      onProblem: (problem) => log.problem(name, problem),
      onMended: () => log.line(name, 'trueup.yaml can be read again'),
    });
    for (const source of sources) {
      const isFirst = source === sources[0];
      const told = {
        ...attendingTo(source.name),
        onSettings: ({ log: { level } }: AttendedSettings) => {
          if (isFirst) log.levelIs(level);
          log.line(source.name, 'other settings of trueup.yaml count from now on');
        },
      };
      attended.set(
        source.name,
        opened.use(await attendRepo(source, told, { operator, changing: !options.dryRun }, context.signal)),
      );
    }
    for (const source of remotes)
      attended.set(source.name, opened.use(await attendRemote(source, attendingTo(source.name), operator)));
    await daemon.start();
    const api = opened.use(
      await openServeApi(
        daemon,
        {
          claims,
          masker: known,
          settings,
          followed: () => remotes.map(followedRepo),
          onProblem: (error) => log.problem('api', problemOf(error)),
        },
        options,
      ),
    );
    if (api.port !== null) log.line(null, `the API listens on port ${api.port}`);
    const ids = daemon.environments().map(({ id }) => id);
    log.line(null, `serving ${ids.length === 0 ? 'nothing yet' : ids.join(', ')} (pid ${process.pid})`);
    return await untilStopped(context, log);
  },
});

/** A terminal that is closed ends it; whoever runs it as a service asks for a new log file. */
function onHangup(call: () => void): Disposable {
  if (process.stdin.isTTY) return { [Symbol.dispose]: () => undefined };
  process.on('SIGHUP', call);
  return { [Symbol.dispose]: () => void process.off('SIGHUP', call) };
}

function problemOf(error: unknown): TrueupError {
  return error instanceof TrueupError ? error : new TrueupError('internal', failureOf(error).message, { cause: error });
}

function inputsOf({ var: variables, envFile, profile }: InputOptions): LocalSourceInputs {
  return { variables, profiles: profile, ...(envFile === undefined ? {} : { envFiles: envFile }) };
}

type LocalSourceInputs = Parameters<typeof LocalSource.open>[0]['inputs'];

/** Being ended is how it ends: only Ctrl-C is an interruption. */
async function untilStopped(context: CommandContext, log: ServeLog): Promise<ExitStatus> {
  const { promise, resolve: stop } = Promise.withResolvers<void>();
  if (context.signal.aborted) stop();
  context.signal.addEventListener('abort', () => stop(), { once: true });
  await promise;
  const reason: unknown = context.signal.reason;
  const isInterrupt = reason instanceof Error && reason.message.includes('SIGINT');
  log.line(null, 'stopping: what has begun ends, gates are left to the next start, services keep running');
  return isInterrupt ? EXIT.interrupted : EXIT.done;
}
