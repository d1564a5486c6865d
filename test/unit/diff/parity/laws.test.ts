import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { builtInParityRules } from '../../../../src/diff/parity/rules.ts';
import type { JsonObject } from '../../../../src/model/json.ts';
import {
  COMPARISON_MODES,
  type ConfigurationDiffReport,
  type ParityDifference,
  type ParitySide,
  type ServiceDiff,
} from '../../../../src/model/parity.ts';
import { PARTLY_SEEN, SIDE } from '../../../support/parity/side-arbitrary.ts';
import { allDiffs, parityOf } from '../../../support/parity/sides.ts';

const DIRECTED = new Set(
  builtInParityRules()
    .filter(({ directed }) => directed)
    .map(({ id }) => id),
);

const MODE = fc.constantFrom(...COMPARISON_MODES);

/** Of each rule that takes the target for the reference, those that weigh the same difference the other way round. */
const MIRRORED: Readonly<Record<string, readonly string[]>> = {
  'persistence-lost': ['persistence-gained'],
  'persistence-gained': ['persistence-lost'],
  'health-check-gone': ['health-check-added'],
  'health-check-added': ['health-check-gone'],
  'health-check-weakened': ['health-check-test', 'health-check-timing'],
  'isolation-lost': ['isolation-gained'],
  'isolation-gained': ['isolation-lost'],
};

/** Whether one may weigh a difference where the other weighs it the other way round. */
function areMirrored(there: string, back: string): boolean {
  return MIRRORED[there]?.includes(back) === true || MIRRORED[back]?.includes(there) === true;
}

/** A renamed pair has the names of its source: exchanged, those of the other. */
function nameThere({ service_name: name, metadata }: ServiceDiff): string {
  return metadata.paired_with ?? name;
}

/** The path in the words of the other side. */
function pathThere({ field_path: path }: ParityDifference, { service_diffs: diffs }: ConfigurationDiffReport): string {
  const [, key] = /^\$\['dependencies'\]\['([^']+)'\]/.exec(path) ?? [];
  const renamed = diffs.find(({ service_name: name }) => name === key)?.metadata.paired_with;
  return renamed === undefined || key === undefined ? path : path.replace(`['${key}']`, `['${renamed}']`);
}

interface Said {
  readonly name: string;
  readonly status: string;
  readonly fields: Readonly<Record<string, ParityDifference>>;
  readonly missing: string | null;
}

const EXCHANGED: Readonly<Record<string, string>> = {
  missing_in_source: 'missing_in_target',
  missing_in_target: 'missing_in_source',
};

function saidBy(report: ConfigurationDiffReport): ReadonlyMap<string, Said> {
  return new Map(
    allDiffs(report).map((diff) => {
      const { service_name: name, status, differences, metadata } = diff;
      const fields = Object.fromEntries(differences.map((each) => [each.field_path, each]));
      return [`${name} ${status}`, { name, status, fields, missing: metadata.severity ?? null }];
    }),
  );
}

function asFromThere(report: ConfigurationDiffReport): ReadonlyMap<string, Said> {
  return new Map(
    allDiffs(report).map((diff) => {
      const [name, status] = [nameThere(diff), EXCHANGED[diff.status] ?? diff.status];
      const fields = Object.fromEntries(
        diff.differences.map((each) => [
          pathThere(each, report),
          {
            ...each,
            source_value: each.target_value,
            target_value: each.source_value,
            type: (EXCHANGED[each.type] ?? each.type) as ParityDifference['type'],
          },
        ]),
      );
      return [`${name} ${status}`, { name, status, fields, missing: diff.metadata.severity ?? null }];
    }),
  );
}

function shuffled(parity: ParitySide): ParitySide {
  const turned = (value: JsonObject): JsonObject => Object.fromEntries(Object.entries(value).toReversed());
  return {
    ...parity,
    resources: new Map(
      [...parity.resources]
        .toReversed()
        .map(([address, each]) => [
          address,
          { ...each, config: turned(each.config), dependencies: turned(each.dependencies) },
        ]),
    ),
  };
}

describe('the rules that take the target for the reference', () => {
  it('are those that have others the other way round', () => {
    expect([...DIRECTED].toSorted()).toEqual(Object.keys(MIRRORED).toSorted());
  });
});

describe('parity', () => {
  test.prop([SIDE, MODE], { numRuns: 1000 })('of a side and itself is identical', (parity, mode) => {
    const report = parityOf(parity, shuffled(parity), { mode });

    expect(report.overall_status).toBe('identical');
    expect(report.metadata.score).toBe(1);
    expect(allDiffs(report).flatMap(({ differences }) => differences)).toEqual([]);
  });

  test.prop([PARTLY_SEEN, PARTLY_SEEN, MODE], { numRuns: 300 })(
    'says the same the other way round',
    (one, other, mode) => {
      const [there, back] = [asFromThere(parityOf(one, other, { mode })), saidBy(parityOf(other, one, { mode }))];

      expect([...there.keys()].toSorted()).toEqual([...back.keys()].toSorted());
      for (const [key, { fields, missing }] of there) {
        const returned = back.get(key);
        expect(missing).toBe(returned?.missing);
        expect(Object.keys(fields).toSorted()).toEqual(Object.keys(returned?.fields ?? {}).toSorted());
        for (const [path, field] of Object.entries(fields)) {
          const reverse = returned?.fields[path];
          expect([path, field.source_value, field.target_value, field.type]).toEqual([
            path,
            reverse?.source_value,
            reverse?.target_value,
            reverse?.type,
          ]);
          const [rule, back] = [field.metadata.rule, reverse?.metadata.rule ?? ''];
          if (!areMirrored(rule, back)) {
            expect([path, field.severity, rule, DIRECTED.has(rule)]).toEqual([path, reverse?.severity, back, false]);
          }
        }
      }
    },
  );

  test.prop([SIDE, SIDE, MODE])('has the same bytes whatever order maps have', (one, other, mode) => {
    const [first, second] = [parityOf(one, other, { mode }), parityOf(shuffled(one), shuffled(other), { mode })];

    expect(JSON.stringify(second)).toBe(JSON.stringify(first));
  });

  test.prop([PARTLY_SEEN, PARTLY_SEEN, MODE], { numRuns: 300 })(
    'never says of what nobody could look at that it is missing, and counts it in the union alone',
    (one, other, mode) => {
      const report = parityOf(one, other, { mode });
      const unknown = new Set<string>(report.metadata.unknown.flatMap(({ addresses }) => addresses));
      const { score } = report.metadata;
      const { summary, service_diffs: services } = report;
      const missing = allDiffs(report).filter(({ status }) => status.startsWith('missing'));
      const addresses = missing.map(({ service_name: name }) => (name.includes('.') ? name : `service.${name}`));

      expect(addresses.filter((address) => unknown.has(address))).toEqual([]);
      expect(summary.total_services).toBeGreaterThanOrEqual(services.length);
      if (unknown.size > 0) expect(report.overall_status).not.toBe('identical');
      if (summary.total_services > services.length) expect(score).not.toBe(1);
      expect(score === null).toBe(services.length === 0 && report.metadata.unknown.length > 0);
    },
  );

  test.prop([SIDE, SIDE, MODE])('counts each service once, and what is worst comes first', (one, other, mode) => {
    const { service_diffs: services, summary } = parityOf(one, other, { mode });
    const impacts = services.map(({ impact_level: level }) => level);
    const order = ['critical', 'high', 'medium', 'low', 'none'];

    expect(
      summary.services_identical +
        summary.services_with_differences +
        summary.services_missing_in_source +
        summary.services_missing_in_target,
    ).toBe(summary.total_services);
    expect(services).toHaveLength(summary.total_services);
    expect(impacts).toEqual(impacts.toSorted((left, right) => order.indexOf(left) - order.indexOf(right)));
  });
});
