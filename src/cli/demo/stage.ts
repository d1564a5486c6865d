/**
 * Where the demo is played: it says what happens in plain words, and runs the real command in processes of its own
 * session, so that Ctrl-C reaches the demo alone, which then ends what it started in good order.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { TrueupError } from '../../model/failure.ts';
import type { JsonObject } from '../../model/json.ts';
import { wrapWords } from '../../report/layout.ts';
import { painter } from '../../report/paint.ts';
import type { CommandContext } from '../context.ts';
import { packagePath } from '../package-files.ts';
import type { Scratch } from './scratch.ts';

export interface Act extends JsonObject {
  readonly command: string;
  readonly exit_code: number;
  readonly duration_ms: number;
}

export interface Ended {
  readonly status: number;
  /** Both streams; empty where they were shown. */
  readonly output: string;
}

const WIDEST = 100;
/** How long an interrupted command may take to stop in good order. */
const GRACE_MS = 10_000;

export class Stage {
  readonly acts: Act[] = [];
  readonly #context: CommandContext;
  readonly #scratch: Scratch;
  readonly #shows: boolean;

  constructor(context: CommandContext, scratch: Scratch) {
    this.#context = context;
    this.#scratch = scratch;
    this.#shows = context.output !== 'json' && !context.quiet;
  }

  /** Aborts when the demo is interrupted. */
  get signal(): AbortSignal {
    return this.#context.signal;
  }

  /** A paragraph in plain words. */
  async say(text: string): Promise<void> {
    const paint = painter(this.#context.render.color);
    const width = Math.min(this.#context.render.width, WIDEST);
    await this.#print(`\n${paint('strong', '#')} ${wrapWords(text, width - 2, 2).trimStart()}`);
  }

  /** A line as it would be typed into a shell, for what the demo does itself. */
  async shows(line: string): Promise<void> {
    const paint = painter(this.#context.render.color);
    await this.#print(paint('strong', `$ ${line}`));
  }

  async prints(line: string): Promise<void> {
    await this.#print(line);
  }

  /** Runs trueup in front of everybody. Throws when it ends with another status than the one that belongs here. */
  async trueup(args: readonly string[], expected = 0): Promise<void> {
    this.#context.signal.throwIfAborted();
    const line = `trueup ${args.join(' ')}`;
    await this.#print('');
    await this.shows(line);
    const started = performance.now();
    const { status, output } = await this.#run(args, this.#shows ? 'shown' : 'captured', this.#context.signal);
    this.#context.signal.throwIfAborted();
    this.acts.push({ command: line, exit_code: status, duration_ms: Math.round(performance.now() - started) });
    if (status === expected) return;
    throw new TrueupError(
      'step_failed',
      `\`${line}\` ended with status ${status} instead of ${expected}\n${output}`.trimEnd(),
      {
        next: 'run `trueup doctor`; if all is well there, this is a defect of trueup',
      },
    );
  }

  /** Runs trueup behind the scenes, also after an interrupt. */
  async quietly(args: readonly string[], signal: AbortSignal): Promise<Ended> {
    return this.#run(args, 'captured', signal);
  }

  async #run(args: readonly string[], how: 'shown' | 'captured', signal: AbortSignal): Promise<Ended> {
    const { repo, env } = this.#scratch;
    const stdio = how === 'shown' ? 'inherit' : 'pipe';
    const child = spawn(process.execPath, [packagePath('bin', 'trueup.cjs'), ...args], {
      cwd: repo,
      env,
      detached: true,
      stdio: ['ignore', stdio, stdio],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (data: Buffer) => (output += data.toString()));
    const { promise, resolve, reject } = Promise.withResolvers<Ended>();
    child.once('error', reject);
    child.once('close', (code, by) => {
      resolve({ status: code ?? 128 + (by === null ? 0 : constants.signals[by]), output });
    });
    const stop = (): void => interrupt(child);
    signal.addEventListener('abort', stop, { once: true });
    return promise.finally(() => signal.removeEventListener('abort', stop));
  }

  async #print(text: string): Promise<void> {
    if (!this.#shows) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    // Waited for, so that the words stand before what the next command prints. A closed pipe is told to the one who asks.
    this.#context.stdout.write(`${text}\n`, () => resolve());
    await promise;
  }
}

function interrupt(child: ChildProcess): void {
  child.kill('SIGINT');
  const timer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
  child.once('close', () => clearTimeout(timer));
}
