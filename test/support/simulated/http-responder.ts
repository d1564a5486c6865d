/** The other end of a connection to a simulated service: answers every request as healthy or not, and hangs up. */
import { type Duplex, duplexPair } from 'node:stream';

/** `probe` is asked once per request. */
export function respondingStream(probe: () => boolean): Duplex {
  const [ours, theirs] = duplexPair();
  let request = '';
  theirs.setEncoding('latin1');
  theirs.on('data', (chunk: string) => {
    request += chunk;
    if (!request.includes('\r\n\r\n')) return;
    request = '';
    theirs.end(answer(probe()));
  });
  // The caller may hang up at any time.
  theirs.on('error', () => {});
  return ours;
}

function answer(isHealthy: boolean): string {
  const body = JSON.stringify({ status: isHealthy ? 'ok' : 'starting' });
  const head = [
    isHealthy ? 'HTTP/1.1 200 OK' : 'HTTP/1.1 503 Service Unavailable',
    'content-type: application/json',
    `content-length: ${body.length}`,
    'connection: close',
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}
