import { describe, expect, it } from 'vitest';
import { environment, source } from '../../support/builders.ts';
import { observed, planOf, recordedOf, service, volume } from '../../support/planning.ts';

const OLD = volume('data');
const NEW = volume('store');
const WEB = service('web', { volumes: ['store'] });

describe('data under a new name', () => {
  it('is said to be left where what was set up alike is declared no more, with the way to keep it', () => {
    const plan = planOf([WEB, NEW], { objects: [observed(OLD)], recorded: recordedOf([OLD]) });

    expect(plan.diagnostics).toEqual([
      {
        code: 'starts_empty',
        severity: 'warning',
        summary:
          'volume.store is made anew, and service.web starts on empty data, while volume.data, declared no more, is left with its data',
        detail: 'if it is the same under a new name, declare `moved: [{ from: volume.data, to: volume.store }]`',
        source: source(3, 3),
      },
    ]);
    expect(plan.applyable).toBe(true);
  });

  it('is said to be lost where the old volume goes', () => {
    const gone = { ...OLD, config: { ...OLD.config, deletion_policy: 'delete' } };

    const plan = planOf([NEW], { objects: [observed(gone)], recorded: recordedOf([gone]) });

    expect(plan.diagnostics.map(({ summary }) => summary)).toEqual([
      'volume.store is made anew, empty, while volume.data, declared no more, is removed with its data',
    ]);
  });

  it('is said of each that it may have been, removed or left', () => {
    const gone = volume('former', { config: { ...OLD.config, deletion_policy: 'delete' } });
    const [kept, stray] = [volume('kept'), volume('stray')];

    const alike = planOf([NEW], { objects: [observed(kept), observed(stray)], recorded: recordedOf([kept, stray]) });
    const mixed = planOf([NEW], {
      objects: [observed(gone), observed(kept), observed(stray)],
      recorded: recordedOf([gone, kept]),
    });

    expect([...alike.diagnostics, ...mixed.diagnostics].map(({ summary, detail }) => [summary, detail])).toEqual([
      [
        'volume.store is made anew, empty, while volume.kept and volume.stray, declared no more, are left with their data',
        'if it is one of them under a new name, declare that, as in `moved: [{ from: volume.kept, to: volume.store }]`',
      ],
      [
        'volume.store is made anew, empty, while volume.former, declared no more, is removed with its data, and volume.kept and volume.stray, declared no more, are left with their data',
        'if it is one of them under a new name, declare that, as in `moved: [{ from: volume.former, to: volume.store }]`',
      ],
    ]);
  });

  it('is no question where it moves, is set up otherwise, is declared still, or nothing is new', () => {
    const world = { objects: [observed(OLD)], recorded: recordedOf([OLD]) };
    const moved = { ...environment([WEB, NEW]), moved: [{ from: OLD.address, to: NEW.address }] };
    const other = volume('store', { config: { ...NEW.config, labels: { team: 'core' } } });

    const plans = [
      planOf([], world, { environment: moved }),
      planOf([other], world),
      planOf([OLD, NEW], world),
      planOf([service('web')], world),
    ];

    expect(plans.flatMap(({ diagnostics }) => diagnostics)).toEqual([]);
  });
});
