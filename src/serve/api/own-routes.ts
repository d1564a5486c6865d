/** What the daemon says of itself: whether it lives, whether it is ready, its numbers, and what can be asked of it. */
import type { FastifyInstance } from 'fastify';
import type { Metrics } from '../metrics.ts';
import type { ApiContext } from './context.ts';
import { openApiDocument } from './openapi.ts';

export function addOwnRoutes(app: FastifyInstance, context: ApiContext, metrics: Metrics): void {
  const { served, answer } = context;

  app.get(
    '/livez',
    {
      config: { role: 'anybody' },
      schema: { summary: 'Whether the daemon lives', security: [], response: { 200: LIVE } },
    },
    async () => ({ status: 'live' }),
  );

  app.get(
    '/readyz',
    {
      config: { role: 'anybody' },
      schema: {
        summary: 'Whether every environment has been looked at',
        security: [],
        response: { 200: READY, 503: READY },
      },
    },
    async (_request, reply) => {
      const waiting = served.environments().filter((environment) => environment.status() === null).length;
      const isReady = waiting === 0 && !context.ending.aborted;
      return reply.code(isReady ? 200 : 503).send({ status: isReady ? 'ready' : 'not_ready', waiting });
    },
  );

  app.get(
    '/metrics',
    {
      config: { role: 'viewer' },
      schema: {
        summary: 'Numbers for Prometheus',
        response: { 200: { description: 'Text.', content: { 'text/plain': { schema: { type: 'string' } } } } },
      },
    },
    async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()),
  );

  app.get(
    '/openapi.json',
    { config: { role: 'viewer' }, schema: { summary: 'This document', response: { 200: { type: 'object' } } } },
    async () => answer(openApiDocument(app)),
  );
}

const LIVE = {
  type: 'object',
  additionalProperties: false,
  required: ['status'],
  properties: { status: { const: 'live' } },
} as const;

const READY = {
  type: 'object',
  additionalProperties: false,
  required: ['status', 'waiting'],
  properties: {
    status: { enum: ['ready', 'not_ready'] },
    waiting: { type: 'integer', description: 'How many environments nobody has looked at yet.' },
  },
} as const;
