/** `trueup watch`: holds environments to the working tree while somebody works in it: every save is carried out. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Option } from 'commander';
import { builtInDrivers } from '../../drivers/registry.ts';
import { environmentNotFound } from '../../flow/load.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { InvalidManifestsError, TrueupError } from '../../model/failure.ts';
import { renderDiagnostics } from '../../report/diagnostics-text.ts';
import { renderFailure } from '../../report/failure-text.ts';
import { safeText } from '../../report/safe-text.ts';
import type { ServeEvent } from '../../model/serve-event.ts';
import { claimRoot } from '../../serve/api/socket.ts';
import { systemClock } from '../../serve/clock.ts';
import { Daemon } from '../../serve/daemon.ts';
import { WorkingTreeSource } from '../../serve/watch/working-tree-source.ts';
import type { CommandContext } from '../context.ts';
import { NothingDeclared } from '../daemon/nothing-declared.ts';
import { recordServed } from '../daemon/record-served.ts';
import { type CommandDefinition, defineCommand } from '../define-command.ts';
import { EXIT, type ExitStatus } from '../exit-status.ts';
import { keepHeapSmall } from '../long-lived-heap.ts';
import { addInputOptions, durationOption, type GlobalOptions, type InputOptions, wholeNumber } from '../options.ts';
import { trueupVersion } from '../version.ts';
import { refusal, watchWords } from '../watch/one-watch.ts';
import { WatchLines } from '../watch/watch-lines.ts';
import type { WatchOnTerminal } from '../watch/watch-screen.ts';

interface WatchOptions extends GlobalOptions, InputOptions {
  readonly dryRun: boolean;
  readonly debounce: number;
  readonly parallel?: number;
}

const DEBOUNCE_MS = 100;
const ENVIRONMENTS = 8;
const FULL_EVERY_MS = 600_000;
const LOCK_TIMEOUT_MS = 600_000;

export const command: CommandDefinition = defineCommand<WatchOptions>({
  interrupt: 'quiet',
  configure(watch) {
    addInputOptions(watch)
      .description('Reconcile at every save, dirty files included, and show what runs. With JSON one event a line.')
      .argument('[environment...]', 'what to watch; all environments when absent')
      .option('--dry-run', 'plan and show, and change nothing', false)
      .addOption(
        new Option('--debounce <duration>', 'wait until nothing was saved for this long')
          .argParser(durationOption)
          .default(DEBOUNCE_MS, '100ms'),
      )
      .option('--parallel <n>', 'engine calls at once per environment (default: 10)', wholeNumber(1));
  },
  run: watchCommand,
});

async function watchCommand(
  context: CommandContext,
  words: readonly string[],
  options: WatchOptions,
): Promise<ExitStatus> {
  keepHeapSmall();
  await using opened = new AsyncDisposableStack();
  const clock = systemClock();
  const front = new Front(context);
  const source = await WorkingTreeSource.open(
    {
      directory: context.directory,
      drivers: builtInDrivers,
      environment: process.env,
      inputs: inputsOf(options),
      clock,
      changing: !options.dryRun,
      names: words,
      debounceMs: options.debounce,
      onNote: (text) => front.note(text),
      onInvalid: (error) => front.invalid(error),
    },
    context.signal,
  );
  front.mask = (text) => source.mask(text);
  front.root = source.root;
  await assertNames(source, words, context.signal);
  const claim = claimRoot(source.root, { command: watchWords(words), signal: context.signal });
  opened.use(
    await claim.catch((error: unknown) => {
      throw refusal(error, words);
    }),
  );
  const { parallel } = options;
  const nothing = new NothingDeclared('saves');
  const daemon = new Daemon({
    sources: [source],
    clock,
    limit: ENVIRONMENTS,
    mask: (text) => source.mask(text),
    settings: {
      command: 'trueup watch',
      version: trueupVersion(),
      isDryRun: options.dryRun,
      ...(parallel === undefined ? {} : { parallel }),
      lockTimeoutMs: LOCK_TIMEOUT_MS,
      fullEveryMs: FULL_EVERY_MS,
    },
    onRead: async (read, declaration) => {
      const words = nothing.words(read, declaration, daemon.environments());
      if (words !== null) front.note(words);
    },
    onProblem: (environment, problem) => front.problem(environment, problem),
    onWait: (environment, text) => front.waits(`${environment}: ${text}`),
  });
  if (!options.dryRun) {
    const mask = (text: string): string => source.mask(text);
    opened.use(
      recordServed(daemon, { mask, onTrouble: (environment, problem) => front.problem(environment, problem) }),
    );
  }
  opened.use(daemon);
  const stop = Promise.withResolvers<'quit' | 'interrupt'>();
  if (hasScreen(context)) await front.open(opened, { served: daemon, isDryRun: options.dryRun, stop: stop.resolve });
  opened.use(daemon.subscribe((event) => front.heard(event)));
  if (context.signal.aborted) stop.resolve('interrupt');
  context.signal.addEventListener('abort', () => stop.resolve('interrupt'), { once: true });
  await daemon.start();
  const how = await stop.promise;
  front.stopping();
  await daemon[Symbol.asyncDispose]();
  await opened.disposeAsync();
  front.goodbye();
  return how === 'quit' ? EXIT.done : EXIT.interrupted;
}

function inputsOf({ var: variables, envFile, profile }: InputOptions): WorkingTreeInputs {
  return { variables, profiles: profile, ...(envFile === undefined ? {} : { envFiles: envFile }) };
}

type WorkingTreeInputs = Parameters<typeof WorkingTreeSource.open>[0]['inputs'];

/** Who names an environment means one that is there; one that is not valid yet is worth waiting for. */
async function assertNames(source: WorkingTreeSource, words: readonly string[], signal: AbortSignal): Promise<void> {
  if (words.length === 0) return;
  await using declaration = await source.read(signal);
  const names = await declaration.names(signal);
  const missing = words.find((word) => !names.includes(word));
  if (missing !== undefined) throw environmentNotFound(missing, await source.allNames(signal));
}

function hasScreen({ output, quiet, verbose, stdout }: CommandContext): boolean {
  const { columns, rows } = stdout;
  const isRoomy = stdout.isTTY && columns >= 40 && rows >= 8;
  return isRoomy && process.stdin.isTTY && output !== 'json' && !quiet && !verbose && process.env['TERM'] !== 'dumb';
}

/** At once: the next save may change the lines that they point at. */
async function textsOf(diagnostics: readonly Diagnostic[], root: string): Promise<ReadonlyMap<string, string>> {
  const files = [...new Set(diagnostics.flatMap(({ source }) => source?.file ?? []))];
  const texts = files.map(async (file) => [file, await readFile(resolve(root, file), 'utf8').catch(() => '')] as const);
  return new Map((await Promise.all(texts)).filter(([, text]) => text !== ''));
}

/** What stands before the reader: a screen, or lines. */
class Front {
  readonly #context: CommandContext;
  readonly #lines: WatchLines;
  #screen: WatchOnTerminal | null = null;
  /** What was told of mistakes last, by environment: looking again finds nothing new. */
  readonly #told = new Map<string | null, string>();
  /** Of the repo. */
  root = '';
  mask: (text: string) => string = (text) => text;

  constructor(context: CommandContext) {
    this.#context = context;
    this.#lines = new WatchLines({ context, mask: (text) => this.mask(text) });
  }

  async open(
    opened: AsyncDisposableStack,
    { served, isDryRun, stop }: { readonly served: Daemon; readonly isDryRun: boolean; stop(how: 'quit'): void },
  ): Promise<void> {
    const { WatchOnTerminal: OnTerminal } = await import('../watch/watch-screen.ts');
    const { stdout, render, signal } = this.#context;
    this.#screen = opened.use(
      new OnTerminal({
        served,
        stdin: process.stdin,
        stdout,
        color: render.color,
        isDryRun,
        signal,
        quit: () => stop('quit'),
        interrupt: () => process.kill(process.pid, 'SIGINT'),
        mask: (text) => this.mask(text),
      }),
    );
  }

  heard(event: ServeEvent): void {
    if (this.#screen === null) this.#lines.heard(event);
    else this.#screen.heard(event);
    if (event.type === 'pass_ended') void this.#tellMistakes(event);
  }

  /** Settings concern all environments, and are told once. */
  invalid(error: InvalidManifestsError): void {
    void this.#tell(null, error);
  }

  problem(environment: string, problem: TrueupError): void {
    if (this.#screen === null) this.#lines.problem(environment, problem);
    else this.#screen.problem(environment, renderFailure(problem, { color: false, width: Number.POSITIVE_INFINITY }));
  }

  note(text: string): void {
    if (this.#screen === null) this.#context.note(safeText(this.mask(text)));
    else this.#screen.note(text);
  }

  waits(text: string): void {
    if (this.#screen === null) this.note(text);
    else this.#screen.waits(text);
  }

  stopping(): void {
    if (this.#screen === null) this.#context.note('stopping: what has begun ends; services go on running');
    else this.#screen.stopping();
  }

  goodbye(): void {
    if (this.#screen === null) return;
    this.#context.note('Services go on running; `trueup status` shows them, and `trueup stop` stops them.');
  }

  async #tellMistakes(event: Extract<ServeEvent, { readonly type: 'pass_ended' }>): Promise<void> {
    if (event.outcome === 'invalid') await this.#tell(event.environment, event);
    else {
      this.#told.delete(event.environment);
      this.#told.delete(null);
    }
  }

  async #tell(environment: string | null, { diagnostics }: Pick<InvalidManifestsError, 'diagnostics'>): Promise<void> {
    if (this.#context.output === 'json') return;
    const { renderError } = this.#context;
    const options = this.#screen === null ? renderError : { color: false, width: renderError.width };
    const text = renderDiagnostics(diagnostics, await textsOf(diagnostics, this.root), options);
    if (this.#screen !== null) this.#screen.problem(environment, text);
    else if (this.#told.get(environment) !== text) this.#context.note(this.mask(text));
    this.#told.set(environment, text);
  }
}
