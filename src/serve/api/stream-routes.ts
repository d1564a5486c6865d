/** What goes on as long as somebody reads: the events of the daemon, and the logs of a resource. */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { LogLine, LogOptions } from '../../drivers/log-line.ts';
import { TrueupError } from '../../model/failure.ts';
import type { ApiContext } from './context.ts';
import type { EventStreams } from './event-stream.ts';
import { addressIn, ENVIRONMENT_PARAMS, type EnvironmentParams, servedEnvironment, whileAsked } from './route-parts.ts';

interface EventsQuery {
  readonly environment?: string;
}

interface LogsQuery {
  readonly address: string;
  readonly follow: 'true' | 'false';
  readonly tail?: string;
  readonly since?: string;
}

export function addStreamRoutes(app: FastifyInstance, context: ApiContext, streams: EventStreams): void {
  const { served, ending } = context;

  app.get<{ Querystring: EventsQuery }>(
    '/v1/events',
    {
      config: { role: 'viewer' },
      schema: {
        summary: 'Everything that happens from now on, as CloudEvents in server-sent events',
        description:
          'Each message has the CloudEvent (schemas/cloud-event.json) as `data`, its type as `event` and its id as `id`. `Last-Event-ID` goes on behind that event; a message `gap` says that some are not there any more, or that you read too slowly.',
        querystring: EVENTS_QUERY,
        headers: { type: 'object', properties: { 'last-event-id': { type: 'string', maxLength: 100 } } },
        response: { 200: stream('text/event-stream') },
      },
    },
    async ({ query, headers }, reply) => {
      if (!streams.hasRoom) throw tooMany('event streams');
      const lastId = headers['last-event-id'];
      reply.hijack();
      streams.follow(reply.raw, typeof lastId === 'string' ? lastId : null, query.environment ?? null);
    },
  );

  let following = 0;
  app.get<{ Params: EnvironmentParams; Querystring: LogsQuery }>(
    '/v1/environments/:source/:name/logs',
    {
      config: { role: 'viewer' },
      schema: {
        summary: 'What a resource wrote, as JSON lines',
        params: ENVIRONMENT_PARAMS,
        querystring: LOGS_QUERY,
        response: { 200: stream('application/x-ndjson') },
      },
    },
    async ({ params, query }, reply) => {
      const environment = servedEnvironment(served, params);
      const address = addressIn(query.address);
      if (following >= MOST_LOG_STREAMS) throw tooMany('log streams');
      following += 1;
      try {
        const signal = whileAsked(reply, ending);
        const lines = environment.logs(address, logOptions(query), signal)[Symbol.asyncIterator]();
        const first = lines.next();
        // Whatever is wrong with the request shows here, while it can still be answered.
        await Promise.race([first, delay(FIRST_MS, null, { ref: false })]);
        reply.hijack();
        await sendLines(reply.raw, first, lines, context.mask, signal);
      } finally {
        following -= 1;
      }
    },
  );
}

const MOST_LOG_STREAMS = 200;
const BEAT_MS = 15_000;
const FIRST_MS = 200;

/** The reader sets the pace: what it does not take stays where it is. */
async function sendLines(
  response: ServerResponse,
  first: Promise<IteratorResult<LogLine>>,
  lines: AsyncIterator<LogLine>,
  mask: (text: string) => string,
  signal: AbortSignal,
): Promise<void> {
  response.writeHead(200, {
    'content-type': 'application/x-ndjson; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.flushHeaders();
  // An empty line now and then, which readers of JSON lines skip, keeps a quiet stream open.
  const beat = setInterval(() => {
    if (!response.writableNeedDrain) response.write('\n');
  }, BEAT_MS);
  try {
    for (let next = await first; next.done !== true; next = await lines.next()) {
      const { stream, at, line } = next.value;
      const isTaken = response.write(`${JSON.stringify({ stream, at, line: mask(line) })}\n`);
      if (!isTaken) await once(response, 'drain', { signal });
    }
    response.end();
  } catch {
    // The head has gone out: to cut it off is the only way left to say that it is not whole.
    response.destroy();
  } finally {
    clearInterval(beat);
    await lines.return?.();
  }
}

function logOptions({ follow, tail, since }: LogsQuery): LogOptions {
  return {
    follow: follow === 'true',
    ...(tail === undefined ? {} : { tail: Number(tail) }),
    ...(since === undefined ? {} : { since }),
  };
}

function tooMany(what: string): TrueupError {
  return new TrueupError('too_many_requests', `there are too many ${what} already`, {
    retryable: true,
    next: 'close one that nobody reads',
  });
}

function stream(type: string): object {
  return { description: 'A stream that goes on.', content: { [type]: { schema: { type: 'string' } } } };
}

const EVENTS_QUERY = {
  type: 'object',
  properties: {
    environment: { type: 'string', maxLength: 500, description: 'Only of this one, by its id; of all when absent.' },
  },
} as const;

const LOGS_QUERY = {
  type: 'object',
  required: ['address'],
  properties: {
    address: { type: 'string', maxLength: 500 },
    follow: { type: 'string', enum: ['true', 'false'], default: 'false', description: 'Whether to go on.' },
    tail: { type: 'string', pattern: '^[0-9]{1,7}$', description: 'Only the last so many lines.' },
    since: { type: 'string', format: 'date-time' },
  },
} as const;
