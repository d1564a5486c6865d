/** One request through the modem, as a promise of the beginning of its answer. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Call } from './call.ts';
import type { Modem } from './dockerode.ts';
import { untilAborted } from './until-aborted.ts';

// Errors are told apart by us, so that for the modem every status is an answer.
const ANY_STATUS: Readonly<Record<number, true>> = Object.fromEntries(
  Array.from({ length: 500 }, (_, index) => [index + 100, true] as const),
);

// Whoever says that it goes is answered, and the connection closed, before the rest of a file has come: an archive ends for
// the engine before its bytes do, and what is still sent then breaks the connection. The agent closes it afterwards.
const WAITED_FOR = { Connection: 'keep-alive' };

/** Where `upgrade` is granted the answer is the connection itself. Rejects with what broke the connection. */
export function dial(
  modem: Modem,
  call: Call,
  upgrade: boolean,
  signal: AbortSignal,
): Promise<IncomingMessage | Duplex> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage | Duplex>();
  const { method, path, query, body = {}, headers = {}, file } = call;
  const options = {
    method,
    path: query === undefined ? path : `${path}?`,
    options: { _query: query ?? {}, _body: body },
    headers: { ...headers, ...(file === undefined ? {} : WAITED_FOR) },
    ...(file === undefined ? {} : { file }),
    hijack: upgrade,
    isStream: true,
    statusCodes: ANY_STATUS,
    abortSignal: signal,
  } as const;
  modem.dial(options, (error, answer) => {
    if (answer === null || answer === undefined) reject(error);
    else resolve(answer);
  });
  // The modem stays silent about a request that it could not even begin.
  return untilAborted(promise, signal);
}

/** An answer in HTTP, as opposed to the connection itself. */
export function isResponse(answer: IncomingMessage | Duplex): answer is IncomingMessage {
  return 'statusCode' in answer;
}
