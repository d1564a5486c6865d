/** The messages of a pull. The engine answers at once that all is well, and says in a message when it is not. */
import type { Readable } from 'node:stream';
import { TrueupError } from '../../../model/failure.ts';
import type { PullMessage } from './engine-api.ts';
import { jsonLines } from './lines.ts';

/** Throws what the engine or the registry says is wrong. `what` is for errors. */
export async function* pullMessages(stream: Readable, what: string): AsyncGenerator<PullMessage, void, undefined> {
  for await (const message of jsonLines<PullMessage>(stream, what)) {
    if (message.error !== undefined) throw new TrueupError('step_failed', `cannot ${what}: ${message.error}`);
    yield message;
  }
}
