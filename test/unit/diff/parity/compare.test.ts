import { describe, expect, it } from 'vitest';
import { worstUnwaived } from '../../../../src/diff/parity/compare.ts';
import type { Address } from '../../../../src/model/address.ts';
import type { ParityResource } from '../../../../src/model/parity.ts';
import type { SourceRange } from '../../../../src/model/source.ts';
import { COMMIT, source as range } from '../../../support/builders.ts';
import { bindAt, lines, needs, parityOf, port, resource, side, volumeAt } from '../../../support/parity/sides.ts';

const ENV = (variables: Readonly<Record<string, string>>) => ({ environment_variables: variables });

function at(line: number): { readonly locate: () => SourceRange } {
  return { locate: () => range(line) };
}

function unknown(of: 'source' | 'target', ...addresses: readonly Address[]) {
  return { side: of, engine: 'docker', reason: 'connection refused', addresses } as const;
}

describe('the report of a parity', () => {
  it('holds everything, the most severe first, with where it stands and what to do', () => {
    const source = side(
      [
        resource('service.api', { container: { image: 'acme/api:1.4.0' }, ...ENV({ MODE: 'a' }) }, at(3)),
        resource('service.old', { container: { image: 'acme/old:1' } }, at(5)),
        resource('service.web', {}, at(7)),
        resource('network.back', {}, at(9)),
      ],
      { revision: { commit: COMMIT, dirty: false }, engines: [{ name: 'docker', driver: 'docker', version: null }] },
    );
    const target = side(
      [
        resource('service.web', {}, at(17)),
        resource('service.api', { container: { image: 'acme/api:2.0.0' }, ...ENV({ MODE: 'b' }) }, at(13)),
        resource('network.back', { internal: true }, at(19)),
      ],
      { environment: 'staging', label: 'staging@v2' },
    );

    expect(parityOf(source, target)).toEqual({
      id: 'R1',
      timestamp: '2026-01-31T10:00:00.000Z',
      source_environment: 'local',
      target_environment: 'staging',
      overall_status: 'incompatible',
      service_diffs: [
        {
          report_id: 'R1',
          service_name: 'api',
          status: 'different',
          differences: [
            {
              service_diff_id: 'R1/api',
              field_path: "$['container']['image']",
              source_value: 'acme/api:1.4.0',
              target_value: 'acme/api:2.0.0',
              type: 'value_mismatch',
              severity: 'error',
              metadata: {
                impact_description: 'the two behave otherwise, and their data may not fit each other',
                auto_fixable: true,
                rule: 'image-major',
                reason: 'a major version may break what worked before, and data may not go back',
                recommendation: 'take the same major version on both sides before anything else is compared',
                source_at: range(3),
                target_at: range(13),
                waiver: null,
              },
            },
            {
              service_diff_id: 'R1/api',
              field_path: "$['environment_variables']['MODE']",
              source_value: 'a',
              target_value: 'b',
              type: 'value_mismatch',
              severity: 'warning',
              metadata: {
                impact_description: 'the service behaves otherwise',
                auto_fixable: true,
                rule: 'variable-value',
                reason: 'the value is neither secret nor that of a place',
                recommendation: 'set the same value on both sides, or waive it with the reason',
                source_at: range(3),
                target_at: range(13),
                waiver: null,
              },
            },
          ],
          impact_level: 'high',
          metadata: {
            recommendation: 'take the same major version on both sides before anything else is compared',
            source_at: range(3),
            target_at: range(13),
          },
        },
        {
          report_id: 'R1',
          service_name: 'old',
          status: 'missing_in_target',
          differences: [],
          impact_level: 'high',
          metadata: {
            recommendation:
              'declare it there, settle under `pairs` which service it is there, or waive it with the reason',
            severity: 'error',
            rule: 'service-missing',
            source_at: range(5),
            target_at: null,
          },
        },
        {
          report_id: 'R1',
          service_name: 'web',
          status: 'identical',
          differences: [],
          impact_level: 'none',
          metadata: { recommendation: null, source_at: range(7), target_at: range(17) },
        },
      ],
      summary: {
        total_services: 3,
        services_identical: 1,
        services_with_differences: 1,
        services_missing_in_source: 0,
        services_missing_in_target: 1,
      },
      metadata: {
        comparison_tool: 'trueup 0.1.0',
        comparison_mode: 'semantic',
        format_version: '1.0',
        revisions: { source: { commit: COMMIT, dirty: false }, target: null },
        engines: { source: [{ name: 'docker', driver: 'docker', version: null }], target: [] },
        score: 0.3333,
        severities: { info: 0, warning: 1, error: 2, critical: 1 },
        resource_diffs: [
          {
            report_id: 'R1',
            service_name: 'network.back',
            status: 'different',
            differences: [
              {
                service_diff_id: 'R1/network.back',
                field_path: "$['internal']",
                source_value: false,
                target_value: true,
                type: 'value_mismatch',
                severity: 'critical',
                metadata: {
                  impact_description: 'what calls the outside works in the source, and cannot in the target',
                  auto_fixable: true,
                  rule: 'isolation-lost',
                  reason: 'the target lets nothing out of this network, and the source does',
                  recommendation: 'set `internal: true` in the source',
                  source_at: range(9),
                  target_at: range(19),
                  waiver: null,
                },
              },
            ],
            impact_level: 'critical',
            metadata: {
              recommendation: 'set `internal: true` in the source',
              source_at: range(9),
              target_at: range(19),
            },
          },
        ],
        resource_summary: {
          total: 1,
          identical: 0,
          with_differences: 1,
          missing_in_source: 0,
          missing_in_target: 0,
        },
        waivers: { hits: 0, expired: [], unused: [], covered: [] },
        unknown: [],
      },
    });
  });

  it.each([
    ['identical', 1, null, {}, {}],
    ['identical', 1, 'info', { role: 'api' }, {}],
    ['minor_differences', 0, 'warning', ENV({ A: '1' }), ENV({ A: '2' })],
    ['major_differences', 0, 'error', ENV({ A: '1' }), {}],
    [
      'incompatible',
      0,
      'critical',
      { storage: { volumes: bindAt('/var/run/docker.sock', '/var/run/docker.sock') } },
      {},
    ],
  ] as const)('comes to %s, a score of %d and a worst of %s', (status, score, worst, source, target) => {
    const report = parityOf(side([resource('service.web', source)]), side([resource('service.web', target)]));

    expect([report.overall_status, report.metadata.score, worstUnwaived(report)]).toEqual([status, score, worst]);
  });

  it('of two sides without anything is identical, and its score is 1', () => {
    const report = parityOf(side([]), side([]));

    expect([report.overall_status, report.metadata.score, report.summary.total_services]).toEqual(['identical', 1, 0]);
  });

  it('of two sides that have nothing in common has all of both', () => {
    const other = resource('service.b', { container: { image: 'acme/b:1' } });
    const report = parityOf(side([resource('service.a')]), side([other]));

    expect(lines(report)).toEqual([
      'a missing_in_target error service-missing',
      'b missing_in_source error service-missing',
    ]);
    expect(report.metadata.score).toBe(0);
  });

  it('has for a missing service major differences, however little people make of it', () => {
    const rules = [{ id: 'service-missing', severity: 'info', source: null }] as const;
    const report = parityOf(side([resource('service.a')]), side([]), { settings: { rules } });

    expect([report.overall_status, worstUnwaived(report)]).toEqual(['major_differences', 'info']);
  });

  it('mends only what manifests of the source say, no secret, and no mismatch of type', () => {
    const [secret, plain] = [ENV({ A: '1' }), { environment_variables: { A: { $secret: 'aa' } } }];
    const fixable = (report: ReturnType<typeof parityOf>): readonly boolean[] =>
      report.service_diffs.flatMap(({ differences }) => differences.map(({ metadata }) => metadata.auto_fixable));
    const images = (name: string) => resource('service.web', { container: { image: name } });

    expect(fixable(parityOf(side([images('a:1')]), side([images('a:2')])))).toEqual([true]);
    expect(fixable(parityOf(side([images('a:1')], { origin: 'observed' }), side([images('a:2')])))).toEqual([false]);
    expect(fixable(parityOf(side([resource('service.web', plain)]), side([resource('service.web', secret)])))).toEqual([
      false,
    ]);
  });
});

describe('types of differences', () => {
  it('are four', () => {
    const source = resource('service.web', {
      ...ENV({ A: '1', B: '1' }),
      storage: { volumes: volumeAt('/data') },
    });
    const target = resource('service.web', {
      ...ENV({ B: '2', C: '1' }),
      storage: { volumes: bindAt('/data', './data') },
    });
    const [diff] = parityOf(side([source]), side([target]), { mode: 'structural' }).service_diffs;

    expect(diff?.differences.map(({ field_path: path, type }) => `${path} ${type}`).toSorted()).toEqual([
      "$['environment_variables']['A'] missing_in_target",
      "$['environment_variables']['B'] value_mismatch",
      "$['environment_variables']['C'] missing_in_source",
      "$['storage']['volumes']['/data']['host_path'] missing_in_source",
      "$['storage']['volumes']['/data']['type'] type_mismatch",
      "$['storage']['volumes']['/data']['volume'] missing_in_target",
    ]);
  });
});

describe('the mode', () => {
  const source = resource(
    'service.web',
    { networking: { ports: { '8080/tcp': port(8080, 80) } } },
    {
      effective: { container: { image: 'ghcr.io/acme/web:1.4.1' } },
      status: { run_state: 'failed', health: 'none', restarts: 2 },
      dependencies: needs('db'),
    },
  );
  const target = resource(
    'service.web',
    { networking: { ports: { '8081/tcp': port(8081, 80) } } },
    { status: { run_state: 'running', health: 'none', restarts: 0 } },
  );

  it('semantic asks the rules', () => {
    expect(lines(parityOf(side([source]), side([target])))).toEqual([
      "web $['dependencies']['db'] warning dependency-missing",
      "web $['networking']['ports']['8080/tcp'] info host-port",
      "web $['networking']['ports']['8081/tcp'] info host-port",
    ]);
  });

  it('structural takes every field that is declared, by the table of severities', () => {
    expect(lines(parityOf(side([source]), side([target]), { mode: 'structural' }))).toEqual([
      "web $['networking']['ports']['8080/tcp'] error structural",
      "web $['networking']['ports']['8081/tcp'] error structural",
      "web $['dependencies']['db'] warning structural",
    ]);
  });

  it('runtime takes what runs as well, where it is other than what is configured', () => {
    expect(lines(parityOf(side([source]), side([target]), { mode: 'runtime' }))).toEqual([
      "web $['effective']['container']['image'] error runtime",
      "web $['networking']['ports']['8080/tcp'] error runtime",
      "web $['networking']['ports']['8081/tcp'] error runtime",
      "web $['status']['run_state'] error running",
      "web $['dependencies']['db'] warning runtime",
      "web $['status']['restarts'] info status",
    ]);
  });

  it.each([
    ['healthy', 'starting', []],
    ['starting', 'none', []],
    ['starting', 'unhealthy', ["web $['status']['health'] error unhealthy"]],
  ] as const)('runtime holds a verdict against none yet no more than %s against %s', (one, other, found) => {
    const inState = (health: string): ParityResource => ({ ...target, status: { run_state: 'running', health } });
    const report = parityOf(side([inState(one)]), side([inState(other)]), { mode: 'runtime' });

    expect(lines(report)).toEqual(found);
  });

  it('runtime says nothing of the status where one side was not looked at', () => {
    const bare = { ...target, status: null };

    expect(lines(parityOf(side([target]), side([bare]), { mode: 'runtime' }))).toEqual([]);
  });
});

describe('what nobody could look at', () => {
  it('is neither equal nor different, and never identical', () => {
    const source = side([resource('service.web'), resource('service.db', ENV({ A: '1' })), resource('volume.data')]);
    const target = side([resource('service.web')], {
      unknown: [unknown('target', 'volume.data', 'service.db')],
    });
    const report = parityOf(source, target, { mode: 'runtime' });

    expect(lines(report)).toEqual([]);
    expect(report.summary).toEqual({
      total_services: 2,
      services_identical: 1,
      services_with_differences: 0,
      services_missing_in_source: 0,
      services_missing_in_target: 0,
    });
    expect(report.metadata.score).toBe(0.5);
    expect(report.metadata.resource_summary.total).toBe(1);
    expect(report.overall_status).toBe('minor_differences');
    expect(report.metadata.unknown).toEqual([unknown('target', 'service.db', 'volume.data')]);
    expect(worstUnwaived(report)).toBeNull();
  });
});

describe('waivers', () => {
  const [source, target] = [
    side([resource('service.web', ENV({ A: '1', B: '1' })), resource('service.old')]),
    side([resource('service.web', ENV({ A: '2', B: '2' }))], { environment: 'staging', label: 'staging' }),
  ];
  const WAIVER = {
    between: null,
    address: 'service.web',
    field_path: '$.environment_variables.A',
    reason: 'tried there first',
    owner: 'core',
    until: '2026-01-31',
    source: range(4),
  } as const;

  function waived(...waivers: readonly Partial<(Parameters<typeof parityOf>[2] & object) | object>[]) {
    return parityOf(source, target, { settings: { waivers: waivers.map((waiver) => ({ ...WAIVER, ...waiver })) } });
  }

  it('take a difference out of the verdict and leave it in the report', () => {
    const report = waived({}, { address: 'service.old', field_path: null });
    const [web, old] = report.service_diffs.toSorted((one, other) =>
      other.service_name.localeCompare(one.service_name),
    );

    expect(web?.differences.map(({ metadata }) => metadata.waiver?.reason ?? null)).toEqual([
      'tried there first',
      null,
    ]);
    expect([old?.impact_level, old?.metadata.waiver?.owner]).toEqual(['none', 'core']);
    expect([report.overall_status, report.metadata.score, report.metadata.waivers.hits]).toEqual([
      'minor_differences',
      0.5,
      2,
    ]);
  });

  it('of a resource as a whole take all of it, and count each difference', () => {
    const report = waived({ field_path: null });
    const web = report.service_diffs.find(({ service_name: name }) => name === 'web');

    expect(web?.differences.map(({ metadata }) => metadata.waiver?.reason)).toEqual([
      'tried there first',
      'tried there first',
    ]);
    expect([web?.impact_level, report.metadata.waivers.hits]).toEqual(['none', 2]);
    expect(waived({ field_path: '$', address: 'service.old' }).metadata.waivers.hits).toBe(1);
  });

  it('hold to the end of their last day, and are told once they hold no more', () => {
    const expired = waived({ until: '2026-01-30' });
    const { until: _until, reason, owner, address, field_path } = WAIVER;

    expect(waived({}).metadata.waivers).toEqual({ hits: 1, expired: [], unused: [], covered: [] });
    expect(expired.metadata.waivers).toEqual({
      hits: 0,
      expired: [{ address, field_path, reason, owner, until: '2026-01-30', at: range(4) }],
      unused: [],
      covered: [],
    });
  });

  it('are told where they hit nothing, and only those of this pair', () => {
    const report = waived(
      { field_path: '$.labels' },
      { between: ['staging', 'local'], address: 'service.gone', field_path: null, until: null },
      { between: ['local', 'production'], address: 'service.gone' },
      { field_path: '$.status.health' },
    );

    expect(report.metadata.waivers.unused.map(({ address, field_path: path }) => [address, path])).toEqual([
      ['service.web', '$.labels'],
      ['service.gone', null],
    ]);
  });

  it('are told where a wider one has waived all that they are about, and not that they hit nothing', () => {
    const [wide, narrow] = [
      { field_path: null, until: null },
      { field_path: '$.environment_variables.A', source: range(9) },
    ];
    const { waivers } = waived(narrow, wide, { field_path: '$.labels' }).metadata;

    expect([waivers.hits, waivers.unused.map(({ field_path: path }) => path)]).toEqual([2, ['$.labels']]);
    expect(waivers.covered.map(({ field_path: path, at, by }) => [path, at, by])).toEqual([
      ['$.environment_variables.A', range(9), range(4)],
    ]);
    // Once the wide one is gone, the narrow one holds.
    const later = waived(narrow, { ...wide, until: '2026-01-30' }).metadata.waivers;
    expect([later.hits, later.covered, later.unused]).toEqual([1, [], []]);
  });

  it('hold one by one, the widest first, whatever order they stand in', () => {
    const [group, any, one] = [
      { field_path: '$.environment_variables', reason: 'group' },
      { field_path: '$.environment_variables.*', reason: 'any' },
      { field_path: '$.environment_variables.A', reason: 'one' },
    ];
    const reasons = (...waivers: readonly object[]): readonly (string | undefined)[] =>
      waived(...waivers)
        .service_diffs.flatMap(({ differences }) => differences)
        .map(({ metadata }) => metadata.waiver?.reason);

    expect(reasons(one, any, group)).toEqual(['group', 'group']);
    expect(reasons(one, any)).toEqual(['any', 'any']);
    expect(reasons(one)).toEqual(['one', undefined]);
  });

  it('name a renamed service by either of its addresses', () => {
    const renamed = (address: Address) =>
      parityOf(side([resource('service.a', ENV({ A: '1' }))]), side([resource('service.b', ENV({ A: '2' }))]), {
        settings: { waivers: [{ ...WAIVER, address }] },
      });

    expect(renamed('service.a').metadata.waivers.hits).toBe(1);
    expect(renamed('service.b').metadata.waivers.hits).toBe(1);
  });
});
