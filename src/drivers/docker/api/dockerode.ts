/**
 * The one place that loads dockerode, whose transport carries every call. A module of its own, so that import() loads it
 * only when an engine is spoken to.
 */
import type { Agent, IncomingMessage } from 'node:http';
import type { Duplex, Readable } from 'node:stream';
import Docker from 'dockerode';

/** A request in the shape of docker-modem. */
export interface DialOptions {
  /** Ends in `?` where a query follows. */
  readonly path: string;
  readonly method: string;
  readonly options: {
    readonly _query: Readonly<Record<string, string>>;
    readonly _body: object;
  };
  readonly headers: Readonly<Record<string, string>>;
  readonly file?: Readable;
  readonly hijack: boolean;
  readonly isStream: true;
  readonly statusCodes: Readonly<Record<number, true>>;
  readonly abortSignal: AbortSignal;
}

export interface Modem {
  /** Put in front of each path: `v1.41`. */
  version?: string;
  dial(options: DialOptions, done: (error: unknown, answer: IncomingMessage | Duplex | null) => void): void;
}

/** A transport whose connections are all made by `agent`, wherever that leads. */
export function openModem(agent: Agent): Modem {
  // It would look at DOCKER_HOST and DOCKER_CERT_PATH by itself, and fail for what it finds there.
  const { DOCKER_HOST: host } = process.env;
  delete process.env['DOCKER_HOST'];
  try {
    const options = { socketPath: '/', agent };
    return new Docker(options).modem as Modem;
  } finally {
    if (host !== undefined) process.env['DOCKER_HOST'] = host;
  }
}
