/**
 * Carries calls to one engine over dockerode's modem. Calls that only read share at most 16 kept connections; whatever
 * writes, streams or is upgraded gets one of its own, so that nothing that befalls one call reaches another, and no write
 * meets a kept connection that the engine has just closed. Every call ends by its deadline, its signal, or `close`.
 */
import type { IncomingMessage } from 'node:http';
import { type Duplex, type Readable, Transform, type TransformCallback } from 'node:stream';
import { TrueupError } from '../../../model/failure.ts';
import { connectTo } from '../connection/connect.ts';
import type { Endpoint } from '../connection/endpoint.ts';
import { EngineAgent } from './agent.ts';
import type { Answer, Call } from './call.ts';
import { dial, isResponse } from './dial.ts';
import type { Modem } from './dockerode.ts';
import { errorCodeOf } from './error-code.ts';
import { closed, late, refused, sentenceOf } from './errors.ts';
import { type Greeting, greetingCall, greetingOf } from './greeting.ts';
import { unreachable } from './unreachable.ts';
import { untilAborted } from './until-aborted.ts';

// Over ssh each is a login, and a server refuses more than 10 that come at once.
const MAX_KEPT = { unix: 16, tcp: 16, ssh: 6, inside: 6 } as const;

/** Of those, how many stay open while nothing is asked: a process that lives long has some for each environment. */
const MAX_RESTING = { unix: 2, tcp: 4, ssh: 6, inside: 2 } as const;

export interface TransportOptions {
  /** Whether every method but GET and HEAD is refused. */
  readonly readOnly: boolean;
  /** Milliseconds for the first question to the engine. */
  readonly connect: number;
}

type Lane = 'kept' | 'fresh';

export class Transport {
  readonly endpoint: Endpoint;
  readonly #agents: Readonly<Record<Lane, EngineAgent>>;
  readonly #connect: number;
  readonly #closed = new AbortController();
  readonly #upgraded = new Set<Duplex>();
  #modems: Promise<Readonly<Record<Lane, Modem>>> | null = null;
  #greeting: Promise<Greeting> | null = null;

  constructor(endpoint: Endpoint, { readOnly, connect }: TransportOptions) {
    this.endpoint = endpoint;
    this.#connect = connect;
    const [max, resting] = [MAX_KEPT[endpoint.kind], MAX_RESTING[endpoint.kind]];
    const begin = (): Duplex => connectTo(endpoint, connect);
    this.#agents = {
      kept: new EngineAgent(begin, { readOnly, keepAlive: true, maxSockets: max, maxFreeSockets: resting }),
      fresh: new EngineAgent(begin, { readOnly, keepAlive: false }),
    };
  }

  /** Asked once, and again only after the engine was lost: it may be another one that comes back. */
  greet(signal: AbortSignal): Promise<Greeting> {
    // Nobody's signal ends it for the others who wait for it.
    this.#greeting ??= this.#whole(greetingCall(this.#connect), null, new AbortController().signal).then((answer) =>
      greetingOf(answer, this.endpoint),
    );
    const greeting = this.#greeting;
    greeting.catch(() => this.#forget(greeting));
    return untilAborted(greeting, signal);
  }

  /** Whether anybody is there, within so many milliseconds; whoever it is. */
  async ping(deadline: number, signal: AbortSignal): Promise<void> {
    await this.#whole(greetingCall(deadline), null, signal);
  }

  /** The next call greets the engine first, which takes less time than a call that it does not answer. */
  doubt(): void {
    this.#greeting = null;
  }

  /** The whole answer. */
  async send(call: Call, signal: AbortSignal): Promise<Answer> {
    const { api_version: version } = await this.greet(signal);
    try {
      return await this.#whole(call, version, signal);
    } catch (error) {
      // A kept connection may have been closed from the other side just before. Reading again does no harm.
      const isLost = error instanceof TrueupError && ['ECONNRESET', 'EPIPE'].includes(errorCodeOf(error.cause) ?? '');
      if (call.method !== 'GET' || !isLost || signal.aborted) throw error;
      return this.#whole(call, version, signal);
    }
  }

  /** The answer as it comes, on a connection of its own. The deadline ends when it begins. */
  async open(call: Call, signal: AbortSignal): Promise<IncomingMessage> {
    const { api_version: version } = await this.greet(signal);
    return this.#limited(call, signal, async (limit) => {
      const answer = await this.#dial(call, version, 'fresh', limit);
      if (!isResponse(answer)) throw new TrueupError('internal', `an upgrade where none was asked for: ${call.path}`);
      if (!isSuccess(answer.statusCode ?? 0)) await this.#read(call, answer);
      return answer;
    });
  }

  /** The connection itself, once the engine has handed it over. The deadline ends there. */
  async upgrade(call: Call, signal: AbortSignal): Promise<Duplex> {
    const { api_version: version } = await this.greet(signal);
    return this.#limited(call, signal, async (limit) => {
      const answer = await this.#dial(call, version, 'upgrade', limit);
      if (isResponse(answer)) {
        const { status, body } = await this.#read(call, answer);
        throw refused(call, status, body);
      }
      return this.#owned(answer, signal);
    });
  }

  /** A connection that lives on by itself, until the caller or the signal ends it. */
  #owned(connection: Duplex, signal: AbortSignal): Duplex {
    const end = (): void => void connection.destroy(signal.reason as Error);
    signal.addEventListener('abort', end, { once: true });
    this.#upgraded.add(connection);
    connection.once('close', () => {
      this.#upgraded.delete(connection);
      signal.removeEventListener('abort', end);
    });
    // Whoever reads it learns of an error all the same; without this it would end the process before anybody listens.
    connection.on('error', () => undefined);
    return connection;
  }

  /** Aborts when this is closed. */
  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  /** Ends whatever is under way. */
  close(): void {
    this.#closed.abort(closed(this.endpoint));
    for (const connection of this.#upgraded) connection.destroy();
    for (const agent of Object.values(this.#agents)) agent.destroy();
  }

  #whole(call: Call, version: string | null, signal: AbortSignal): Promise<Answer> {
    return this.#limited(call, signal, async (limit, extend) => {
      // Over ssh each connection is a login, so that writes go over the kept ones too.
      const lane = call.method === 'GET' || this.endpoint.kind === 'ssh' ? 'kept' : 'fresh';
      const sent = call.file === undefined ? call : { ...call, file: watched(call.file, extend) };
      const answer = await this.#dial(sent, version, lane, limit);
      if (!isResponse(answer)) throw new TrueupError('internal', `an upgrade where none was asked for: ${call.path}`);
      return this.#read(call, answer);
    });
  }

  /** `extend` has the deadline begin anew. */
  async #limited<T>(
    call: Call,
    signal: AbortSignal,
    work: (limit: AbortSignal, extend: () => void) => Promise<T>,
  ): Promise<T> {
    signal.throwIfAborted();
    // Loading is no fault of the engine.
    await this.#load();
    const timeout = new AbortController();
    const timer = setTimeout(() => timeout.abort(), call.deadline);
    try {
      return await work(AbortSignal.any([signal, timeout.signal, this.#closed.signal]), () => void timer.refresh());
    } catch (error) {
      signal.throwIfAborted();
      this.#closed.signal.throwIfAborted();
      const isLate = timeout.signal.aborted;
      const isAnswer = error instanceof TrueupError && error.code !== 'engine_unreachable';
      if (isAnswer && !isLate) throw error;
      this.#forget(this.#greeting);
      throw isLate ? late(this.endpoint, call) : unreachable(this.endpoint, call.what, error);
    } finally {
      clearTimeout(timer);
    }
  }

  #forget(greeting: Promise<Greeting> | null): void {
    if (this.#greeting === greeting) this.#greeting = null;
  }

  async #dial(
    call: Call,
    version: string | null,
    lane: Lane | 'upgrade',
    signal: AbortSignal,
  ): Promise<IncomingMessage | Duplex> {
    const modem = (await this.#load())[lane === 'upgrade' ? 'fresh' : lane];
    if (version === null) delete modem.version;
    else modem.version = `v${version}`;
    return dial(modem, call, lane === 'upgrade', signal);
  }

  async #read(call: Call, response: IncomingMessage): Promise<Answer> {
    const chunks: Buffer[] = [];
    for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
    const { statusCode: status = 0, headers } = response;
    const body = parsed(Buffer.concat(chunks).toString());
    const isAnswer = isSuccess(status) || call.accept === 'any' || call.accept?.includes(status) === true;
    if (isAnswer || call.done?.test(sentenceOf(body)) === true) return { status, headers, body };
    throw refused(call, status, body);
  }

  #load(): Promise<Readonly<Record<Lane, Modem>>> {
    this.#modems ??= import('./dockerode.ts').then(({ openModem }) => ({
      kept: openModem(this.#agents.kept),
      fresh: openModem(this.#agents.fresh),
    }));
    return this.#modems;
  }
}

/** The same bytes, each of which is told when it is taken. */
function watched(file: Readable, tell: () => void): Readable {
  const transform = (chunk: unknown, _encoding: BufferEncoding, done: TransformCallback): void => {
    tell();
    done(null, chunk);
  };
  return file.pipe(new Transform({ transform }));
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

function parsed(text: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
