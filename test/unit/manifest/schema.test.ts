import { describe, expect, it } from 'vitest';
import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import { workingTree } from '../../../src/git/working-tree.ts';
import { ENVIRONMENT_SCHEMA, notSupportedSettings } from '../../../src/manifest/schema.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../../src/model/json.ts';
import { described, load } from './support.ts';

const REPO = join(import.meta.dirname, '../../..');

/** Every schema inside a schema, with the names that lead to it. */
function parts(schema: Json, path: readonly string[] = []): readonly (readonly [string, JsonObject])[] {
  if (!isJsonObject(schema)) return [];
  const children = ['properties', '$defs'].flatMap((group) => {
    const members = schema[group];
    return isJsonObject(members) ? Object.entries(members).flatMap(([key, item]) => parts(item, [...path, key])) : [];
  });
  const nested = ['items', 'additionalProperties'].flatMap((key) => parts(schema[key] ?? null, [...path, '*']));
  return [[path.join('.'), schema], ...children, ...nested];
}

function typesOf(schema: JsonObject): readonly Json[] {
  const { type = [] } = schema;
  return isJsonArray(type) ? type : [type];
}

function isListMark(mark: Json | undefined): boolean {
  return typeof mark === 'string' && /^(ordered|set|keyed:\w+)$/.test(mark);
}

describe('the schema of environments', () => {
  it('says of every list how it is compared', () => {
    const unmarked = parts(ENVIRONMENT_SCHEMA).filter(
      ([, schema]) => typesOf(schema).includes('array') && !isListMark(schema['x-list']),
    );

    expect(unmarked.map(([path]) => path)).toEqual([]);
  });

  it('describes every field, for those who complete it in an editor', () => {
    const fields = parts(ENVIRONMENT_SCHEMA).flatMap(([path, schema]) =>
      isJsonObject(schema['properties'])
        ? Object.entries(schema['properties']).map(([key, item]) => [`${path}.${key}`, item] as const)
        : [],
    );
    const silent = fields.filter(([, item]) => isJsonObject(item) && !('description' in item) && !('$ref' in item));

    expect(silent.map(([path]) => path)).toEqual([]);
  });

  it('allows no key that it does not have, but for what drivers define', () => {
    const open = parts(ENVIRONMENT_SCHEMA).filter(
      ([, schema]) =>
        typesOf(schema).includes('object') &&
        schema['additionalProperties'] === undefined &&
        schema['x-not-supported'] !== true,
    );

    expect(open.map(([path]) => path)).toEqual(['engine']);
  });

  it('marks what this version does not carry out, and the manual says the same', async () => {
    const manual = await readFile(join(REPO, 'docs/manifests.md'), 'utf8');
    const section = manual.slice(manual.indexOf('## What this version does not carry out'));
    const names = notSupportedSettings().map(({ path, values }) =>
      values === null ? `\`${path.at(-1)}\`` : `\`${path.at(-1)}: ${values.map(String).join('` or `')}\``,
    );

    expect(names.filter((name) => !section.includes(name))).toEqual([]);
    // What no schema can say is refused where mounts are resolved.
    const said = section.split('\n').filter((line) => line.startsWith('- ') && !line.includes('`watch_content`'));
    expect(said.filter((line) => !names.some((name) => line.includes(name)))).toEqual([]);
  });

  it('has every field in the manual', async () => {
    const manual = await readFile(join(REPO, 'docs/manifests.md'), 'utf8');
    const keys = parts(ENVIRONMENT_SCHEMA).flatMap(([, schema]) =>
      isJsonObject(schema['properties']) ? Object.keys(schema['properties']) : [],
    );

    expect([...new Set(keys)].filter((key) => !manual.includes(`\`${key}\``))).toEqual([]);
  });
});

describe('the example environments', () => {
  it('are valid as they are', async () => {
    const result = await load({}, { root: REPO, tree: workingTree(REPO, new Set()), processEnvironment: {} });

    expect(described(result.diagnostics)).toEqual([]);
    expect(result.found).toEqual([
      { name: 'base', abstract: true },
      { name: 'hello', abstract: false },
      { name: 'lab', abstract: false },
      { name: 'local', abstract: false },
      { name: 'shop', abstract: false },
      { name: 'staging', abstract: false },
    ]);
    expect(result.environments.map(({ name }) => name)).toEqual(['hello', 'lab', 'local', 'shop', 'staging']);
  });
});
