import { describe, expect, it } from 'vitest';
import { parityRuleProblems } from '../../../../src/diff/parity/rule-problems.ts';
import { builtInParityRules, parityRulesWith } from '../../../../src/diff/parity/rules.ts';
import type { ParityRuleOverride } from '../../../../src/model/parity.ts';
import { source } from '../../../support/builders.ts';
import { lines, parityOf, resource, side } from '../../../support/parity/sides.ts';

function said(id: string, overrides: Partial<ParityRuleOverride> = {}, line = 3): ParityRuleOverride {
  return { id, source: source(line, 1, 'trueup.yaml'), ...overrides };
}

function problems(...rules: readonly ParityRuleOverride[]): readonly string[] {
  return parityRuleProblems(rules).map(({ summary, detail, source: at }) => `${at?.start.line}: ${summary}: ${detail}`);
}

describe('what people say of rules', () => {
  const [web, other] = [
    resource('service.web', { environment_variables: { A: '1', MODE: 'x' } }),
    resource('service.web', { environment_variables: { A: '2', MODE: 'y' } }),
  ];

  it('replaces a rule of the table in part, and comes before it where it is new', () => {
    const rules = [
      said('variable-value', { severity: 'critical' }),
      said('our-mode', { field_paths: ['$.environment_variables.MODE'], severity: 'info' }),
    ];

    expect(lines(parityOf(side([web]), side([other]), { settings: { rules } }))).toEqual([
      "web $['environment_variables']['A'] critical variable-value",
      "web $['environment_variables']['MODE'] info our-mode",
    ]);
  });

  it('leaves everything else of the rule and of the table as it is', () => {
    const rules = parityRulesWith([said('limit', { severity: 'info' })]);

    expect(rules).toEqual(builtInParityRules().map((row) => (row.id === 'limit' ? { ...row, severity: 'info' } : row)));
  });

  it('weighs everything, even where the last rule is about less', () => {
    const rules = [said('other', { types: ['volume'] })];
    const [one, two] = [resource('service.web', { unheard_of: 1 }), resource('service.web')];

    expect(lines(parityOf(side([one]), side([two]), { settings: { rules } }))).toEqual([
      "web $['unheard_of'] info other",
    ]);
  });
});

describe('what manifests leave to others', () => {
  const rule = {
    address: 'service.web',
    field_path: "$['environment_variables']['A']",
    reason: 'r',
    source: null,
  } as const;
  const [one, other] = ['1', '2'].map((value) => resource('service.web', { environment_variables: { A: value } }));
  const notes = (origin: 'declared' | 'observed', until: string | null): unknown => {
    const here = side(one === undefined ? [] : [one], { ignored: [{ ...rule, until }] });
    const report = parityOf(here, side(other === undefined ? [] : [other], { origin }), { today: '2026-01-31' });
    return report.service_diffs[0]?.differences.map(({ metadata }) => metadata.waiver);
  };

  it('is waived where something was observed, until its day has passed', () => {
    expect(notes('observed', null)).toEqual([{ reason: 'r', owner: null, until: null }]);
    expect(notes('observed', '2026-01-31')).toEqual([{ reason: 'r', owner: null, until: '2026-01-31' }]);
    expect(notes('observed', '2026-01-30')).toEqual([null]);
  });

  it('is compared where both sides are declared', () => {
    expect(notes('declared', null)).toEqual([null]);
  });
});

describe('rules that contradict each other', () => {
  it('are none where each says something of its own', () => {
    expect(
      problems(
        said('limit', { severity: 'info' }),
        said('a', { field_paths: ['$.labels.a'] }),
        said('b', { field_paths: ['$.labels'] }),
      ),
    ).toEqual([]);
  });

  it('are two of one id', () => {
    expect(problems(said('limit', { severity: 'info' }), said('limit', { severity: 'error' }, 9))).toEqual([
      '9: the rule "limit" stands there twice (trueup.yaml:3:1): write all that it says in one place',
    ]);
  });

  it('are one that another takes everything from', () => {
    expect(
      problems(
        said('all', { field_paths: ['$.environment_variables.*'] }),
        said('one', { field_paths: ['$.environment_variables.A', '$.environment_variables.B'] }, 9),
        said('else', { field_paths: ['$.environment_variables.A', '$.labels'] }, 12),
        said('volumes', { field_paths: ['$'], types: ['volume'], when: 'missing_on_one_side' }, 15),
      ),
    ).toEqual([
      '9: the rule "one" never counts: "all" (trueup.yaml:3:1) comes before it and covers all that it is about: write it before that one, or leave one of the two out',
    ]);
  });

  it('are none where the first asks for more than the second', () => {
    const first = said('a', { field_paths: ['$.labels'], when: 'both_secret' });

    expect(problems(first, said('b', { field_paths: ['$.labels'] }, 9))).toEqual([]);
    expect(problems(first, said('b', { field_paths: ['$.labels'], when: 'both_secret' }, 9))).toHaveLength(1);
  });

  it('are also one of the table that people have made about what an earlier one takes', () => {
    expect(problems(said('other', { field_paths: ['$.container.image'], types: ['service'] }))).toEqual([
      '3: the rule "other" never counts: "image-other" comes before it and covers all that it is about: write it before that one, or leave one of the two out',
    ]);
  });

  it('are new ones that are about nothing', () => {
    expect(problems(said('limits', { severity: 'info' }), said('ours', { severity: 'info' }, 9))).toEqual([
      '3: the rule "limits" is about no field: add `field_paths`, or did you mean "limit"?',
      '9: the rule "ours" is about no field: add `field_paths`',
    ]);
  });
});
