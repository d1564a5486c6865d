/** `trueup serve` or `trueup watch` as the built command, in a process of its own, and the events that it tells. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readdirSync } from 'node:fs';
import { type ClientRequest, get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

/** The part of a CloudEvent that is measured. */
export interface Told {
  readonly type: string;
  readonly source: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface LongLivedOptions {
  readonly words: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** What it writes on standard error. */
  readonly log: string;
}

const TRUEUP = join(import.meta.dirname, '..', '..', 'bin', 'trueup.cjs');
const KEPT = 50_000;

export class LongLived implements AsyncDisposable {
  readonly pid: number;
  /** In the order in which they were told; the oldest are dropped. */
  told: Told[] = [];
  readonly #child: ChildProcess;
  readonly #runtime: string;
  #follower: ClientRequest | null = null;

  private constructor(child: ChildProcess, runtime: string) {
    this.#runtime = runtime;
    if (child.pid === undefined) throw new Error('it did not start');
    this.pid = child.pid;
    this.#child = child;
  }

  /** Its events come from the API, or from standard output where it prints them. */
  static async start({ words, cwd, env, log }: LongLivedOptions): Promise<LongLived> {
    const hasApi = words[0] === 'serve';
    const errors = openSync(log, 'a');
    const stdio = ['ignore', hasApi ? errors : 'pipe', errors] as const;
    const child = spawn(process.execPath, [TRUEUP, ...words], { cwd, env, stdio: [...stdio] });
    const started = new LongLived(child, env['XDG_RUNTIME_DIR'] ?? '');
    if (hasApi) await started.#follow();
    else if (child.stdout !== null) started.#read(child.stdout, (line) => line);
    return started;
  }

  /** The first event of this type about an environment that was told at or after a moment. */
  async next(type: string, environment: string, from: number, limitMs: number): Promise<Told> {
    const since = performance.now();
    for (;;) {
      const found = this.told.find((event) => isOf(event, type, environment) && event.at >= Math.floor(from));
      if (found !== undefined) return found;
      if (this.#child.exitCode !== null) throw new Error(`it ended with ${this.#child.exitCode}`);
      if (performance.now() - since > limitMs) throw new Error(`no ${type} of ${environment}`);
      await sleep(3);
    }
  }

  /** Nobody hears its events meanwhile, as in a night: to be told of each probe costs it more than the probe. */
  async unheard<T>(during: () => Promise<T>): Promise<T> {
    if (this.#follower === null) return during();
    this.#follower.destroy();
    const found = await during();
    await this.#follow();
    return found;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#follower?.destroy();
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await gone;
  }

  async #follow(): Promise<void> {
    for (let tries = 0; ; tries += 1) {
      const socketPath = socketIn(join(this.#runtime, 'trueup'));
      const answer = socketPath === null ? null : await this.#asked(socketPath);
      if (answer !== null) {
        this.#read(answer, (line) => (line.startsWith('data: {"specversion"') ? line.slice(6) : null));
        return;
      }
      if (this.#child.exitCode !== null) throw new Error(`it ended with ${this.#child.exitCode}`);
      if (tries > 6000) throw new Error('it does not listen');
      await sleep(20);
    }
  }

  async #asked(socketPath: string): Promise<IncomingMessage | null> {
    const { promise, resolve } = Promise.withResolvers<IncomingMessage | null>();
    const follower = get({ socketPath, path: '/v1/events', agent: false }, resolve);
    follower.on('error', () => resolve(null));
    this.#follower = follower;
    return promise;
  }

  #read(input: Readable, eventIn: (line: string) => string | null): void {
    const lines = createInterface({ input });
    // To leave is an error of what is read.
    lines.on('error', () => undefined);
    lines.on('line', (line) => {
      const text = eventIn(line);
      if (text === null) return;
      const { type, source, time, data } = JSON.parse(text) as Omit<Told, 'at'> & { readonly time: string };
      this.told.push({ type, source, at: Date.parse(time), data });
      if (this.told.length > KEPT) this.told = this.told.slice(-KEPT / 2);
    });
  }
}

function isOf(event: Told, type: string, environment: string): boolean {
  return event.type === `dev.trueup.${type}.v1` && event.source.endsWith(`/${environment}`);
}

function socketIn(folder: string): string | null {
  try {
    const name = readdirSync(folder).find((entry) => entry.startsWith('serve-') && entry.endsWith('.sock'));
    return name === undefined ? null : join(folder, name);
  } catch {
    return null;
  }
}
