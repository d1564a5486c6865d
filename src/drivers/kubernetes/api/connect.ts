/** Talks to an API server by a kubeconfig: JSON over HTTPS, one agent per cluster, and every call bounded in time. */
import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest, type RequestOptions } from 'node:https';
import { text as textOf } from 'node:stream/consumers';
import { parseJson, type Json } from '../../../model/json.ts';
import type { ApiAnswer, ApiRequest, ClusterApi } from './answer.ts';
import { type Credentials, credentialsOf } from './credentials.ts';
import { notLetIn, silence, unanswered } from './problems.ts';

const TIMEOUT_MS = 10_000;

/** Many objects are asked for at once. */
const MOST_SOCKETS = 8;

export async function connectTo(kubeconfig: string, timeoutMs: number = TIMEOUT_MS): Promise<ClusterApi> {
  const credentials = await credentialsOf(kubeconfig);
  const { origin: server, protocol } = credentials.server;
  const agent =
    protocol === 'http:'
      ? new HttpAgent({ keepAlive: true, maxSockets: MOST_SOCKETS })
      : new HttpsAgent({ keepAlive: true, maxSockets: MOST_SOCKETS, ...credentials.options });
  return {
    server,
    async ask(request, signal) {
      signal.throwIfAborted();
      const clock = clockOf(request.timeoutMs ?? timeoutMs);
      try {
        const sending = { agent, signal: AbortSignal.any([signal, clock.signal]) };
        const answer = await send(credentials, request, sending, clock.start);
        if (answer.status === 401) throw notLetIn(server, answer);
        return answer;
      } catch (error) {
        signal.throwIfAborted();
        throw unanswered(server, clock.signal.aborted ? clock.signal.reason : error);
      } finally {
        clock.stop();
      }
    },
    close: () => agent.destroy(),
  };
}

interface Clock {
  /** Aborts when the time is over. */
  readonly signal: AbortSignal;
  start(): void;
  stop(): void;
}

/** A call that waits for others to be done with their sockets has not begun: that the server is slow with them is not its fault. */
function clockOf(timeoutMs: number): Clock {
  const over = new AbortController();
  let timer: NodeJS.Timeout | null = null;
  return {
    signal: over.signal,
    start() {
      timer ??= setTimeout(() => over.abort(silence(timeoutMs)), timeoutMs);
    },
    stop() {
      if (timer !== null) clearTimeout(timer);
    },
  };
}

async function send(
  { server, headers }: Credentials,
  request: ApiRequest,
  options: RequestOptions,
  begun: () => void,
): Promise<ApiAnswer> {
  const { method = 'GET', path, query = {}, body, contentType = 'application/json' } = request;
  const content = body === undefined ? null : Buffer.from(JSON.stringify(body));
  const search = new URLSearchParams(query).toString();
  const answered = Promise.withResolvers<ApiAnswer>();
  const sent = (server.protocol === 'http:' ? httpRequest : httpsRequest)({
    ...options,
    protocol: server.protocol,
    hostname: server.hostname.replace(/^\[|\]$/g, ''),
    port: server.port,
    path: `${server.pathname.replace(/\/$/, '')}${path}${search === '' ? '' : `?${search}`}`,
    method,
    headers: {
      ...headers,
      accept: 'application/json',
      ...(content === null ? {} : { 'content-type': contentType, 'content-length': content.length }),
    },
  });
  sent.once('socket', begun);
  sent.on('error', answered.reject);
  sent.on('response', (response) => {
    textOf(response).then(
      (text) => answered.resolve({ status: response.statusCode ?? 0, body: jsonOf(text), text }),
      answered.reject,
    );
  });
  sent.end(content ?? undefined);
  return answered.promise;
}

function jsonOf(text: string): Json {
  try {
    return parseJson(text);
  } catch {
    return null;
  }
}
