/** Asks the API of a daemon for something to read, through its socket. Bounded in time and size. */
import { request } from 'node:http';

const PATIENCE_MS = 10_000;
const LONGEST = 64 * 1024 * 1024;

/** The text of the answer; `null` where nobody answers, or says anything but yes. */
export function getApi(socketPath: string, path: string, signal: AbortSignal): Promise<string | null> {
  const { promise, resolve } = Promise.withResolvers<string | null>();
  const either = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
  const asked = request({ socketPath, path, agent: false, signal: either }, (response) => {
    const chunks: string[] = [];
    let length = 0;
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => {
      length += chunk.length;
      if (length > LONGEST) response.destroy();
      else chunks.push(chunk);
    });
    response.on('end', () => resolve(response.statusCode === 200 ? chunks.join('') : null));
    // Also after its end: then this is too late to change anything.
    response.on('error', () => resolve(null));
    response.on('close', () => resolve(null));
  });
  asked.on('error', () => resolve(null));
  asked.end();
  return promise;
}
