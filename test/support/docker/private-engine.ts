/**
 * One engine of our own, started in whatever namespaces the caller is in, and stopped by its process alone. All that it has
 * lies in one folder.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, openSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../eventually.ts';
import { EngineCalls } from './engine-calls.ts';
import { type EngineKind, pathFor, RECIPES } from './kinds.ts';

const START_MS = 180_000;
const STOP_MS = 20_000;

export class PrivateEngine {
  readonly calls: EngineCalls;
  readonly #process: ChildProcess;

  private constructor(child: ChildProcess, socket: string) {
    this.#process = child;
    this.calls = new EngineCalls(socket);
  }

  /** Resolves once it answers. */
  static async start(kind: EngineKind, folder: string): Promise<PrivateEngine> {
    const socket = join(folder, 'engine.sock');
    const log = join(folder, 'log');
    for (const name of ['data', 'exec', 'tmp', 'networks']) mkdirSync(join(folder, name), { recursive: true });
    const { command, environment, files, title } = RECIPES[kind];
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const [file, ...args] = command(folder, socket);
    const output = openSync(log, 'a');

    const env = { ...process.env, ...environment(folder), PATH: pathFor(kind) };
    const child = spawn(file, args, { stdio: ['ignore', output, output], env });
    const engine = new PrivateEngine(child, socket);
    const failure = Promise.withResolvers<never>();
    child.once('error', failure.reject);
    child.once('exit', (code) => failure.reject(new Error(`${file} ended with ${code}`)));
    const answers = eventually(() => engine.#answers(), `${file} to answer`, START_MS);
    try {
      await Promise.race([answers, failure.promise]);
    } catch (error) {
      await engine.stop();
      answers.catch(() => undefined);
      const tail = (await readFile(log, 'utf8').catch(() => '')).split('\n').slice(-20).join('\n');
      throw new Error(`${title} cannot be started:\n${tail}`, { cause: error });
    }
    failure.promise.catch(() => undefined);
    return engine;
  }

  /** Ends it with everything that runs in it; resolves once it is gone. Idempotent. */
  async stop(): Promise<void> {
    const child = this.#process;
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    await this.#removeContainers().catch(() => undefined);
    const { promise: gone, resolve } = Promise.withResolvers<void>();
    child.once('exit', () => resolve());
    const overdue = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    child.kill('SIGTERM');
    await gone;
    clearTimeout(overdue);
  }

  /** A removal by force takes no grace time, which the end of the engine would wait for. */
  async #removeContainers(): Promise<void> {
    const all = await this.calls.get<readonly { readonly Id: string }[]>('/containers/json?all=1');
    await Promise.all(all.map(({ Id }) => this.calls.delete(`/containers/${Id}?force=1&v=1`)));
  }

  async #answers(): Promise<boolean> {
    try {
      return (await this.calls.call('GET', '/_ping')).status === 200;
    } catch {
      return false;
    }
  }
}
