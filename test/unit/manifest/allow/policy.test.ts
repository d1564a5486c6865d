import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkLayers } from '../../../../src/manifest/allow/check.ts';
import { HOST_PATHS } from '../../../../src/manifest/allow/host-places.ts';
import type { ForeignPolicy } from '../../../../src/manifest/allow/policy.ts';
import { parseFile } from '../../../../src/manifest/parse.ts';
import { ENVIRONMENT_SCHEMA } from '../../../../src/manifest/schema.ts';
import { InvalidManifestsError } from '../../../../src/model/failure.ts';
import { isJsonObject, type Json, type JsonObject, memberAt } from '../../../../src/model/json.ts';
import { builtInText, policyOf } from './support.ts';

interface Field {
  /** As policies name it. */
  readonly name: string;
  /** A manifest that has it, and nothing in it. */
  readonly manifest: Json;
  readonly schema: JsonObject;
}

function followed(schema: Json): JsonObject {
  if (!isJsonObject(schema)) return {};
  const { $ref: reference } = schema;
  if (typeof reference !== 'string') return schema;
  return { ...followed(memberAt(ENVIRONMENT_SCHEMA, ...reference.replace('#/', '').split('/'))), ...schema };
}

/** Every field of the schema down to what has no fields of its own, with a manifest around it. */
function fieldsOf(node: Json, name: string, around: (value: Json) => Json): readonly Field[] {
  const schema = followed(node);
  const within = (key: string): string => (name === '' ? key : `${name}.${key}`);
  const { properties, items, additionalProperties: members } = schema;
  const own = Object.entries(isJsonObject(properties) ? properties : {}).flatMap(([key, child]) =>
    fieldsOf(child, within(key), (value) => around({ [key]: value })),
  );
  const ofItems = isJsonObject(items) ? fieldsOf(items, within('*'), (value) => around([value])) : [];
  const ofMembers = isJsonObject(members) ? fieldsOf(members, within('*'), (value) => around({ x: value })) : [];
  const below = [...own, ...ofItems, ...ofMembers].filter((field) => field.name !== within('*'));
  return below.length > 0 ? below : [{ name, manifest: around(null), schema }];
}

const FIELDS = fieldsOf(ENVIRONMENT_SCHEMA, '', (value) => value);

/** Nothing of these is allowed, whatever fields they have. */
const REFUSED_WHOLE: readonly string[] = ['clusters', 'vms'];

/** Each was thought about: a field that is new in the schema belongs here, or into the policy. */
const REFUSED: readonly string[] = [
  'compose',
  'engines.*.context',
  'engines.*.driver',
  'engines.*.engine',
  'engines.*.home',
  'engines.*.host',
  'engines.*.pool',
  'engines.*.port',
  'engines.*.socket',
  'engines.*.uri',
  'engines.*.vm',
  'ignore_differences.*.address',
  'ignore_differences.*.field_path',
  'ignore_differences.*.reason',
  'ignore_differences.*.until',
  'moved.*.from',
  'moved.*.to',
  'networks.*.adopted.name',
  'networks.*.deletion_policy',
  'networks.*.driver_opts',
  'networks.*.ipam.config.*.gateway',
  'networks.*.ipam.config.*.ip_range',
  'networks.*.ipam.config.*.subnet',
  'networks.*.ipam.driver',
  'networks.*.name',
  'networks.*.protect',
  'project',
  'services.*.adopted.name',
  'services.*.container.build',
  'services.*.name',
  'services.*.networking.networks.*.ipv4_address',
  'services.*.networking.networks.*.ipv6_address',
  'services.*.post_start.*.command',
  'services.*.post_start.*.environment.*.secret',
  'services.*.post_start.*.environment.*.source',
  'services.*.post_start.*.environment.*.value',
  'services.*.post_start.*.privileged',
  'services.*.post_start.*.user',
  'services.*.post_start.*.working_dir',
  'services.*.pre_stop.*.command',
  'services.*.pre_stop.*.environment.*.secret',
  'services.*.pre_stop.*.environment.*.source',
  'services.*.pre_stop.*.environment.*.value',
  'services.*.pre_stop.*.privileged',
  'services.*.pre_stop.*.user',
  'services.*.pre_stop.*.working_dir',
  'services.*.process.command',
  'services.*.process.cwd',
  'services.*.process.restart',
  'services.*.process.stop_grace_period',
  'services.*.process.stop_signal',
  'services.*.protect',
  'strict',
  'volumes.*.adopted.name',
  'volumes.*.driver_opts',
  'volumes.*.metadata.backups_kept',
  'volumes.*.name',
];

/** What the lines of a file are refused for, whatever variables mean. */
function refusedIn(manifest: Json, policy: ForeignPolicy): readonly string[] {
  const { file, root } = parseFile('a.yaml', Buffer.from(JSON.stringify(manifest)));
  return checkLayers([{ file, root: root ?? {} }], policy).diagnostics.map(({ summary }) => summary);
}

describe('the policy that trueup brings along', () => {
  it('refuses every field of the schema that it does not list, also where it holds nothing', async () => {
    const policy = await policyOf();
    const lines = (await builtInText()).bytes.toString().match(/^ {2}[$a-z][^: ]*(?=:)/gm) ?? [];
    const listed = new Set(lines.map((line) => line.trim().replace(/[.][*]$/, '')));
    const unlisted = FIELDS.filter(({ name }) => !listed.has(name));

    const passed = unlisted.filter(({ manifest }) => refusedIn(manifest, policy).length === 0);

    expect(FIELDS.length).toBeGreaterThan(100);
    expect(passed.map(({ name }) => name)).toEqual([]);
    const isPart = (name: string): boolean => !REFUSED_WHOLE.includes(name.split('.')[0] ?? '');
    expect(
      unlisted
        .map(({ name }) => name)
        .filter(isPart)
        .toSorted(),
    ).toEqual(REFUSED);
  });

  it('lets every field that it lists be there', async () => {
    const policy = await policyOf();
    const lines = (await builtInText()).bytes.toString().match(/^ {2}[$a-z][^: ]*(?=:)/gm) ?? [];
    const listed = new Set(lines.map((line) => line.trim().replace(/[.][*]$/, '')));
    const refused = FIELDS.filter(({ name }) => listed.has(name)).filter(
      ({ manifest }) => refusedIn(manifest, policy).length > 0,
    );

    expect(refused.map(({ name }) => name)).toEqual([]);
  });
});

describe('paths on the host', () => {
  it('are looked at in every field that the schema says to be one', () => {
    const marked = FIELDS.filter(
      ({ name, schema }) => schema['x-path'] === 'host' && !REFUSED_WHOLE.includes(name.split('.')[0] ?? ''),
    );

    expect(marked.map(({ name }) => name).toSorted()).toEqual([...HOST_PATHS].toSorted());
  });
});

describe('a policy of the operator', () => {
  async function mistakesOf(text: string): Promise<readonly string[]> {
    const error: unknown = await policyOf(text).catch((reason: unknown) => reason);
    if (!(error instanceof InvalidManifestsError)) return [];
    return error.diagnostics.map(({ source, code, summary }) => `${source?.start.line}: ${code}: ${summary}`);
  }

  it('allows nothing that it does not list', async () => {
    const policy = await policyOf('format_version: 1\n');

    expect(refusedIn({ services: {} }, policy)).toEqual(['services is not allowed in a repo that is not yours']);
    expect(policy).toMatchObject({ binds: 'none', limits: { services: 0, memory: 0, files: 0 } });
  });

  it('changes single rules of the one that trueup brings along, each as a whole', async () => {
    const policy = await policyOf(
      [
        'format_version: 1',
        'extends: default',
        'variables: [region]',
        'limits: { services: 3 }',
        'fields:',
        '  services.*.container.image: { pattern: "registry[.]acme[.]example/.+" }',
        '  services.*.role: null',
      ].join('\n'),
    );
    const runs = (container: Json, more: JsonObject = {}): Json => ({ services: { web: { container, ...more } } });

    expect(policy.limits).toMatchObject({ services: 3, volumes: 20 });
    expect([...policy.variables]).toEqual(['region']);
    expect(refusedIn(runs({ image: 'registry.acme.example/api:1' }), policy)).toEqual([]);
    expect(refusedIn(runs({ image: 'postgres:17' }), policy)).toHaveLength(1);
    expect(refusedIn(runs({}, { role: 'api' }), policy)).toEqual([
      'web.role is not allowed in a repo that is not yours',
    ]);
    expect(policy.fields.required.map(({ field }) => field)).not.toContain('services.*.container.image');
  });

  it('may be as the documentation shows it', async () => {
    const docs = await readFile(join(import.meta.dirname, '../../../../docs/foreign-repos.md'), 'utf8');
    const example = /(?:^ {4}.*\n)*^ {4}extends: default.*\n(?:^ {4}.*\n)*/m.exec(docs)?.[0] ?? '';

    const policy = await policyOf(example.replaceAll(/^ {4}/gm, ''));

    expect(policy).toMatchObject({ binds: 'none', limits: { services: 5, memory: 2 * 1024 ** 3, cpus: 8 } });
  });

  it('says every mistake at its line', async () => {
    const text = [
      'format_version: 1',
      'extends: default',
      'fields:',
      '  services.*.containr.image: text',
      '  service: text',
      '  services.*.role: { pattern: "(" }',
      '  services.*.resource_limits.memory_limit: { at_most: lots }',
    ].join('\n');

    const mistakes = await mistakesOf(text);

    expect(mistakes).toEqual([
      '4: invalid_policy: no manifest has the field "services.*.containr.image"',
      '5: invalid_policy: no manifest has the field "service"',
      expect.stringMatching(/^6: invalid_policy: services[.][*][.]role: /),
      '7: invalid_policy: services.*.resource_limits.memory_limit: at_most is no size',
    ]);
    expect(await mistakesOf('format_version: 2\n')).toEqual([expect.stringContaining('1: invalid_policy')]);
    expect(await mistakesOf('format_version: 1\nfields: { type: any }\n')).toEqual([expect.stringContaining('2: ')]);
    expect(await mistakesOf('format_version: 1\nallow: all\n')).toEqual([expect.stringContaining('2: ')]);
  });

  it('takes no size at all for more than any that it allows', async () => {
    const policy = await policyOf(
      'format_version: 1\nextends: default\nfields: { services.*.storage.tmpfs.*.size: { at_most: 1GiB } }\n',
    );
    const refused = (size: string): readonly string[] =>
      refusedIn({ services: { web: { storage: { tmpfs: [`/tmp:size=${size}`] } } } }, policy);

    expect(refused('1g')).toEqual([]);
    expect(refused('2g')).toHaveLength(1);
    for (const size of ['0', '0.0g', '0.4b', '000m']) expect(refused(size)).toHaveLength(1);
  });

  it('matches whole values, also those of several lines', async () => {
    const policy = await policyOf('format_version: 1\nlimits: { entries: 9 }\nfields: { type: { pattern: "a|b" } }\n');

    expect(refusedIn({ type: 'b' }, policy)).toEqual([]);
    for (const type of ['ab', 'b\nx', 'x\nb', 'bx']) expect(refusedIn({ type }, policy)).toHaveLength(1);
  });
});
