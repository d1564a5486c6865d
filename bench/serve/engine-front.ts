/**
 * A socket in front of an engine that hands on every byte and notes when the engine is at work for somebody: what of a time
 * that somebody waits is the engine's. Streams that stay open are not counted.
 */
import { rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';

interface Call {
  readonly line: string;
  /** Milliseconds since the epoch; of the last byte that was answered so far. */
  readonly from: number;
  to: number;
}

const KEPT = 20_000;
const REQUEST = /^(?:GET|HEAD|POST|PUT|DELETE) \S+/;
const STREAM = /\/events\b|[?&]follow=/;

export class EngineFront implements AsyncDisposable {
  readonly #server: Server;
  readonly #path: string;
  readonly #open = new Set<Socket>();
  #calls: Call[] = [];

  private constructor(target: string, path: string) {
    this.#path = path;
    this.#server = createServer((client) => this.#pass(client, connect(target)));
  }

  static async before(target: string, path: string): Promise<EngineFront> {
    const front = new EngineFront(target, path);
    await new Promise<void>((resolve, reject) => {
      front.#server.once('error', reject).listen(path, resolve);
    });
    return front;
  }

  get host(): string {
    return `unix://${this.#path}`;
  }

  /** Milliseconds within which at least one call was under way. */
  busyBetween(from: number, to: number): number {
    let busy = 0;
    let at = from;
    for (const call of this.#calls.toSorted((left, right) => left.from - right.from)) {
      const [begin, end] = [Math.max(call.from, at), Math.min(call.to, to)];
      if (end <= begin) continue;
      busy += end - begin;
      at = end;
    }
    return busy;
  }

  /** What was asked for, by request without version, ids and query: how often. */
  callsBetween(from: number, to: number): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const { line } of this.#calls.filter((call) => call.from >= from && call.from < to)) {
      const what = line
        .replace(/\?.*/, '')
        .replace(/\/v[\d.]+(?=\/)/, '')
        .replace(/\/[0-9a-f]{64}/, '/ID');
      counts[what] = (counts[what] ?? 0) + 1;
    }
    return counts;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#open) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
    await rm(this.#path, { force: true });
  }

  #pass(client: Socket, engine: Socket): void {
    let call: Call | null = null;
    for (const [one, other] of [
      [client, engine],
      [engine, client],
    ] as const) {
      this.#open.add(one);
      one.once('error', () => other.destroy());
      one.once('close', () => {
        this.#open.delete(one);
        other.destroy();
      });
    }
    client.on('data', (bytes: Buffer) => {
      const line = REQUEST.exec(bytes.toString('latin1', 0, 512))?.[0];
      if (line !== undefined) call = STREAM.test(line) ? null : this.#note(line);
    });
    engine.on('data', () => {
      if (call !== null) call.to = now();
    });
    client.pipe(engine).pipe(client);
  }

  #note(line: string): Call {
    const at = now();
    const call = { line, from: at, to: at };
    this.#calls.push(call);
    if (this.#calls.length > KEPT) this.#calls = this.#calls.slice(-KEPT / 2);
    return call;
  }
}

/** Milliseconds since the epoch, finer than one. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}
