import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DeclaredEnvironment, differenceBetween } from '../../../src/diff/between.ts';
import { processModel } from '../../../src/drivers/process/model.ts';
import type { EnvironmentDifference } from '../../../src/model/declared-diff.ts';
import type { DesiredEnvironment, DesiredResource } from '../../../src/model/desired.ts';
import { parseFieldPattern } from '../../../src/model/field-pattern.ts';
import type { SeverityRule } from '../../../src/model/severity-rule.ts';
import { desired, environment, source } from '../../support/builders.ts';
import { service, volume } from '../../support/planning.ts';

const MODELS = new Map([['process', processModel]]);

function declared(
  resources: readonly DesiredResource[],
  overrides: Partial<DesiredEnvironment> = {},
): DeclaredEnvironment {
  return { ...environment(resources, overrides), locateKey: () => source(1) };
}

function between(
  before: DeclaredEnvironment | null,
  after: DeclaredEnvironment | null,
  addresses: readonly DesiredResource['address'][] = [],
  severities: readonly SeverityRule[] = [],
): EnvironmentDifference | null {
  return differenceBetween({ name: 'local', before, after, addresses, models: MODELS, severities });
}

/** `address kind`, then `path: before → after [effect]`, one line each. */
function text(difference: EnvironmentDifference | null): readonly string[] {
  if (difference === null) return [];
  const lines = (items: EnvironmentDifference['differences']): readonly string[] =>
    items.map(
      ({ field_path: path, before, after, effect }) =>
        `  ${path}: ${JSON.stringify(before)} → ${JSON.stringify(after)} [${effect}]`,
    );
  return [
    `${difference.environment} ${difference.kind}`,
    ...lines(difference.differences),
    ...difference.resources.flatMap((resource) => {
      const was = resource.previous_address === null ? '' : ` was ${resource.previous_address}`;
      return [`${resource.address} ${resource.kind}${was}`, ...lines(resource.differences)];
    }),
  ];
}

describe('the difference between two revisions', () => {
  it('is none where they mean the same, in whatever order it is written', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(['a', 'b', 'c'], { minLength: 3 }),
        fc.shuffledSubarray(['x', 'y', 'z'], { minLength: 3 }),
        (keys, names) => {
          const labels = Object.fromEntries(names.map((name) => [name, name]));
          const shuffled = keys.map((key) => service(key, { config: { labels } }));
          const sorted = ['a', 'b', 'c'].map((key) => service(key, { config: { labels: { x: 'x', y: 'y', z: 'z' } } }));

          expect(between(declared(sorted), declared(shuffled))).toBeNull();
        },
      ),
    );
  });

  it('has each field with what it takes, where the engine holds it', () => {
    const before = service('web', { config: { environment_variables: { A: '1' }, labels: { team: 'a' } } });
    const after = service('web', {
      config: { environment_variables: { A: '2' }, labels: { team: 'b' } },
      overrides: { on_failure: 'continue' },
    });

    expect(text(between(declared([before]), declared([after])))).toEqual([
      'local changed',
      'service.web changed',
      `  $['environment_variables']['A']: "1" → "2" [restart]`,
      `  $['labels']['team']: "a" → "b" [in_place]`,
      `  $['on_failure']: null → "continue" [null]`,
    ]);
  });

  it('weighs each field by the table, after rules of people, and what is of the environment as a warning', () => {
    const web = (value: string): DesiredResource =>
      service('web', { config: { process: { command: [value] }, labels: { team: value } } });
    const rule: SeverityRule = {
      environment: null,
      address: 'service.web',
      type: null,
      fields: parseFieldPattern('$.labels.team') ?? [],
      severity: 'critical',
      impact: null,
    };

    const difference = between(declared([web('a')]), declared([web('b')], { type: 'staging' }), [], [rule]);

    const weights = [difference, ...(difference?.resources ?? [])].flatMap((item) =>
      (item?.differences ?? []).map(({ field_path: path, severity }) => [path, severity]),
    );
    expect(weights).toEqual([
      ["$['type']", 'warning'],
      ["$['labels']['team']", 'critical'],
      ["$['process']['command']", 'error'],
    ]);
  });

  it('takes for one what the engine takes for one', () => {
    const grace = (value: string): DesiredResource =>
      service('web', { config: { process: { command: ['x'], stop_grace_period: value } } });

    expect(between(declared([grace('10s')]), declared([grace('10000ms')]))).toBeNull();
  });

  it('tells of the environment as a whole, and of what follows from its policies nothing more', () => {
    const policies = { drift: 'heal', on_failure: 'stop', rollback: 'service', prune: false } as const;
    const healed = service('web', { overrides: { drift: 'heal' } });

    expect(text(between(declared([service('web')]), declared([healed], { type: 'staging', policies })))).toEqual([
      'local changed',
      `  $['policies']['drift']: "report" → "heal" [null]`,
      `  $['policies']['prune']: true → false [null]`,
      `  $['type']: "local" → "staging" [null]`,
    ]);
  });

  it('has what was added, removed and moved, and images with the services that name them', () => {
    const image = (key: string): DesiredResource =>
      desired(key, { type: 'image', name: key, config: { reference: key } });
    const before = declared([service('gone'), volume('old', { name: 'shop_data' }), image('a:1')]);
    const after = declared([service('new'), volume('young', { name: 'shop_data' }), image('a:2')], {
      moved: [{ from: 'volume.old', to: 'volume.young' }],
    });

    expect(text(between(before, after))).toEqual([
      'local changed',
      `  $['moved']['volume.old']: null → "volume.young" [null]`,
      'service.gone removed',
      'service.new added',
      'volume.young changed was volume.old',
    ]);
  });

  it('has an environment that only one of the two declares, and of some addresses only these', () => {
    const both = declared([service('a'), service('b')], { type: 'staging' });

    expect(text(between(null, both))).toEqual(['local added', 'service.a added', 'service.b added']);
    expect(text(between(both, null, ['service.a']))).toEqual(['local removed', 'service.a removed']);
    expect(text(between(declared([]), both, ['service.b']))).toEqual(['local changed', 'service.b added']);
  });

  it('hides no secret that is declared otherwise', () => {
    const sealed = (secret: string): DesiredResource =>
      service('web', { config: { environment_variables: { TOKEN: { $secret: secret } } } });

    expect(between(declared([sealed('unresolved:a')]), declared([sealed('unresolved:a')]))).toBeNull();
    expect(text(between(declared([sealed('unresolved:a')]), declared([sealed('unresolved:b')])))).toHaveLength(3);
  });
});
