import { describe, expect, it } from 'vitest';
import { CONDITION_NAMES, conditionNamed } from '../../../../src/diff/parity/conditions.ts';
import { builtInParityRules } from '../../../../src/diff/parity/rules.ts';
import { fieldPath } from '../../../../src/model/field-path.ts';
import type { ConfigurationDiffReport, ParityWaiver, WaiverNote } from '../../../../src/model/parity.ts';
import type { Held } from '../../../support/parity/rule-case.ts';
import { RULE_CASES } from '../../../support/parity/rule-cases.ts';
import { allDiffs, parityOf, resource, side } from '../../../support/parity/sides.ts';

interface Found {
  readonly rule: string;
  readonly severity: string;
  readonly waiver: WaiverNote | null;
}

function reportOf(held: Held, waivers: readonly ParityWaiver[] = []): ConfigurationDiffReport {
  const { address = 'service.web', source, target, mode = 'semantic', sides, resources, beside = [] } = held;
  const others = beside.map((each) => resource(each));
  return parityOf(
    side([...others, ...(source === null ? [] : [resource(address, source, resources?.source)])], sides?.source),
    side([...others, ...(target === null ? [] : [resource(address, target, resources?.target)])], {
      environment: 'staging',
      label: 'staging',
      ...sides?.target,
    }),
    { mode, settings: { waivers } },
  );
}

function foundAt({ field }: Held, report: ConfigurationDiffReport): Found | null {
  const diff = allDiffs(report).find(({ differences, metadata }) => differences.length > 0 || 'rule' in metadata);
  if (diff?.metadata.rule !== undefined) {
    const { rule, severity, waiver = null } = diff.metadata;
    return severity === undefined || field.length > 0 ? null : { rule, severity, waiver };
  }
  const difference = diff?.differences.find(({ field_path: path }) => path === fieldPath(...field));
  if (difference === undefined) return null;
  return { rule: difference.metadata.rule, severity: difference.severity, waiver: difference.metadata.waiver };
}

const TABLE = builtInParityRules();

describe('the table of parity rules', () => {
  it('has a case for each rule, and no case for what is none', () => {
    expect(Object.keys(RULE_CASES)).toEqual(TABLE.map(({ id }) => id));
  });

  it.each(TABLE)('weighs by $id what it is about', ({ id, severity }) => {
    const held = RULE_CASES[id]?.hit;
    expect(held).toBeDefined();
    if (held === undefined) return;

    expect(foundAt(held, reportOf(held))).toEqual({ rule: id, severity, waiver: null });
  });

  it.each(TABLE)('weighs by another rule than $id what it is just not about', ({ id }) => {
    const held = RULE_CASES[id]?.near;
    expect(held).toBeDefined();
    if (held === undefined) return;

    expect(held.rule).not.toBe(id);
    expect(foundAt(held, reportOf(held))?.rule ?? null).toBe(held.rule);
  });

  it.each(TABLE)('leaves out of the verdict what $id finds and somebody answers for', ({ id, severity }) => {
    const held = RULE_CASES[id]?.hit;
    expect(held).toBeDefined();
    if (held === undefined) return;
    const { address = 'service.web', field } = held;
    const note = { reason: 'agreed on', owner: 'core', until: '2026-01-31' };
    const pattern = field.length === 0 ? null : fieldPath(...field);
    const waiver = { ...note, between: null, address, field_path: pattern, source: null };
    const [bare, waived] = [reportOf(held), reportOf(held, [waiver])];

    expect(foundAt(held, waived)).toEqual({ rule: id, severity, waiver: note });
    expect(waived.metadata.waivers).toEqual({ hits: 1, expired: [], unused: [], covered: [] });
    expect(waived.metadata.severities[severity]).toBe(bare.metadata.severities[severity] - 1);
  });

  it('knows each condition that it names, and says of each rule whether it is directed', () => {
    for (const { id, when, directed } of TABLE) {
      expect([id, conditionNamed(when)?.directed]).toEqual([id, directed]);
    }
  });

  it('ends with a rule that covers everything, so that each difference has one', () => {
    expect(TABLE.at(-1)).toMatchObject({ id: 'other', field_paths: ['$'], when: 'differs', severity: 'info' });
  });

  it('speaks in short sentences without an end, and never mends what differs by nature', () => {
    for (const { id, reason, impact, recommendation, severity, fix } of TABLE) {
      for (const text of [reason, impact, recommendation]) expect(`${id}: ${text}`).toMatch(/: [a-z`].{2,110}[^.]$/);
      expect(`${id}: ${severity === 'info' ? fix : 'none'}`).toBe(`${id}: none`);
    }
  });

  it('uses each condition that people can name, but for those that are only theirs', () => {
    const used = new Set(TABLE.map(({ when }) => when));

    expect(CONDITION_NAMES.filter((name) => !used.has(name))).toEqual(['missing_in_source', 'missing_in_target']);
  });
});
