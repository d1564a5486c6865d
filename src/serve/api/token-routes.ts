/** Tokens, for owners: what the command line does with them too. */
import type { FastifyInstance } from 'fastify';
import { parseDuration } from '../../model/duration.ts';
import type { ApiContext } from './context.ts';
import { type Role, ROLES } from './roles.ts';
import { invalidRequest } from './route-parts.ts';
import { tokenJson, type TokenStore } from './tokens.ts';

interface TokenBody {
  readonly name: string;
  readonly role: Role;
  readonly expires_in?: string;
}

export function addTokenRoutes(app: FastifyInstance, { answer, ending }: ApiContext, tokens: TokenStore): void {
  app.get(
    '/v1/tokens',
    {
      config: { role: 'owner' },
      schema: { summary: 'All tokens, without the tokens themselves', response: { 200: TOKENS } },
    },
    async () => answer({ tokens: (await tokens.list()).map(tokenJson) }),
  );

  app.post<{ Body: TokenBody }>(
    '/v1/tokens',
    {
      config: { role: 'owner' },
      schema: { summary: 'Make a token; it is shown this once', body: TOKEN_BODY, response: { 201: NEW_TOKEN } },
    },
    async ({ body }, reply) => {
      const lifetimeMs = body.expires_in === undefined ? null : parseDuration(body.expires_in);
      if (body.expires_in !== undefined && (lifetimeMs === null || lifetimeMs <= 0)) {
        throw invalidRequest(`"${body.expires_in}" is no duration`, 'write it as 720h');
      }
      const { token, plain } = await tokens.create({ name: body.name, role: body.role, lifetimeMs }, ending);
      return reply.code(201).send({ ...tokenJson(token), token: plain });
    },
  );

  app.delete<{ Params: { readonly token: string } }>(
    '/v1/tokens/:token',
    {
      config: { role: 'owner' },
      schema: {
        summary: 'Revoke a token',
        params: {
          type: 'object',
          required: ['token'],
          properties: { token: { type: 'string', description: 'Its name.' } },
        },
        response: { 204: { type: 'null', description: 'It is void.' } },
      },
    },
    async ({ params }, reply) => {
      await tokens.revoke(params.token, ending);
      return reply.code(204).send();
    },
  );
}

const TOKEN_PROPERTIES = {
  name: { type: 'string' },
  role: { type: 'string', enum: ROLES },
  created_at: { type: 'string', format: 'date-time' },
  expires_at: { type: ['string', 'null'], format: 'date-time' },
} as const;

const TOKEN = {
  type: 'object',
  additionalProperties: false,
  required: ['name', 'role', 'created_at', 'expires_at'],
  properties: TOKEN_PROPERTIES,
} as const;

const TOKENS = {
  type: 'object',
  additionalProperties: false,
  required: ['tokens'],
  properties: { tokens: { type: 'array', items: TOKEN } },
} as const;

const NEW_TOKEN = {
  ...TOKEN,
  required: [...TOKEN.required, 'token'],
  properties: { ...TOKEN_PROPERTIES, token: { type: 'string', description: 'Shown once and kept nowhere.' } },
} as const;

const TOKEN_BODY = {
  type: 'object',
  additionalProperties: false,
  required: ['name', 'role'],
  properties: {
    name: { type: 'string', maxLength: 63 },
    role: { type: 'string', enum: ROLES },
    expires_in: { type: 'string', maxLength: 50, description: 'A duration such as `720h`; for good when absent.' },
  },
} as const;
