import { describe, expect, it } from 'vitest';
import type { Recorded } from '../../../src/model/observed.ts';
import { inState, observed, planOf, recordedOf, service, volume } from '../../support/planning.ts';

const web = service('web');

describe('compare', () => {
  it('finds a conflict where a new name is taken by somebody else, and touches nothing', () => {
    const renamed = service('web', { overrides: { name: 'taken' } });
    const holder = { ...observed(service('other')), name: 'taken', ownership: null };

    const plan = planOf([renamed], { objects: [observed(web), holder] });

    expect(plan).toMatchObject({ applyable: false, changes: [], conflicts: [{ name: 'taken' }] });
  });

  it('blames git for what is missing on the engine that git moved it to', () => {
    const recorded: Recorded = recordedOf([{ ...web, engine: 'docker' }]);

    expect(planOf([web], { recorded })).toMatchObject({ changes: [{ cause: 'git' }], drift: [] });
  });

  it('blames the world for what was stopped on purpose and runs again', () => {
    const stopped = service('web', { config: { run_state: 'stopped' } });
    const recorded: Recorded = { ...recordedOf([web]), stopped: [web.address] };

    const plan = planOf([stopped], { objects: [inState(web, 'running')], recorded });

    expect(plan.drift).toMatchObject([{ cause: 'world' }]);
  });
});

describe('a key that changes while the physical name stays', () => {
  it('is the same thing under a new key, without a word in `moved`', () => {
    const before = volume('old', { name: 'orders' });
    const after = volume('new', { name: 'orders' });

    const plan = planOf([after], { objects: [observed(before)], recorded: recordedOf([before]) });

    expect(plan.conflicts).toEqual([]);
    expect(plan.changes).toMatchObject([{ address: 'volume.new', previous_address: 'volume.old', action: 'move' }]);
  });
});
