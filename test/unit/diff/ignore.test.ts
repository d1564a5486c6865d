import { describe, expect, it } from 'vitest';
import type { IgnoreRule } from '../../../src/model/desired.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import type { Plan } from '../../../src/model/plan.ts';
import { loadOne } from '../manifest/support.ts';
import { environment } from '../../support/builders.ts';
import { observed, planOf, recordedOf, type ServiceDraft, service, type World } from '../../support/planning.ts';

const TODAY = '2026-01-31';

/** As the loader understands it. */
async function rule(fieldPath: string, until: string | null = null): Promise<IgnoreRule> {
  const end = until === null ? '' : `, until: ${until}`;
  const { ignore_differences: rules } = await loadOne(
    `services: { web: { process: { command: [x] } } }
ignore_differences: [{ address: service.web, field_path: ${JSON.stringify(fieldPath)}, reason: r${end} }]`,
  );
  const [only] = rules;
  if (only === undefined) throw new Error('no rule');
  return only;
}

const LABELS: ServiceDraft = { config: { labels: { build: '1', 'com.example.a': 'x' }, role: 'ui' } };
const web = service('web', LABELS);

function live(config: JsonObject): World {
  return {
    objects: [{ ...observed(web), configured: { ...web.config, ...config } }],
    recorded: recordedOf([web]),
  };
}

function planned(rules: readonly IgnoreRule[], world: World, overrides: Parameters<typeof planOf>[2] = {}): Plan {
  return planOf([], world, {
    environment: environment([web], { ignore_differences: rules }),
    today: TODAY,
    ...overrides,
  });
}

function left({ changes }: Plan): readonly string[] {
  return changes.flatMap(({ differences }) => differences.map(({ field_path: path }) => path));
}

describe('what an ignore rule covers', () => {
  const CHANGED: JsonObject = { labels: { build: '7', 'com.example.a': 'x', late: 'y' }, role: 'api' };

  it.each([
    ["$['labels']['build']", ["$['labels']['late']", "$['role']"]],
    ['$.labels', ["$['role']"]],
    ['$.labels.*', ["$['role']"]],
    ['$..late', ["$['labels']['build']", "$['role']"]],
    ["$['labels']['build', 'late']", ["$['role']"]],
    ["$.labels[?@ == '1']", ["$['labels']['late']", "$['role']"]],
    ["$.labels[?@ == 'y']", ["$['labels']['build']", "$['role']"]],
    ["$['role', 'labels']", []],
    ['$.*', []],
    ['$.labels[ "build" ]', ["$['labels']['late']", "$['role']"]],
  ])('%s, on either side', async (fieldPath, expected) => {
    const plan = planned([await rule(fieldPath)], live(CHANGED));

    expect(left(plan)).toEqual(expected);
    expect(plan.drift.flatMap(({ differences }) => differences.map(({ field_path: path }) => path))).toEqual(expected);
  });

  it('is not a part of a list: that is compared as a whole', async () => {
    const plan = planned(
      [await rule('$.process.command[1]')],
      live({ process: { command: ['node', 'other.js'], cwd: '/srv', restart: 'no' } }),
    );

    expect(left(plan)).toEqual(["$['process']['command']"]);
  });

  it('is left as it is whatever else is done to the resource', async () => {
    const replace = new Set([web.address]);
    const plan = planned([await rule('$.labels.*')], live({ labels: { build: '7', 'com.example.a': 'x' } }), {
      replace,
    });

    expect(plan.changes).toMatchObject([
      { action: 'replace', after: { labels: { build: '7', 'com.example.a': 'x' } }, differences: [] },
    ]);
  });

  it('is left as it is by a restart along with a dependency', async () => {
    const db = service('db');
    const api = service('web', { ...LABELS, needs: { db: { restart: true } } });
    const plan = planOf(
      [],
      {
        objects: [
          { ...observed(db), configured: { ...db.config, process: { command: ['old'], cwd: '/srv', restart: 'no' } } },
          { ...observed(api), configured: { ...api.config, labels: { build: '7', 'com.example.a': 'x' } } },
        ],
        recorded: recordedOf([db, api]),
      },
      { environment: environment([db, api], { ignore_differences: [await rule('$.labels.build')] }), today: TODAY },
    );

    expect(plan.changes.map(({ address, action }) => `${address} ${action}`)).toEqual([
      'service.db restart',
      'service.web restart',
    ]);
    expect(plan.changes[1]?.after?.['labels']).toEqual({ build: '7', 'com.example.a': 'x' });
  });

  it('is nothing to who starts or stops what it is about', async () => {
    const rules = [await rule('$.run_state')];
    const stopped = { ...web, config: { ...web.config, run_state: 'stopped' } };
    const plan = planOf([], live({}), {
      environment: environment([stopped], { ignore_differences: rules }),
      today: TODAY,
      fields: 'run_state',
    });

    expect(left(plan)).toEqual(["$['run_state']"]);
  });
});

describe('what becomes of ignore rules', () => {
  async function statuses(world: World, overrides: Parameters<typeof planOf>[2] = {}): Promise<readonly string[]> {
    const rules = [
      await rule('$.labels.build', '2026-01-31'),
      await rule('$.labels.*'),
      await rule('$.role'),
      await rule('$.labels', '2026-01-30'),
    ];
    return planned(rules, world, overrides).ignored.map(({ field_path, until, hits, status, source }) =>
      [field_path, until, hits, status, source?.start.line].join(' '),
    );
  }

  const CHANGED = live({ labels: { build: '7', 'com.example.a': 'y' } });

  it('is counted for each that covers, with those that never hit and those that have expired', async () => {
    expect(await statuses(CHANGED)).toEqual([
      "$['labels']['build'] 2026-01-31 1 hit 2",
      '$.labels.*  2 hit 2',
      "$['role']  0 never_hit 2",
      "$['labels'] 2026-01-30 0 expired 2",
    ]);
  });

  it.each([
    ['only a part was asked for', CHANGED, { targets: new Set([web.address]) }],
    [
      'an engine did not answer',
      { ...CHANGED, observation: { status: 'unreachable', engine: 'process', error: 'x', provided_by: null } },
      {},
    ],
    ['what it is about is not there', {}, {}],
  ] satisfies [string, World, Parameters<typeof planOf>[2]][])('blames none where %s', async (_, world, overrides) => {
    expect((await statuses(world, overrides)).filter((status) => status.includes('never_hit'))).toEqual([]);
    expect((await statuses(world, overrides)).at(-1)).toBe("$['labels'] 2026-01-30 0 expired 2");
  });
});
