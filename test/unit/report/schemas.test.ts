import { describe, expect, it } from 'vitest';
import { member } from '../../../src/model/json.ts';
import { readSchema } from '../../support/schemas.ts';

const DOCUMENTS = [
  'plan',
  'run',
  'drift',
  'diff',
  'parity',
  'parity-matrix',
  'parity-history',
  'observation',
  'status',
  'show',
  'diagnostics',
  'validate',
  'doctor',
  'event',
  'pull',
  'health',
  'history',
  'snapshots',
  'explain',
  'drift-change',
  'lock',
  'hook',
  'freezes',
  'cloud-event',
  'service',
  'vm-event',
  'configuration-history',
  'vm-snapshots',
  'vm-package',
] as const;

const schemas = DOCUMENTS.map((name) => ({ name, schema: readSchema(name) }));

describe('the schemas of documents', () => {
  it('each name themselves, describe themselves, and allow no member that they do not name', () => {
    for (const { name, schema } of schemas) {
      expect(schema, name).toMatchObject({
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        $id: `https://trueup.dev/schemas/${name}.json`,
        additionalProperties: false,
      });
      expect(schema['description'], name).toMatch(/\.$/);
      for (const part of objectsOf(schema)) expect(part, JSON.stringify(part)).toHaveProperty('additionalProperties');
    }
  });

  it('agree on every part that they share', () => {
    const parts = schemas.flatMap(({ schema }) => Object.entries(member(schema, '$defs') ?? {}));
    const shared = Map.groupBy(parts, ([name]) => name);

    for (const [name, definitions] of shared) {
      // How a thing is counted differs from document to document.
      if (name === 'summary') continue;
      for (const [, definition] of definitions) expect(definition, name).toEqual(definitions[0]?.[1]);
    }
  });
});

/** Every part of a schema that describes an object with members of its own. */
function objectsOf(value: unknown): readonly object[] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.values(value).flatMap((item) => objectsOf(item));
  return 'properties' in value && 'type' in value ? [value, ...inner] : inner;
}
