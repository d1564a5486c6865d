/**
 * The OpenAPI document: every route says of itself what it takes and answers. The documents that the command line prints
 * too stand in it as their published schemas.
 */
import type { FastifyInstance } from 'fastify';
import cloudEventSchema from '../../../schemas/cloud-event.json' with { type: 'json' };
import diagnosticsSchema from '../../../schemas/diagnostics.json' with { type: 'json' };
import planSchema from '../../../schemas/plan.json' with { type: 'json' };
import runSchema from '../../../schemas/run.json' with { type: 'json' };
import statusSchema from '../../../schemas/status.json' with { type: 'json' };
import { isJsonArray, isJsonObject, type Json, type JsonObject, member } from '../../model/json.ts';
import { PASS_SCHEMA } from './pass-document.ts';
import type { DocumentName } from './route-parts.ts';

const DOCUMENTS: Readonly<Record<DocumentName, JsonObject>> = {
  status: statusSchema,
  plan: planSchema,
  run: runSchema,
  pass: PASS_SCHEMA,
  diagnostics: diagnosticsSchema,
  'cloud-event': cloudEventSchema,
};

/** Before any route, so that each of them is seen. */
export async function addOpenApi(app: FastifyInstance, version: string): Promise<void> {
  const { default: swagger } = await import('@fastify/swagger');
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'trueup',
        description:
          'The API of `trueup serve`. Through its socket it is this user’s; through TCP each request needs a token.',
        version,
      },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      security: [{ token: [] }],
    },
  });
}

/** The document, once every route is there. */
export function openApiDocument(app: FastifyInstance): JsonObject {
  const written = JSON.parse(JSON.stringify(app.swagger())) as JsonObject;
  const schemas = Object.fromEntries(Object.entries(DOCUMENTS).map(([name, schema]) => [name, embedded(name, schema)]));
  const components = member(written, 'components');
  const paths = pathsWithErrors(withDocuments(member(written, 'paths') ?? {}));
  return {
    ...written,
    components: { ...(isJsonObject(components) ? components : {}), schemas: withDocuments(schemas) },
    paths,
  };
}

/** A schema that is a file of its own, as part of another: what it refers to within itself lies deeper now. */
function embedded(name: string, schema: JsonObject): JsonObject {
  const { $schema: _schema, $id: _id, ...rest } = schema;
  const moved = mapped(rest, (part) => {
    const { $ref: reference } = part;
    if (typeof reference !== 'string' || !reference.startsWith('#')) return part;
    return { ...part, $ref: `#/components/schemas/${name}${reference.slice(1)}` };
  });
  return isJsonObject(moved) ? moved : {};
}

/** Each stand-in replaced by a reference to its document. */
function withDocuments(value: Json): Json {
  return mapped(value, (part) => {
    const { 'x-document': name } = part;
    return typeof name === 'string' ? { $ref: `#/components/schemas/${name}` } : part;
  });
}

/** Every operation answers errors in the same way. */
function pathsWithErrors(paths: Json): Json {
  if (!isJsonObject(paths)) return paths;
  const error = {
    description: 'It did not work; the error says why, and what to do.',
    content: { 'application/json': { schema: { $ref: '#/components/schemas/diagnostics' } } },
  };
  return mappedValues(paths, (path) =>
    mappedValues(path, (operation) => {
      if (!isJsonObject(operation)) return operation;
      const responses = member(operation, 'responses');
      return { ...operation, responses: { ...(isJsonObject(responses) ? responses : {}), default: error } };
    }),
  );
}

function mappedValues(value: Json, change: (member: Json) => Json): Json {
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, change(item)]));
}

/** Every object within, changed from the outside in. */
function mapped(value: Json, change: (part: JsonObject) => JsonObject): Json {
  if (isJsonArray(value)) return value.map((item) => mapped(item, change));
  if (!isJsonObject(value)) return value;
  return mappedValues(change(value), (item) => mapped(item, change));
}
