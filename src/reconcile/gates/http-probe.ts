/**
 * One request of an endpoint check, over a byte stream that the caller opened: the stream decides how the resource is
 * reached, the URL only says what to ask for.
 */
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { isIP } from 'node:net';
import type { EndpointCheck, ExpectedResponse } from './health-check.ts';

export interface ProbeVerdict {
  readonly passed: boolean;
  readonly exitCode: number | null;
  readonly output: string;
}

/** Names of this machine, as they stand in URLs. */
export const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

const MAX_BODY_BYTES = 65_536;

/** Resolves with the verdict on the answer; rejects when there is none. The caller destroys the stream. */
export async function probeEndpoint(
  endpoint: EndpointCheck,
  expected: ExpectedResponse,
  stream: Duplex,
  signal: AbortSignal,
): Promise<ProbeVerdict> {
  const { protocol, hostname, host, pathname, search } = new URL(endpoint.url);
  const transport = protocol === 'https:' ? secured(stream, hostname) : stream;
  // An import of node:http would evaluate all that it exports, fetch and WebSocket among it, in every command that gates.
  const call = process.getBuiltinModule('node:http').request({
    method: endpoint.method,
    host: hostname,
    path: `${pathname}${search}`,
    headers: { host, 'user-agent': 'trueup', connection: 'close' },
    createConnection: () => transport,
  });
  const { status, body } = await answerOf(call, signal);
  return judge(status, body, endpoint, expected);
}

/** A health check asks whether it works, not who it is: certificates that developers sign for themselves will do. */
function secured(stream: Duplex, hostname: string): Duplex {
  const servername = isIP(hostname.replace(/^\[|\]$/g, '')) === 0 ? { servername: hostname } : {};
  return process
    .getBuiltinModule('node:tls')
    .connect({ socket: stream, rejectUnauthorized: !LOOPBACK.has(hostname), ...servername });
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

/**
 * The answer, and of its body no more than matters. Written with callbacks: a daemon asks all day, and signals and iterators
 * of streams cost more than the request.
 */
async function answerOf(call: ClientRequest, signal: AbortSignal): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const abort = (): void => reject(signal.reason);
  signal.addEventListener('abort', abort);
  if (signal.aborted) abort();
  // Also after the answer: a stream that is given up may still fail.
  call.on('error', reject);
  call.on('response', (response: IncomingMessage) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const end = (): void => resolve({ status: response.statusCode ?? 0, body: textOf(chunks) });
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= MAX_BODY_BYTES) end();
    });
    response.on('end', end);
    response.on('error', reject);
  });
  call.end();
  try {
    return await promise;
  } finally {
    signal.removeEventListener('abort', abort);
    call.destroy();
  }
}

function textOf(chunks: readonly Buffer[]): string {
  return Buffer.concat(chunks).toString('utf8', 0, MAX_BODY_BYTES);
}

async function judge(
  status: number,
  body: string,
  endpoint: EndpointCheck,
  expected: ExpectedResponse,
): Promise<ProbeVerdict> {
  const wanted = expected.statusCode ?? endpoint.expectedStatus;
  if (status !== wanted) return refusal(`HTTP ${status}, expected ${wanted}`, body);
  if (expected.bodyPattern !== null && !new RegExp(expected.bodyPattern, 'u').test(body)) {
    return refusal(`HTTP ${status}, but the body does not match /${expected.bodyPattern}/`, body);
  }
  if (expected.jsonPath !== null) {
    const { bodyMeets } = await import('./json-condition.ts');
    if (!bodyMeets(expected.jsonPath, body)) return refusal(`HTTP ${status}, but not ${expected.jsonPath}`, body);
  }
  return { passed: true, exitCode: null, output: `HTTP ${status}` };
}

function refusal(reason: string, body: string): ProbeVerdict {
  return { passed: false, exitCode: null, output: body === '' ? reason : `${reason}\n${body}` };
}
