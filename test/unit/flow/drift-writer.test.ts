/** What was found, as edits of manifests in memory: judged by the loader, as it is in a repo. */
import { describe, expect, it } from 'vitest';
import { dockerModel } from '../../../src/drivers/docker/model.ts';
import { DriftWriter, type Loaded } from '../../../src/flow/drift-writer.ts';
import type { Address } from '../../../src/model/address.ts';
import { errorAt, hasErrors } from '../../../src/model/diagnostic.ts';
import type { Difference } from '../../../src/model/change.ts';
import type { DriftWriting } from '../../../src/model/drift-writing.ts';
import { fieldPath } from '../../../src/model/field-path.ts';
import type { Json } from '../../../src/model/json.ts';
import type { Drift } from '../../../src/model/plan.ts';
import { difference, drift } from '../../support/builders.ts';
import { load } from '../manifest/support.ts';

const BASE = 'environments/base/main.yaml';
const LOCAL = 'environments/local/main.yaml';

async function written(
  files: Readonly<Record<string, string>>,
  found: readonly Drift[],
  own: readonly string[] = [LOCAL],
  taken: readonly Address[] = [],
  onLoad: () => void = () => undefined,
): Promise<DriftWriting> {
  const loaded = async (texts: ReadonlyMap<string, string>): Promise<Loaded> => {
    onLoad();
    const edited = await load({ ...files, ...Object.fromEntries(texts) });
    return {
      environments: edited.environments,
      errors: edited.diagnostics.filter(({ severity }) => severity === 'error'),
    };
  };
  return writtenBy(files, found, { own, taken, load: loaded });
}

interface Writing {
  readonly own?: readonly string[];
  readonly taken?: readonly Address[];
  readonly load: (texts: ReadonlyMap<string, string>) => Promise<Loaded>;
}

async function writtenBy(
  files: Readonly<Record<string, string>>,
  found: readonly Drift[],
  { own = [LOCAL], taken = [], load: loadEdited }: Writing,
): Promise<DriftWriting> {
  const { environments, diagnostics } = await load(files);
  const environment = environments.find(({ name }) => name === 'local');
  if (environment === undefined || hasErrors(diagnostics)) throw new Error(JSON.stringify(diagnostics));
  const writer = new DriftWriter({
    environment,
    root: '/repo-that-is-nowhere',
    environments,
    models: new Map([['docker', dockerModel]]),
    texts: new Map(own.map((file) => [file, files[file] ?? ''])),
    taken: new Set(taken),
    missing: new Set(found.filter(({ kind }) => kind === 'missing').map(({ address }) => address)),
    isKnownSecret: (text) => text.includes('hunter2'),
    load: loadEdited,
  });
  return writer.write(found);
}

interface Around {
  /** The manifest that is inherited. */
  readonly base?: string;
  readonly others?: Readonly<Record<string, string>>;
  /** Whether what is live is what the fields mean where nobody says them. */
  readonly isDefault?: boolean;
}

/** `found` by field of service.web, joined by slashes: what is live. */
async function localAfter(
  text: string,
  found: Readonly<Record<string, Json>>,
  { base, others = {}, isDefault = false }: Around = {},
): Promise<string> {
  const files = { ...others, ...(base === undefined ? {} : { [BASE]: base }), [LOCAL]: text };
  const differences = Object.entries(found).map(([names, before]): Difference => {
    return difference(
      names.split('/').map((name) => name.replace('~', '/')),
      { before, after: {}, cause: 'world', ...(isDefault ? { is_default: true } : {}) },
    );
  });
  const { files: edited, by_hand: byHand } = await written(files, [drift('service.web', { differences })]);
  expect(byHand).toEqual([]);
  expect(edited.map(({ path }) => path)).toEqual([LOCAL]);
  return edited[0]?.after ?? '';
}

function mountOf(host: string, path: string): Json {
  return { type: 'bind', volume: null, host_path: host, container_path: path, mode: 'rw', content: null };
}

describe('what was found is written', () => {
  it('in place of what is declared, with comments, order and quoting as they are', async () => {
    const text = [
      '# A laptop',
      'services:',
      '  web: # the front',
      "    container: { image: 'a:1', restart: always }   # pinned",
      '    resource_limits:',
      '      cpu_limit: 0.5 # half',
      '',
      '      memory_limit: "128MiB"',
      '',
    ].join('\n');
    const found = {
      'resource_limits/cpu_limit': 2,
      'resource_limits/memory_limit': '256MiB',
      'container/restart': 'no',
    };
    expect(await localAfter(text, found)).toBe(
      text.replace('0.5 # half', '2 # half').replace('"128MiB"', '"256MiB"').replace('restart: always', 'restart: no'),
    );
  });

  it('by taking a line out, where what is live is what is meant without it', async () => {
    const text = [
      'services:',
      '  web:',
      '    container:',
      "      image: 'a:1'",
      '      command: [serve, --debug] # for now',
      '      user: "0"',
      '    networking: { hostname: web, ports: ["8080:80"] }',
      '',
    ].join('\n');
    const found = { 'container/command': ['serve'], 'networking/hostname': '0123456789ab' };
    expect(await localAfter(text, found, { isDefault: true })).toBe(
      text.replace('      command: [serve, --debug] # for now\n', '').replace('hostname: web, ', ''),
    );
  });

  it('by taking back what is inherited, where what is live is what is meant without it', async () => {
    const base =
      'abstract: true\nservices:\n  web:\n    container: { image: "a:1" }\n    networking: { hostname: web }\n';
    const found = { 'networking/hostname': '0123456789ab' };
    expect(await localAfter('extends: ../base\n', found, { base, isDefault: true })).toBe(
      'extends: ../base\nservices:\n  web:\n    networking:\n      hostname: null\n',
    );
  });

  it('as a value for the one service, where the line that is taken off it is said for all', async () => {
    const text = 'environment_variables: { TZ: UTC }\nservices:\n  web:\n    container: { image: "a:1" }\n';
    expect(await localAfter(text, { 'environment_variables/TZ': 'CET' }, { isDefault: true })).toBe(
      `${text}    environment_variables:\n      TZ: CET\n`,
    );
  });

  it('as an override of what is inherited', async () => {
    const base =
      'abstract: true\nservices:\n  web:\n    container: { image: "a:1" }\n    resource_limits: { memory_limit: 64MiB }\n';
    const text = 'extends: ../base\nservices:\n  api:\n    container: { image: "a:1" }\n';
    expect(await localAfter(text, { 'resource_limits/memory_limit': '96MiB' }, { base })).toBe(
      `${text}  web:\n    resource_limits:\n      memory_limit: 96MiB\n`,
    );
  });

  it('as a removal of what is inherited', async () => {
    const base =
      'abstract: true\nservices:\n  web:\n    container: { image: "a:1" }\n    resource_limits: { memory_limit: 64MiB }\n';
    expect(await localAfter('extends: ../base\n', { 'resource_limits/memory_limit': null }, { base })).toBe(
      'extends: ../base\nservices:\n  web:\n    resource_limits:\n      memory_limit: null\n',
    );
  });

  it('in place of a variable, which may mean something to others', async () => {
    const text =
      'variables: { mem: 64MiB }\nservices:\n  web:\n    container: { image: "a:1" }\n    resource_limits: { memory_limit: "${mem}" }\n';
    expect(await localAfter(text, { 'resource_limits/memory_limit': '96MiB' })).toBe(
      text.replace('"${mem}"', '"96MiB"'),
    );
  });

  it('for the one service alone, where all of them share a value', async () => {
    const text =
      'environment_variables:\n  TZ: UTC\nservices:\n  web:\n    container: { image: "a:1" }\n  api:\n    container: { image: "a:1" }\n';
    expect(await localAfter(text, { 'environment_variables/TZ': 'CET' })).toBe(
      text.replace('  api:\n', '    environment_variables:\n      TZ: CET\n  api:\n'),
    );
  });

  it('in lists as they are written', async () => {
    const text =
      'services:\n  web:\n    container: { image: "a:1" }\n    environment_variables:\n      - A=1 # one\n      - B=2\n    labels: [x=1]\n';
    const found = { 'environment_variables/A': '$5', 'environment_variables/B': null, 'labels/y': '2' };
    expect(await localAfter(text, found)).toBe(
      text.replace('A=1', 'A=$$$$5').replace('      - B=2\n', '').replace('[x=1]', '[x=1, y=2]'),
    );
  });

  it('as a network by its name, where there is no more to say', async () => {
    const text =
      'services:\n  web:\n    container: { image: "a:1" }\n    networking: { networks: [one] }\nnetworks: { one: {}, two: {} }\n';
    const two = { aliases: ['web'], ipv4_address: null, ipv6_address: null };
    expect(await localAfter(text, { 'networking/networks/two': two })).toBe(text.replace('[one]', '[one, two]'));
    expect(await localAfter(text, { 'networking/networks/one': null, 'networking/networks/two': two })).toBe(
      text.replace('[one]', '[two]'),
    );
  });

  it('as a path of the repo, where a mount names one', async () => {
    const text =
      'services:\n  web:\n    container: { image: "a:1" }\n    storage: { volumes: ["../../conf:/conf", { host_path: ../../conf, container_path: /a }] }\n';
    const found = {
      'storage/volumes/~conf/mode': 'ro',
      'storage/volumes/~a/host_path': '/repo-that-is-nowhere/environments/local',
      'storage/volumes/~b': mountOf('/repo-that-is-nowhere/conf/b', '/b'),
    };
    expect(
      await localAfter(text, found, { others: { 'conf/a': '', 'conf/b/c': '', 'environments/local/x': '' } }),
    ).toBe(
      text.replace(
        '["../../conf:/conf", { host_path: ../../conf, container_path: /a }]',
        '[{ type: bind, host_path: ../../conf, container_path: /conf, mode: ro }, { host_path: ./, container_path: /a }, { type: bind, host_path: ../../conf/b, container_path: /b, mode: rw }]',
      ),
    );
  });

  it('quoted as it was, where that means the same', async () => {
    const text =
      "services:\n  web:\n    container: { image: 'a:1', init: 'true' }\n    resource_limits: { cpu_limit: '0.5', memory_limit: \"64MiB\" } # small\n    labels: {} # none\n";
    const found = {
      'resource_limits/cpu_limit': 1,
      'resource_limits/memory_limit': '1GiB',
      'labels/a': 'b',
    };
    expect(await localAfter(text.replace(", init: 'true'", ''), found)).toBe(
      text
        .replace(", init: 'true'", '')
        .replace("'0.5'", "'1'")
        .replace('64MiB', '1GiB')
        .replace('labels: {} # none\n', 'labels: # none\n      a: b\n'),
    );
  });

  it('once what it needs is written, too', async () => {
    const text =
      'services:\n  web:\n    container: { image: "a:1" }\n    health_check: { test: [CMD, "true"], interval: 100s, timeout: 5s }\n';
    const found = { 'health_check/interval': '1s', 'health_check/timeout': '500ms', 'container/image': 'b:2' };
    expect(await localAfter(text, found)).toBe(text.replace('100s', '1s').replace('5s', '500ms').replace('a:1', 'b:2'));
  });

  it('with all that was found in few loads', async () => {
    const keys = Array.from({ length: 40 }, (_, index) => `web-${index}`);
    const services = keys.map(
      (key) => `  ${key}:\n    container: { image: "a:1" }\n    networking: { networks: [one] }\n`,
    );
    const text = `services:\n${services.join('')}networks: { one: {}, two: {} }\n`;
    const two = (key: string): Json => ({ aliases: [key], ipv4_address: null, ipv6_address: null });
    const found = keys.map((key, index) =>
      drift(`service.${key}`, {
        differences: [
          difference(['labels', 'a'], { before: '1', after: null }),
          difference(['networking', 'networks', 'two'], {
            before: index % 4 === 0 ? { aliases: [] } : two(key),
            after: null,
          }),
          difference(['resource_limits', 'cpu_limit'], { before: 2, after: null }),
        ],
      }),
    );
    let loads = 0;
    const writing = await written({ [LOCAL]: text }, found, [LOCAL], [], () => (loads += 1));
    expect(writing.written).toHaveLength(110);
    expect(writing.by_hand).toHaveLength(10);
    expect(writing.by_hand[0]).toMatchObject({
      address: 'service.web-0',
      reason: 'no_edit',
      detail: 'no manifest can say what was found',
    });
    expect(loads).toBeLessThan(20);
  });

  it('under another name', async () => {
    const text = 'services:\n  web:\n    container: { image: "a:1" }\n';
    expect(await localAfter(text, { name: 'mine' })).toBe(`${text}    name: mine\n`);
  });
});

describe('left to people is', () => {
  const text =
    'services:\n  web:\n    container: { image: "a:1" }\n    environment_variables: { KEY: { secret: true, value: x } }\n';
  const one = (names: readonly string[], over: Partial<Difference>): readonly Drift[] => [
    drift('service.web', { differences: [difference(names, over)] }),
  ];

  it.each<[string, readonly Drift[], string]>([
    [
      'a secret',
      one(['environment_variables', 'KEY'], { before: { $secret: 'a' }, after: { $secret: 'b' } }),
      'secret',
    ],
    ['a value with a known secret in it', one(['labels', 'a'], { before: 'is hunter2', after: null }), 'secret'],
    ['whether it runs', one(['run_state'], { before: 'stopped', after: 'running' }), 'run_state'],
    ['what git changed too', one(['labels', 'a'], { before: '1', after: '2', cause: 'both' }), 'changed_in_git'],
    [
      'what moved with an input',
      one(['environment_variables', 'A'], { before: '1', after: '2', cause: 'world', moved_input: 'alone' }),
      'input',
    ],
    ['what is missing', [drift('service.web', { kind: 'missing' })], 'resource'],
    [
      'a network that nobody declares',
      one(['networking', 'networks', 'nowhere'], { before: {}, after: null }),
      'undeclared',
    ],
    [
      'an image whose tag means another one by now',
      one(['container', 'image'], { before: `sha256:${'a'.repeat(64)}`, after: 'a:1' }),
      'image_moved',
    ],
    [
      'what a mounted file holds',
      one(['storage', 'volumes', '/conf', 'content'], { before: 'sha256:1', after: 'sha256:2' }),
      'content',
    ],
    [
      'a volume that nobody declares',
      one(['storage', 'volumes', '/data', 'volume'], { before: 'mine', after: 'data' }),
      'undeclared',
    ],
    [
      'a place outside of the repo',
      one(['storage', 'volumes', '/data', 'host_path'], { before: '/tmp', after: null }),
      'place',
    ],
  ])('%s', async (_, found, reason) => {
    const writing = await written({ [LOCAL]: text }, found);
    expect(writing).toMatchObject({ files: [], written: [], by_hand: [{ address: 'service.web', reason }] });
    expect(writing.by_hand[0]?.source?.file).toMatch(/^environments\/local\//);
  });

  it('what every manifest of the environment says to another one', async () => {
    const other = 'environments/other/main.yaml';
    const files = { [LOCAL]: text, [other]: 'extends: ../local\nproject: other\n' };
    const found = one(['labels', 'a'], { before: '1', after: null });
    expect(await written(files, found, [])).toMatchObject({ files: [], by_hand: [{ reason: 'shared' }] });
    // Whoever says that it may be edited is held to what it means.
    expect(await written(files, found, [LOCAL])).toMatchObject({ files: [], by_hand: [{ reason: 'no_edit' }] });
  });

  it('what a service lost only because its network is gone', async () => {
    const said =
      'services:\n  web:\n    container: { image: "a:1" }\n    networking: { networks: [one] }\nnetworks: { one: {} }\n';
    const left = difference(['networking', 'networks', 'one'], { before: null, after: {}, cause: 'world' });
    const found = [drift('network.one', { kind: 'missing' }), drift('service.web', { differences: [left] })];

    const { files, by_hand: byHand } = await written({ [LOCAL]: said }, found);

    expect(files).toEqual([]);
    expect(byHand.map(({ address, reason }) => [address, reason])).toEqual([
      ['network.one', 'resource'],
      ['service.web', 'resource'],
    ]);
  });

  it('only what has to be: the rest is written', async () => {
    const found = [
      drift('service.web', {
        differences: [
          difference(['labels', 'a'], { before: '1', after: null }),
          difference(['networking', 'networks', 'nowhere'], { before: {}, after: null }),
          difference(['labels', 'b'], { before: '2', after: null }),
        ],
      }),
    ];
    const writing = await written({ [LOCAL]: text }, found);
    expect(writing.written.map(({ field_path }) => field_path)).toEqual([
      fieldPath('labels', 'a'),
      fieldPath('labels', 'b'),
    ]);
    expect(writing.by_hand.map(({ reason }) => reason)).toEqual(['undeclared']);
    expect(writing.files[0]?.after).toBe(`${text}    labels:\n      a: "1"\n      b: "2"\n`);
  });

  it.each<[string, string, string]>([
    ['a variable', 'environment_variables: [LOG=info, "USER=${USER_X:-nobody}"]', 'debug'],
    ['a secret', 'environment_variables: [LOG=info, "KEY=x${token}"]', 'debug'],
  ])('what stands in an inherited list beside %s', async (_, list, live) => {
    const base = `abstract: true\nvariables: { token: { secret: true, value: hunter3 } }\nservices:\n  web:\n    container: { image: "a:1" }\n    ${list}\n`;
    const found = one(['environment_variables', 'LOG'], { before: live, after: 'info' });
    const writing = await written({ [BASE]: base, [LOCAL]: 'extends: ../base\n' }, found);
    expect(writing).toMatchObject({ files: [], by_hand: [{ reason: 'inherited' }] });
  });

  it('a port of an inherited list with a variable in it', async () => {
    const base =
      'abstract: true\nservices:\n  web:\n    container: { image: "a:1" }\n    networking: { ports: ["${PORT:-8080}:80", "9090:90"] }\n';
    const found = one(['networking', 'ports', '9090/tcp', 'container_port'], { before: 91, after: 90 });
    const writing = await written({ [BASE]: base, [LOCAL]: 'extends: ../base\n' }, found);
    expect(writing).toMatchObject({ files: [], by_hand: [{ reason: 'inherited' }] });
  });

  it('an attachment to a network of which somebody else has the name', async () => {
    const files = {
      [LOCAL]: `${text.replace('    env', '    networking: { networks: [one] }\n    env')}networks: { one: {} }\n`,
    };
    const found = one(['networking', 'networks', 'one'], { before: null, after: {} });
    expect(await written(files, found)).toMatchObject({ by_hand: [] });
    expect(await written(files, found, [LOCAL], ['network.one'])).toMatchObject({
      files: [],
      by_hand: [{ reason: 'undeclared' }],
    });
  });

  it('a place of this machine', async () => {
    const base =
      'abstract: true\nservices:\n  web:\n    container: { image: "a:1" }\n    storage: { volumes: ["./conf:/conf:ro", "data:/data"] }\nvolumes: { data: {} }\n';
    const found = one(['storage', 'volumes', '/data', 'mode'], { before: 'ro', after: 'rw' });
    const writing = await written(
      { [BASE]: base, 'environments/base/conf/a': '', [LOCAL]: 'extends: ../base\n' },
      found,
    );
    expect(writing).toMatchObject({ files: [], by_hand: [{ reason: 'inherited' }] });
  });

  it('what was not tried for all that cannot be written, told from what was', async () => {
    const keys = Array.from({ length: 60 }, (_, index) => `web-${index}`);
    const files = {
      [LOCAL]: `services:\n${keys.map((key) => `  ${key}: { container: { image: "a:1" } }\n`).join('')}`,
    };
    const found = keys.map((key) =>
      drift(`service.${key}`, { differences: [difference(['labels', 'a'], { before: '1', after: null })] }),
    );
    const refused = errorAt('unknown_key', null, 'nobody knows whose mistake it is', null);

    const { files: edited, by_hand: byHand } = await writtenBy(files, found, {
      load: () => Promise.resolve({ environments: [], errors: [refused] }),
    });

    expect(edited).toEqual([]);
    const told = new Set(byHand.map(({ reason, detail }) => `${reason}: ${String(detail)}`));
    expect([...told]).toEqual(['no_edit: nobody knows whose mistake it is', 'untried: null']);
  });

  it('nothing that a rule stands below', async () => {
    const rule = 'ignore_differences: [{ address: service.web, field_path: $.labels.x, reason: CI }]\n';
    const writing = await written({ [LOCAL]: text + rule }, one(['labels', 'a'], { before: '1', after: null }));
    expect(writing).toMatchObject({ by_hand: [], files: [{ after: `${text}    labels:\n      a: "1"\n${rule}` }] });
  });
});

describe('people are shown', () => {
  it('no secret that is declared with its value, however it is written', async () => {
    const secrets =
      "    environment_variables: { A: { secret: true, value: \"pa$$w0rd-1\" }, B: { secret: true, value: 'it''s-99' } }\n";
    const plain = 'services:\n  web:\n    container: { image: "a:1" }\n';
    const writing = await written({ [LOCAL]: plain + secrets }, [
      drift('service.web', { differences: [difference(['labels', 'a'], { before: '1', after: null })] }),
    ]);
    const blotted = secrets.replace('"pa$$w0rd-1"', '(secret)').replace("'it''s-99'", '(secret)');
    expect(writing.files[0]?.shown).toEqual({
      before: plain + blotted,
      after: `${plain}${blotted}    labels:\n      a: "1"\n`,
    });
  });
});
