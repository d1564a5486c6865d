/** A secret in each field of the schema: sealed where it may stand and refused where it may not, and said nowhere. */
import { stringify } from 'yaml';
import { describe, expect, it } from 'vitest';
import { isJsonObject, type Json } from '../../../src/model/json.ts';
import { leakSearch, plantedAt } from '../../support/secrets/planted.ts';
import { isGroup, textFields, type Value } from '../../support/secrets/schema-texts.ts';
import { SEALED_FIELDS } from '../../support/secrets/sealed-fields.ts';
import { loadText } from './support.ts';

const HOOK = { command: ['true'], environment: {} };

/** What every field can be laid over, and is valid without it. A process has no container, and the other way round. */
function baseFor(path: string): Value {
  const kind = path.startsWith('services.web.container')
    ? { container: { image: 'web:1' } }
    : { process: { command: ['run'] } };
  return { services: { web: { ...kind, post_start: [HOOK], pre_stop: [HOOK] } } };
}

/** Lists item by item. */
function merged(left: Value, right: Value): Value {
  if (Array.isArray(left) && Array.isArray(right)) {
    return right.map((item: Value, index) => {
      const known = (left as readonly Value[])[index];
      return known === undefined ? item : merged(known, item);
    });
  }
  if (!isGroup(left) || !isGroup(right)) return right;
  const both = Object.entries(right).map(([key, value]) => {
    const known = left[key];
    return [key, known === undefined ? value : merged(known, value)] as const;
  });
  return { ...left, ...Object.fromEntries(both) };
}

function hasSealed(value: Json): boolean {
  if (isJsonObject(value)) return Object.hasOwn(value, '$secret') || Object.values(value).some(hasSealed);
  return Array.isArray(value) && value.some(hasSealed);
}

/** All that the load has to say, and whether something in it is sealed. */
async function said(manifest: Value): Promise<{ readonly text: string; readonly isSealed: boolean }> {
  const sealer = { seal: () => ({ $secret: 'sealed' }), name: () => 'named' };
  const result = await loadText(stringify(manifest, { lineWidth: 0 }), { sealer });
  const environments = result.environments.map((environment) => ({
    ...environment,
    resources: [...environment.resources.values()],
  }));
  return {
    text: JSON.stringify({ environments, diagnostics: result.diagnostics }),
    isSealed: environments.some(({ resources }) => resources.some(({ config }) => hasSealed(config))),
  };
}

/** In a manifest a dollar is the beginning of a variable. */
function inline(plain: string): Value {
  return { secret: true, value: plain.replaceAll('$', '$$$$') };
}

const FIELDS = textFields().map((field, index) => ({ ...field, planted: plantedAt(field.path, index) }));

describe('a secret that is planted in any field of the schema', () => {
  it.each(FIELDS)('$path: is sealed or refused, and stands in no diagnostic and in nothing desired', async (field) => {
    const { path, holding, planted } = field;
    const find = leakSearch([planted]);
    const variables = { planted: inline(planted.plain) };

    const all = await Promise.all(
      ['${planted}', 'NAME=${planted}'].map((text) =>
        said(merged({ variables }, merged(baseFor(path), holding(text)))),
      ),
    );

    expect(all.flatMap(({ text }) => find(text))).toEqual([]);
    expect(all.some(({ isSealed }) => isSealed)).toBe(SEALED_FIELDS.includes(path));
  });

  it.each(['inline', 'file', 'command'])('as what a secret of source %s is made of: is not quoted', async (source) => {
    const planted = plantedAt(source, 7);
    const find = leakSearch([planted]);
    const made = { secret: true, source, value: '${planted}' };
    const words = { secret: true, source, value: ['${planted}', '${planted}'] };

    const all = await Promise.all(
      [made, words].map((value) =>
        said(
          merged(baseFor(''), {
            variables: { planted: inline(planted.plain), made: value },
            environment_variables: { MADE: '${made}', SECRET: value },
          }),
        ),
      ),
    );

    expect(all.flatMap(({ text }) => find(text))).toEqual([]);
  });

  it.each([
    ['of two', { secret: true, value: 'PLAIN', bogus: 'PLAIN' }],
    ['without a word that says so', { source: 'inline', value: 'PLAIN' }],
    ['with another word for it', { secret: 'PLAIN', value: 'PLAIN' }],
    ['in a list', ['PLAIN']],
    ['deeper', { secret: true, value: { value: 'PLAIN' } }],
    ['with an interpolation that is none', { secret: true, value: 'PLAIN ${' }],
  ] satisfies readonly (readonly [string, Value])[])(
    'that is written wrongly, %s: is not quoted',
    async (_, written) => {
      const planted = plantedAt('written', 0);
      const find = leakSearch([planted]);
      const plain = (value: Value): Value =>
        JSON.parse(JSON.stringify(value).replaceAll('PLAIN', planted.plain)) as Value;

      const { text } = await said(merged(baseFor(''), { environment_variables: { SECRET: plain(written) } }));

      expect(find(text)).toEqual([]);
    },
  );
});
