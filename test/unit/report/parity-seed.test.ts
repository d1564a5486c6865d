/** The report is the one of the data model: this reads the list of its fields from a copy of the text, and not from us. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isJsonObject, type Json, member, memberAt } from '../../../src/model/json.ts';
import { readSchema } from '../../support/schemas.ts';

const SEED = readFileSync(join(import.meta.dirname, '../../support/seeds/configuration-diff-report.txt'), 'utf8');

/** `name: type` under each entity, dots for what is nested. */
interface SeedField {
  readonly path: string;
  readonly type: string;
}

/** Of the block of an entity: `summary:` begins a group, `- Name[]` says of what a list is. */
function seedFields(entity: string): readonly SeedField[] {
  const block = new RegExp(`\`\`\`yaml\\n${entity}:\\n([^]*?)\`\`\``).exec(SEED)?.[1] ?? '';
  const fields: SeedField[] = [];
  let group = '';
  for (const line of block.split('\n')) {
    const [, indent = '', name, type = ''] = /^( +)(\w+):\s*([^#]*)/.exec(line) ?? [];
    const item = /^ +- (\w+)\[\]/.exec(line)?.[1];
    if (item !== undefined) fields.push({ path: group, type: `${item}[]` });
    if (name === undefined) continue;
    const path = indent.length > 2 ? `${group}.${name}` : name;
    if (indent.length === 2) group = name;
    if (type.trim() !== '') fields.push({ path, type: type.trim() });
  }
  return fields;
}

const SCHEMA = readSchema('parity');

const ENTITIES: Readonly<Record<string, Json>> = {
  ConfigurationDiffReport: SCHEMA,
  ServiceDiff: memberAt(SCHEMA, '$defs', 'service_diff'),
  Difference: memberAt(SCHEMA, '$defs', 'parity_difference'),
};

/** With references followed. */
function schemaAt(schema: Json, path: string): Json {
  return path.split('.').reduce((found, name) => followed(memberAt(followed(found), 'properties', name)), schema);
}

function followed(schema: Json): Json {
  const reference = member(schema, '$ref');
  if (typeof reference !== 'string') return schema;
  return memberAt(SCHEMA, ...reference.replace('#/', '').split('/'));
}

function keysOf(schema: Json): readonly string[] {
  const properties = member(schema, 'properties');
  return isJsonObject(properties) ? Object.keys(properties).toSorted() : [];
}

const PLAIN_TYPES: Readonly<Record<string, string>> = { integer: 'integer', boolean: 'boolean' };

describe('the schema of a parity', () => {
  it.each(Object.entries(ENTITIES))(
    'has exactly the fields of %s, and what we add in metadata alone',
    (entity, schema) => {
      const fields = seedFields(entity);
      const top = [...new Set(fields.map(({ path }) => path.split('.')[0] ?? ''))].toSorted();
      const groups = fields.filter(({ path }) => path.includes('.')).map(({ path }) => path.split('.')[0] ?? '');

      expect(fields.length).toBeGreaterThan(5);
      expect(keysOf(schema)).toEqual(top);
      for (const group of new Set(groups)) {
        const wanted = fields
          .filter(({ path }) => path.startsWith(`${group}.`))
          .map(({ path }) => path.slice(group.length + 1));
        const known = keysOf(schemaAt(schema, group));
        expect(known).toEqual(expect.arrayContaining(wanted));
        if (group !== 'metadata') expect(known).toEqual(wanted.toSorted());
        expect(member(schemaAt(schema, group), 'additionalProperties')).toBe(false);
      }
    },
  );

  it.each(Object.entries(ENTITIES))('has the enums and types of %s', (entity, schema) => {
    for (const { path, type } of seedFields(entity)) {
      const found = schemaAt(schema, path);
      const words = /^enum \[(.*)\]$/.exec(type)?.[1]?.split(', ');
      if (words !== undefined) expect(member(found, 'enum'), path).toEqual(words);
      else if (type.endsWith('[]')) expect(member(found, 'type'), path).toBe('array');
      else if (type === 'any') expect(found, path).toBe(memberAt(SCHEMA, '$defs', 'json_value'));
      else expect([member(found, 'type')].flat(), path).toContain(PLAIN_TYPES[type] ?? 'string');
    }
  });
});
