/** Freezes: leave a resource alone for a while. */
import type { FastifyInstance } from 'fastify';
import { parseDuration } from '../../model/duration.ts';
import { TrueupError } from '../../model/failure.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Freeze } from '../../model/served.ts';
import type { ApiContext } from './context.ts';
import {
  addressIn,
  callerName,
  ENVIRONMENT_PARAMS,
  type EnvironmentParams,
  invalidRequest,
  servedEnvironment,
} from './route-parts.ts';

interface FreezeBody {
  readonly address: string;
  readonly for?: string;
  readonly until?: string;
  readonly reason?: string;
}

export function addFreezeRoutes(app: FastifyInstance, context: ApiContext): void {
  const { served, answer } = context;

  app.get<{ Params: EnvironmentParams }>(
    '/v1/environments/:source/:name/freezes',
    {
      config: { role: 'viewer' },
      schema: { summary: 'What is frozen', params: ENVIRONMENT_PARAMS, response: { 200: FREEZES } },
    },
    async ({ params }) => answer({ freezes: servedEnvironment(served, params).freezes().map(freezeJson) }),
  );

  app.post<{ Params: EnvironmentParams; Body: FreezeBody }>(
    '/v1/environments/:source/:name/freezes',
    {
      config: { role: 'operator' },
      schema: {
        summary: 'Leave a resource alone until a time',
        params: ENVIRONMENT_PARAMS,
        body: FREEZE_BODY,
        response: { 201: FREEZE },
      },
    },
    async ({ params, body, caller }, reply) => {
      const environment = servedEnvironment(served, params);
      const now = context.now();
      const freeze: Freeze = {
        address: addressIn(body.address),
        since: new Date(now).toISOString(),
        until: new Date(endOf(body, now)).toISOString(),
        reason: body.reason ?? '',
        by: callerName(caller, context.user),
      };
      await environment.freeze(freeze);
      return reply.code(201).send(answer(freezeJson(freeze)));
    },
  );

  app.delete<{ Params: EnvironmentParams & { readonly address: string } }>(
    '/v1/environments/:source/:name/freezes/:address',
    {
      config: { role: 'operator' },
      schema: {
        summary: 'End a freeze before its time',
        params: {
          ...ENVIRONMENT_PARAMS,
          required: [...ENVIRONMENT_PARAMS.required, 'address'],
          properties: { ...ENVIRONMENT_PARAMS.properties, address: { type: 'string' } },
        },
        response: { 204: { type: 'null', description: 'It has ended.' } },
      },
    },
    async ({ params }, reply) => {
      const environment = servedEnvironment(served, params);
      const address = addressIn(params.address);
      if (!(await environment.endFreeze(address))) {
        throw new TrueupError('address_not_found', `${environment.id}/${address} is not frozen`, {
          next: 'there is nothing to end',
        });
      }
      return reply.code(204).send();
    },
  );
}

/** A year: longer is a mistake in the manifests that wants to be told. */
const LONGEST_MS = 366 * 24 * 3_600_000;

function endOf(body: FreezeBody, now: number): number {
  const next = 'give either `for`, such as "30m", or `until`, such as "2027-01-01T12:00:00Z"';
  if ((body.for === undefined) === (body.until === undefined)) {
    throw invalidRequest('a freeze has either a duration or an end', next);
  }
  const length = body.for === undefined ? Date.parse(body.until ?? '') - now : (parseDuration(body.for) ?? Number.NaN);
  if (Number.isNaN(length)) throw invalidRequest(`"${body.for ?? body.until}" is no time`, next);
  if (length <= 0 || length > LONGEST_MS) throw invalidRequest('a freeze ends later than now, and within a year', next);
  return now + length;
}

function freezeJson({ address, since, until, reason, by }: Freeze): JsonObject {
  return { address, since, until, reason, by };
}

const FREEZE_BODY = {
  type: 'object',
  additionalProperties: false,
  required: ['address'],
  properties: {
    address: { type: 'string', maxLength: 500 },
    for: { type: 'string', maxLength: 50, description: 'A duration such as `30m`.' },
    until: { type: 'string', maxLength: 50, description: 'A time in ISO 8601, instead of a duration.' },
    reason: { type: 'string', maxLength: 500 },
  },
} as const;

const FREEZE = {
  type: 'object',
  additionalProperties: false,
  required: ['address', 'since', 'until', 'reason', 'by'],
  properties: {
    address: { type: 'string' },
    since: { type: 'string', format: 'date-time' },
    until: { type: 'string', format: 'date-time', description: 'When it ends by itself.' },
    reason: { type: 'string' },
    by: { type: 'string' },
  },
} as const;

const FREEZES = {
  type: 'object',
  additionalProperties: false,
  required: ['freezes'],
  properties: { freezes: { type: 'array', items: FREEZE } },
} as const;
