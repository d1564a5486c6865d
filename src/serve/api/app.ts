/** The API as one request handler: which routes there are, in front of what `Served` offers. */
import type { RequestListener } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { TrueupError } from '../../model/failure.ts';
import type { Metrics } from '../metrics.ts';
import { failedAnswer } from './answers.ts';
import type { ApiContext } from './context.ts';
import { addEnvironmentRoutes } from './environment-routes.ts';
import type { EventStreams } from './event-stream.ts';
import { addFreezeRoutes } from './freeze-routes.ts';
import { addGuard, type RateLimits } from './guard.ts';
import { addKnownQuery } from './known-query.ts';
import { addOpenApi } from './openapi.ts';
import { addOwnRoutes } from './own-routes.ts';
import { addStreamRoutes } from './stream-routes.ts';
import { addTokenRoutes } from './token-routes.ts';
import type { TokenStore } from './tokens.ts';

export interface AppOptions {
  readonly context: ApiContext;
  readonly tokens: TokenStore;
  readonly streams: EventStreams;
  readonly metrics: Metrics;
  readonly version: string;
  readonly rates?: RateLimits;
  /** Told of defects. */
  readonly onDefect: (error: unknown) => void;
  /** Routes beyond those of the API itself: webhooks. */
  readonly addMore?: (app: FastifyInstance) => Promise<void>;
}

export interface App {
  readonly handle: RequestListener;
  close(): Promise<void>;
}

const LARGEST_BODY = 64 * 1024;
const LONGEST_PARAMETER = 600;
const JSON_TYPE = 'application/json; charset=utf-8';
const ALWAYS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } as const;

export async function openApp(options: AppOptions): Promise<App> {
  const { context, metrics } = options;
  const { default: fastify } = await import('fastify');
  const app = fastify({
    logger: false,
    bodyLimit: LARGEST_BODY,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: LONGEST_PARAMETER },
    // What has no path that can be read comes by no hook and no handler.
    frameworkErrors: (error, _request, { raw }) => {
      const { status, document } = failedAnswer(error, context.mask);
      raw.writeHead(status, { ...ALWAYS, 'content-type': JSON_TYPE }).end(JSON.stringify(document));
    },
    // Nothing is guessed: what does not fit is an error.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: true, allErrors: false } },
  });
  app.removeContentTypeParser('text/plain');
  // What is answered was made by our own writers, which tests hold to the schemas: those are there to be read.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  app.setErrorHandler(async (error, _request, reply) => {
    const { status, document, isDefect } = failedAnswer(error, context.mask);
    if (isDefect) options.onDefect(error);
    if (status === 401) reply.header('www-authenticate', 'Bearer');
    return reply.code(status).type(JSON_TYPE).send(document);
  });
  app.setNotFoundHandler(async ({ method, url }) => {
    throw new TrueupError('route_not_found', `there is no ${method} ${url.split('?', 1)[0] ?? ''}`, {
      next: '`GET /openapi.json` lists all there is',
    });
  });
  app.addHook('onSend', async (_request, reply) => {
    reply.headers(ALWAYS);
  });
  app.addHook('onResponse', async ({ method, routeOptions }, reply) => {
    metrics.answered(method, routeOptions.url ?? 'none', reply.statusCode, reply.elapsedTime);
  });
  await addOpenApi(app, options.version);
  await addGuard(app, options.tokens, options.rates);
  addKnownQuery(app);
  addOwnRoutes(app, context, metrics);
  addEnvironmentRoutes(app, context);
  addFreezeRoutes(app, context);
  addStreamRoutes(app, context, options.streams);
  addTokenRoutes(app, context, options.tokens);
  await options.addMore?.(app);
  await app.ready();
  return { handle: (request, response) => app.routing(request, response), close: () => app.close() };
}
