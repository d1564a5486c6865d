/** Nothing in a query is ignored: a filter with a slip of the pen would be no filter. What anybody may ask takes all of it. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { TrueupError } from '../../model/failure.ts';
import { nearest } from '../../model/nearest.ts';

export function addKnownQuery(app: FastifyInstance): void {
  app.addHook('preValidation', async (request) => assertKnown(request));
}

function assertKnown({ query, routeOptions }: FastifyRequest): void {
  const { url, config, schema } = routeOptions;
  // What asks whether the daemon lives, and what forges send, may carry what is meant for somebody on the way.
  if (url === undefined || config.role === 'anybody') return;
  const known = namesIn(schema?.querystring);
  const unknown = namesOf(query).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const suggestion = nearest(unknown, known);
  const all = known.length === 0 ? 'it takes none' : `it takes: ${known.join(', ')}`;
  throw new TrueupError('invalid_request', `${url} takes no query parameter "${unknown}"`, {
    next: suggestion === null ? all : `did you mean "${suggestion}"?`,
  });
}

function namesIn(schema: unknown): readonly string[] {
  return typeof schema === 'object' && schema !== null && 'properties' in schema ? namesOf(schema.properties) : [];
}

function namesOf(value: unknown): readonly string[] {
  return typeof value === 'object' && value !== null ? Object.keys(value) : [];
}
