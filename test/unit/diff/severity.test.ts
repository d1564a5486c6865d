import { describe, expect, it } from 'vitest';
import { builtInRules, weightOf } from '../../../src/diff/severity.ts';
import { DERIVED_FIELDS } from '../../../src/manifest/field-names.ts';
import { type Address, addressOf, type ResourceType } from '../../../src/model/address.ts';
import { coversField, type FieldPattern, parseFieldPattern } from '../../../src/model/field-pattern.ts';
import type { SeverityRule } from '../../../src/model/severity-rule.ts';
import { schemaFields } from '../../support/schema-fields.ts';

const TYPES = ['service', 'volume', 'network', 'image'] as const;

/** What lies below these shows in differences only as a whole, or is a way of writing them. */
const WHOLE = ['post_start', 'pre_stop', 'environment_variables'];

function fieldsOf(type: (typeof TYPES)[number]): readonly FieldPattern[] {
  const written = type === 'image' ? [] : schemaFields(type).map((field) => field.split('.'));
  const fields = written.map((names) => (WHOLE.includes(names[0] ?? '') ? names.slice(0, 1) : names));
  return [...fields.map((names) => names.map((name) => (name === '*' ? null : name))), ...(DERIVED_FIELDS[type] ?? [])];
}

function sample(fields: FieldPattern): readonly string[] {
  return fields.map((name) => name ?? 'x');
}

function own(fieldPath: string, overrides: Partial<SeverityRule> = {}): SeverityRule {
  const fields = parseFieldPattern(fieldPath) ?? [];
  return { environment: null, address: null, type: null, fields, severity: 'info', impact: null, ...overrides };
}

function weigh(address: Address, names: readonly string[], rules: readonly SeverityRule[] = []): string {
  const { severity, impact } = weightOf({ environment: 'local', address, names }, rules);
  return `${severity}: ${impact}`;
}

describe('the table of severities', () => {
  it.each(TYPES.flatMap((type) => fieldsOf(type).map((fields) => ({ type, field: sample(fields).join('.'), fields }))))(
    'has a row of its own for $field of a $type',
    ({ type, fields }) => {
      const rows = builtInRules().filter((rule) => rule.type === null || rule.type === type);
      const row = rows.find((rule) => coversField(rule.fields, sample(fields)));

      expect(row?.fields).toEqual(fields);
      expect(row?.impact).toMatch(/^[a-z].{10,100}[^.]$/);
    },
  );

  it('has no row that an earlier one hides', () => {
    const hidden = builtInRules().filter((row, index) =>
      builtInRules()
        .slice(0, index)
        .some((before) => (before.type ?? row.type) === row.type && coversField(before.fields, sample(row.fields))),
    );

    expect(hidden).toEqual([]);
  });

  it('has no row for what is no field', () => {
    const known = (type: ResourceType): readonly FieldPattern[] =>
      TYPES.filter((each) => each === type).flatMap(fieldsOf);
    const isKnown = ({ type, fields: row }: SeverityRule): boolean =>
      (type === null ? TYPES : [type]).some((each) =>
        known(each).some((field) => row.every((name, index) => field[index] === null || name === field[index])),
      );

    expect(builtInRules().filter((row) => !isKnown(row))).toEqual([]);
  });
});

describe('the weight of a difference', () => {
  it('is that of its field', () => {
    expect(weigh('service.web', ['networking', 'ports', '8080/tcp'])).toBe(
      'error: it cannot be reached as declared, or on ports that git does not publish',
    );
    expect(weigh('service.web', ['storage', 'volumes', '/var/run/docker.sock'])).toBe(
      'critical: it may control the engine, and with it this machine',
    );
    expect(weigh('volume.data', ['labels', 'a'])).toBe('info: tools that select by labels see it in another way');
  });

  it('of a field that nobody knows is a warning without an impact', () => {
    expect(weigh('cluster.dev', ['nodes'])).toBe('warning: null');
  });

  it('is what the first rule of the people says, before the table', () => {
    const rules = [
      own('$.labels.build', { severity: 'critical', impact: 'nobody knows what runs' }),
      own('$.labels', { severity: 'error' }),
    ];

    expect(weigh('service.web', ['labels', 'build'], rules)).toBe('critical: nobody knows what runs');
    expect(weigh('service.web', ['labels', 'team'], rules)).toBe(
      'error: tools that select by labels see it in another way',
    );
    expect(weigh('service.web', ['role'], rules)).toBe('info: people read another role of it');
  });

  it('takes a rule for one type, one resource or one environment for no other', () => {
    const only = (overrides: Partial<SeverityRule>): string =>
      weigh('service.web', ['labels', 'a'], [own('$.labels', { severity: 'critical', impact: 'x', ...overrides })]);
    const other = 'info: tools that select by labels see it in another way';

    expect([only({ type: 'service' }), only({ type: 'volume' })]).toEqual(['critical: x', other]);
    expect([only({ address: 'service.web' }), only({ address: addressOf('service', 'db') })]).toEqual([
      'critical: x',
      other,
    ]);
    expect([only({ environment: 'local' }), only({ environment: 'ci' })]).toEqual(['critical: x', other]);
  });
});
