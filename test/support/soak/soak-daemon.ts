/**
 * The daemon of a soak: the built command in a process of its own, one life after the other over the same repo. Its log goes
 * to a file, and it is asked over its socket, as anybody would.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { socketName } from '../../../src/serve/api/socket-place.ts';
import { type ScratchRepo, TRUEUP } from '../cli.ts';
import { eventually } from '../eventually.ts';

/** Longer than anything that the daemon has begun may take to end on a busy machine. */
const END_MS = 120_000;
const ASK_MS = 60_000;

export interface Answer {
  readonly status: number;
  readonly text: string;
}

export class SoakDaemon implements AsyncDisposable {
  /** Counted from 1. */
  life = 0;
  readonly #repo: ScratchRepo;
  readonly #log: string;
  readonly #nodeOptions: readonly string[];
  readonly #readers = new Set<IncomingMessage>();
  #child: ChildProcess | null = null;

  constructor(repo: ScratchRepo, nodeOptions: readonly string[] = []) {
    this.#repo = repo;
    this.#log = join(repo.scratch, 'daemon.log');
    this.#nodeOptions = nodeOptions;
  }

  /** Objects, a line each. */
  get log(): string {
    return this.#log;
  }

  /** `null` where none lives. */
  get pid(): number | null {
    const child = this.#child;
    return child === null || child.exitCode !== null || child.signalCode !== null ? null : (child.pid ?? null);
  }

  /** Resolves once it answers; rejects where it ended before. */
  async start(): Promise<void> {
    const log = openSync(this.#log, 'a');
    const args = [...this.#nodeOptions, '--', TRUEUP, 'serve', '--output', 'json'];
    const { root: cwd, env } = this.#repo;
    const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', log, log] });
    closeSync(log);
    this.#child = child;
    this.life += 1;
    const answers = async (): Promise<boolean> => {
      if (this.pid === null) throw new Error(`life ${this.life} of the daemon ended before it answered; ${this.#log}`);
      return (await this.ask('GET', '/livez').catch(() => null))?.status === 200;
    };
    await eventually(answers, 'the daemon to answer', END_MS);
  }

  /** Resolves once it is gone; throws where it did not end as it should. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    this.assertAlive();
    child.kill(signal);
    await eventually(() => this.pid === null, `the daemon to end by ${signal}`, END_MS);
    this.#child = null;
    this.releaseReaders();
    const isRight = signal === 'SIGKILL' ? child.signalCode === signal : child.exitCode === 0;
    if (!isRight) throw new Error(`the daemon ended by ${signal} with ${child.exitCode ?? child.signalCode}`);
  }

  /** Throws where it ended by itself. */
  assertAlive(): void {
    const child = this.#child;
    if (child !== null && this.pid === null)
      throw new Error(`the daemon ended by itself with ${child.exitCode ?? child.signalCode}; ${this.#log}`);
  }

  async ask(method: string, path: string, json?: unknown): Promise<Answer> {
    const answer = await this.#request(method, path, AbortSignal.timeout(ASK_MS), json);
    return { status: answer.statusCode ?? 0, text: await text(answer) };
  }

  /** Follows the events for a while, and takes none of them. */
  async hang(forMs: number): Promise<void> {
    const answer = await this.#request('GET', '/v1/events', null);
    answer.pause();
    answer.on('error', () => undefined);
    this.#readers.add(answer);
    setTimeout(() => {
      this.#readers.delete(answer);
      answer.destroy();
    }, forMs).unref();
  }

  releaseReaders(): void {
    for (const reader of this.#readers) reader.destroy();
    this.#readers.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.releaseReaders();
    const child = this.#child;
    if (this.pid !== null) child?.kill('SIGKILL');
    await eventually(() => this.pid === null, 'the daemon to end', END_MS);
  }

  async #request(method: string, path: string, signal: AbortSignal | null, json?: unknown): Promise<IncomingMessage> {
    const folder = join(await realpath(this.#repo.env['XDG_RUNTIME_DIR'] ?? '/nonexistent'), 'trueup');
    const socketPath = join(folder, socketName(await realpath(this.#repo.root)));
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const body = json === undefined ? '' : JSON.stringify(json);
    const headers =
      json === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const sent = request(
      { socketPath, method, path, headers, agent: false, ...(signal === null ? {} : { signal }) },
      resolve,
    );
    sent.on('error', reject);
    sent.end(body);
    return promise;
  }
}
