/** The clients of an engine: one that can only read, and one that can also change. Nothing is asked before the first call. */
import type { Endpoint } from '../connection/endpoint.ts';
import { DEADLINES, type Deadlines } from './deadlines.ts';
import type { EngineReader, EngineWriter } from './engine-api.ts';
import { Reader } from './reader.ts';
import { Transport } from './transport.ts';
import { Writer } from './writer.ts';

export interface ClientOptions {
  readonly deadlines?: Partial<Deadlines>;
}

/** Its transport refuses every method but GET and HEAD. */
export function openReader(endpoint: Endpoint, options: ClientOptions = {}): EngineReader {
  const deadlines = { ...DEADLINES, ...options.deadlines };
  return new Reader(
    new Transport(endpoint, { readOnly: true, connect: firstAnswerIn(endpoint, deadlines) }),
    deadlines,
  );
}

export function openWriter(endpoint: Endpoint, options: ClientOptions = {}): EngineWriter {
  const deadlines = { ...DEADLINES, ...options.deadlines };
  return new Writer(
    new Transport(endpoint, { readOnly: false, connect: firstAnswerIn(endpoint, deadlines) }),
    deadlines,
  );
}

function firstAnswerIn({ kind }: Endpoint, { connect, way }: Deadlines): number {
  return kind === 'inside' ? way + connect : connect;
}
