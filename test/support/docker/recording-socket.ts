/**
 * A socket in front of an engine that notes every request, and on rules does what networks and engines do on a bad day:
 * refuse, stall or cut, before the engine hears of it, after it did what was asked, or after its answer.
 */
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';

export interface RecordedRequest {
  readonly method: string;
  /** Without the version in front; the query along. */
  readonly path: string;
}

/** `refuse` answers as an engine would that cannot do it; the others answer nothing, or nothing more. */
export type Trouble =
  | { readonly kind: 'refuse'; readonly status: number; readonly message: string }
  | { readonly kind: 'cut' | 'stall'; readonly when: 'before' | 'after_effect' }
  | { readonly kind: 'cut'; readonly when: 'after_answer' };

export interface Rule {
  /** The first rule that matches is the one that holds. */
  matches(request: RecordedRequest): boolean;
  readonly trouble: Trouble;
  /** How often it strikes. Default: always. */
  readonly times?: number;
  /** Told at the very moment of the trouble: a cut one has not heard of it yet. */
  onStrike?(): void;
}

type Striking = Trouble & { strike(): void };

export class RecordingSocket implements AsyncDisposable {
  readonly requests: RecordedRequest[] = [];
  readonly socket: string;
  readonly #target: string;
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  readonly #watching = new Set<(request: RecordedRequest) => void>();
  #rules: { readonly rule: Rule; left: number }[] = [];

  private constructor(target: string, folder: string) {
    this.#target = target;
    this.socket = join(folder, 'engine.sock');
    this.#server = createServer((incoming, answer) => this.#pass(incoming, answer));
    this.#server.on('upgrade', (incoming, socket, head) => this.#passUpgrade(incoming, socket, head));
    this.#server.on('connection', (socket: Socket) => {
      this.#open.add(socket);
      socket.once('close', () => this.#open.delete(socket));
    });
    // Streams of events are silent for as long as nothing happens, and no engine ever closes a connection that rests: who
    // stood still for a while would find it closed in the middle of its next request.
    Object.assign(this.#server, { requestTimeout: 0, headersTimeout: 0, keepAliveTimeout: 0 });
  }

  /** Before the engine at that socket. Use it with `await using`. */
  static async before(target: string): Promise<RecordingSocket> {
    const recording = new RecordingSocket(target, await mkdtemp('/tmp/trueup-recording-'));
    await new Promise<void>((resolve, reject) => {
      recording.#server.once('error', reject).listen(recording.socket, resolve);
    });
    return recording;
  }

  get host(): string {
    return `unix://${this.socket}`;
  }

  rule(rule: Rule): void {
    this.#rules.push({ rule, left: rule.times ?? Number.POSITIVE_INFINITY });
  }

  /** Told of every request as it comes, until it is disposed of. */
  watch(hear: (request: RecordedRequest) => void): Disposable {
    this.#watching.add(hear);
    return { [Symbol.dispose]: () => void this.#watching.delete(hear) };
  }

  /** No more trouble, and nothing noted yet. Whatever stalls goes on stalling. */
  reset(): void {
    this.#rules = [];
    this.requests.length = 0;
  }

  /** Requests of anything but reading, as `POST /containers/create?name=web`. */
  writes(): readonly string[] {
    return this.requests
      .filter(({ method }) => method !== 'GET' && method !== 'HEAD')
      .map(({ method, path }) => `${method} ${path}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    for (const socket of this.#open) socket.destroy();
    await closed;
    await rm(join(this.socket, '..'), { recursive: true, force: true });
  }

  #note(incoming: IncomingMessage): Striking | null {
    const path = (incoming.url ?? '').replace(/^\/v[\d.]+(?=\/)/, '');
    const noted = { method: incoming.method ?? '', path };
    this.requests.push(noted);
    for (const hear of this.#watching) hear(noted);
    const striking = this.#rules.find(({ rule, left }) => left > 0 && rule.matches(noted));
    if (striking === undefined) return null;
    striking.left -= 1;
    const { rule } = striking;
    return { ...rule.trouble, strike: () => rule.onStrike?.() };
  }

  #pass(incoming: IncomingMessage, answer: ServerResponse): void {
    const trouble = this.#note(incoming);
    if (trouble !== null && isSpared(trouble, incoming, answer)) return;
    const { method, url: path } = incoming;
    // An engine that is told of a closing connection closes it with its answer, which breaks what is still being written.
    const headers = { ...incoming.headers, connection: 'keep-alive' };
    const outgoing = request({ socketPath: this.#target, method, path, headers, agent: false });
    outgoing.once('error', () => incoming.socket.destroy());
    // Whoever goes away is not waited for, but what was asked for may have been heard.
    answer.once('close', () => outgoing.destroy());
    outgoing.once('response', (response) => {
      if (trouble?.kind !== 'refuse' && trouble?.when === 'after_effect') {
        response.resume().once('end', () => {
          trouble.strike();
          if (trouble.kind === 'cut') incoming.socket.destroy();
        });
        return;
      }
      answer.writeHead(response.statusCode ?? 500, response.rawHeaders);
      answer.flushHeaders();
      response.once('error', () => incoming.socket.destroy());
      if (trouble !== null) {
        // Only what was handed over wholly has been answered.
        answer.once('finish', () => {
          trouble.strike();
          incoming.socket.destroy();
        });
      }
      response.pipe(answer);
    });
    incoming.pipe(outgoing);
  }

  /** Terminals and attached streams: bytes both ways, after a head that is passed on as it came. */
  #passUpgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer): void {
    const trouble = this.#note(incoming);
    if (trouble !== null && trouble.kind !== 'refuse') {
      trouble.strike();
      if (trouble.kind === 'cut') socket.destroy();
      return;
    }
    const upstream = connect(this.#target);
    const lines = [`${incoming.method} ${incoming.url} HTTP/1.1`];
    for (let index = 0; index < incoming.rawHeaders.length; index += 2) {
      lines.push(`${incoming.rawHeaders[index]}: ${incoming.rawHeaders[index + 1]}`);
    }
    upstream.write(`${lines.join('\r\n')}\r\n\r\n`);
    upstream.write(head);
    upstream.pipe(socket).pipe(upstream);
    for (const [one, other] of [
      [upstream, socket],
      [socket, upstream],
    ] as const) {
      one.once('error', () => other.destroy());
      one.once('close', () => other.destroy());
    }
  }
}

/** Whether the engine never hears of it. */
function isSpared(trouble: Striking, incoming: IncomingMessage, answer: ServerResponse): boolean {
  if (trouble.kind === 'refuse') {
    trouble.strike();
    incoming.resume();
    answer.writeHead(trouble.status, { 'content-type': 'application/json' });
    answer.end(JSON.stringify({ message: trouble.message }));
    return true;
  }
  if (trouble.when !== 'before') return false;
  trouble.strike();
  if (trouble.kind === 'cut') incoming.socket.destroy();
  else incoming.resume();
  return true;
}
