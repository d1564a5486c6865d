import { describe, expect, it } from 'vitest';
import { declaredOtherwise } from '../../../src/diff/otherwise.ts';
import type { DeclaredDifference, EnvironmentDifference } from '../../../src/model/declared-diff.ts';
import { fieldPath } from '../../../src/model/field-path.ts';
import { change, difference, source } from '../../support/builders.ts';

function declared(names: readonly string[], overrides: Partial<DeclaredDifference> = {}): DeclaredDifference {
  return {
    field_path: fieldPath(...names),
    before: 'old',
    after: 'new',
    effect: null,
    severity: 'info',
    before_source: source(1),
    after_source: source(2),
    ...overrides,
  };
}

const DIFFERENCE: EnvironmentDifference = {
  kind: 'changed',
  environment: 'local',
  before_source: null,
  after_source: null,
  differences: [
    declared(['policies', 'on_failure']),
    declared(['moved', 'volume.old'], { after: 'volume.new' }),
    declared(['moved', 'volume.stale'], { after: 'volume.gone' }),
  ],
  resources: [
    {
      kind: 'changed',
      address: 'service.web',
      previous_address: null,
      type: 'service',
      before_source: null,
      after_source: null,
      differences: [declared(['hooks']), declared(['name']), declared(['labels', 'a'], { effect: 'replace' })],
    },
  ],
};

describe('what is declared otherwise without a step', () => {
  it('is all that the plan has no difference for, but for moves that it carries out', () => {
    const changes = [
      change('service.web', { differences: [difference(['name'])] }),
      change('volume.new', { previous_address: 'volume.old', differences: [] }),
    ];

    const found = declaredOtherwise(DIFFERENCE, changes);

    expect(found.map(({ address, field_path: path }) => [address, path])).toEqual([
      [null, "$['policies']['on_failure']"],
      [null, "$['moved']['volume.stale']"],
      ['service.web', "$['hooks']"],
    ]);
    expect(found[0]).toEqual({
      address: null,
      field_path: "$['policies']['on_failure']",
      before: 'old',
      after: 'new',
      severity: 'info',
      source: source(2),
    });
  });

  it('is nothing of what is new or gone as a whole', () => {
    expect(declaredOtherwise({ ...DIFFERENCE, kind: 'added' }, [])).toEqual([]);
    expect(declaredOtherwise(null, [])).toEqual([]);
  });
});
