/** JSON Lines, as the engine streams events and the progress of pulls. */
import type { Readable } from 'node:stream';
import { TrueupError } from '../../../model/failure.ts';

/** The messages of a stream, however it is cut into chunks. Leaving the loop ends the stream. `what` is for errors. */
export async function* jsonLines<T>(stream: Readable, what: string): AsyncGenerator<T, void, undefined> {
  let rest = '';
  stream.setEncoding('utf8');
  for await (const chunk of stream as AsyncIterable<string>) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') yield parsed(line, what) as T;
  }
  if (rest.trim() !== '') yield parsed(rest, what) as T;
}

function parsed(line: string, what: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new TrueupError('engine_unreachable', `cannot ${what}: the engine sent what is no JSON`, {
      cause,
      retryable: true,
      next: 'look at whether the engine, or something between it and here, is broken',
    });
  }
}
