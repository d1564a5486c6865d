/** The body of an answer as a stream whose errors are ours. */
import type { IncomingMessage } from 'node:http';
import { PassThrough, type Readable } from 'node:stream';
import type { Call } from './call.ts';
import { late } from './errors.ts';
import type { Transport } from './transport.ts';
import { unreachable } from './unreachable.ts';

export interface BodyContext {
  readonly transport: Transport;
  readonly call: Call;
  readonly signal: AbortSignal;
  /** Milliseconds without a byte after which the engine counts as hung; absent: it may be silent for ever. */
  readonly silence?: number;
}

/** Fails with the reason of the signal, with what became of the connection, or for silence. Destroying it ends the call. */
export function bodyStream(response: IncomingMessage, context: BodyContext): Readable {
  const { call, silence } = context;
  const { endpoint, closed } = context.transport;
  const signal = AbortSignal.any([context.signal, closed]);
  const stream = new PassThrough();
  // Whoever reads it learns of an error all the same; without this it would end the process before anybody listens.
  stream.on('error', () => undefined);
  response.once('error', (error) => {
    stream.destroy(signal.aborted ? (signal.reason as Error) : unreachable(endpoint, call.what, error));
  });
  stream.once('close', () => response.destroy());
  if (silence !== undefined) {
    const timer = setTimeout(() => stream.destroy(late(endpoint, { ...call, deadline: silence })), silence);
    response.on('data', () => timer.refresh());
    stream.once('close', () => clearTimeout(timer));
  }
  return response.pipe(stream);
}
