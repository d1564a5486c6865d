/**
 * The connections of one client. Every request of dockerode passes here on its way to a socket, so this is where an
 * observer's transport refuses whatever writes: no code above can get around it.
 */
import type { Agent as HttpAgent, AgentOptions, ClientRequest } from 'node:http';
import type { Duplex } from 'node:stream';
import { inspect } from 'node:util';
import { TrueupError } from '../../../model/failure.ts';

// An import of node:http would evaluate all that it exports, fetch and WebSocket among it: 26 ms before the first call.
const Agent: typeof HttpAgent = process.getBuiltinModule('node:http').Agent;

/** Begins a connection; it may still be under way when it is returned, and fails by its `error` event. */
export type Connect = () => Duplex;

export interface EngineAgentOptions extends AgentOptions {
  readonly readOnly: boolean;
}

// Node calls this method for each request, and has for all its life, but does not describe it.
interface RequestTaker {
  addRequest(request: ClientRequest, options: object): void;
}

const NO_SERVER_NAME = { servername: '' };
const READING = new Set(['GET', 'HEAD']);

export class EngineAgent extends Agent {
  readonly #connect: Connect;
  readonly #readOnly: boolean;

  constructor(connect: Connect, { readOnly, ...options }: EngineAgentOptions) {
    // Left out, Node reads it from the Host header of each request, with a pattern that takes 7 ms to compile. `connect` sees
    // to TLS.
    super({ ...options, ...NO_SERVER_NAME });
    this.#connect = connect;
    this.#readOnly = readOnly;
    // docker-modem renders each request with all that hangs on it for a debug log, wanted or not: 60 ms a call without this.
    Object.defineProperty(this, inspect.custom, { value: () => 'EngineAgent' });
  }

  override createConnection(): Duplex {
    return this.#connect();
  }

  addRequest(request: ClientRequest, options: object): void {
    if (this.#readOnly && !READING.has(request.method)) {
      const what = `${request.method} ${request.path}`;
      throw new TrueupError('internal', `a connection for reading was about to send ${what}, which writes`);
    }
    // docker-modem would follow a redirect to anywhere, and crash when nobody is there. An engine never sends any.
    request.prependOnceListener('response', (response) => {
      delete response.headers.location;
    });
    (Agent.prototype as unknown as RequestTaker).addRequest.call(this, request, options);
  }
}
