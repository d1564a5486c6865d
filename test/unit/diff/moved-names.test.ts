import { describe, expect, it } from 'vitest';
import { scalarText } from '../../../src/model/json.ts';
import type { Recorded } from '../../../src/model/observed.ts';
import type { Plan } from '../../../src/model/plan.ts';
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

describe('what somebody renamed by hand', () => {
  const renamed = observed(web, { name: 'by-hand' });

  it('is drift by its name, and is given its name back', () => {
    const plan = planOf([web], { objects: [renamed], recorded: recordedOf([web]) });

    expect(plan.changes).toMatchObject([
      { action: 'move', previous_address: web.address, cause: 'world', differences: [] },
    ]);
    expect(plan.drift).toMatchObject([
      {
        address: web.address,
        kind: 'differs',
        cause: 'world',
        differences: [{ field_path: "$['name']", before: 'by-hand', after: 'shop-web-1', effect: 'in_place' }],
      },
    ]);
  });

  it('is drift of unknown cause where nothing is recorded, and none where git or a run of ours gave the name', () => {
    const forgotten = planOf([web], { objects: [renamed] });
    const byGit = planOf([web], {
      objects: [renamed],
      recorded: recordedOf([{ ...web, name: 'by-hand' }]),
    });
    const { resources } = recordedOf([web]);
    const begun = Object.fromEntries(
      Object.entries(resources).map(([address, known]) => [address, { ...known, unfinished: true }]),
    );
    const byUs = planOf([web], { objects: [renamed], recorded: { ...recordedOf([web]), resources: begun } });

    expect(forgotten.drift).toMatchObject([{ cause: 'unknown' }]);
    expect([byGit.drift, byUs.drift]).toEqual([[], []]);
  });
});

describe('a new name beside something else', () => {
  const renamed = service('web', { overrides: { name: 'another' } });
  const edited = service('web', {
    config: { process: { command: ['node', 'other.js'], cwd: '/srv', restart: 'no' } },
    overrides: { name: 'another' },
  });
  const restarted = { action: 'restart', name: 'another', previous_address: 'service.web' };
  const ids = (plan: Plan): readonly string[] =>
    plan.steps
      .filter(({ phase }) => phase !== 'gate')
      .map(({ id, args }) => `${id} ${scalarText(args['name'] ?? null)}`);
  const STEPS = [
    'service.web:stop shop-web-1',
    'service.web:remove shop-web-1',
    'service.web:create another',
    'service.web:start another',
  ];

  it('comes along with the restart that the other differences take', () => {
    const plan = planOf([edited], { objects: [observed(web)] });

    expect(plan.changes).toMatchObject([{ ...restarted, reason: 'differs' }]);
    expect(ids(plan)).toEqual(STEPS);
  });

  it('comes along with the restart that somebody asks for, or that a dependency takes', () => {
    const dependent = service('web', { needs: { db: { restart: true } }, overrides: { name: 'another' } });
    const db = service('db');
    const asked = planOf([renamed], { objects: [observed(web)] }, { restart: new Set([web.address]) });
    const taken = planOf(
      [dependent, db],
      { objects: [observed(dependent, { name: web.name }), observed(db)] },
      { restart: new Set([db.address]) },
    );

    expect(asked.changes).toMatchObject([{ ...restarted, reason: 'restart_by_request' }]);
    expect(ids(asked)).toEqual(STEPS);
    expect(taken.changes.find(({ address }) => address === web.address)).toMatchObject({
      ...restarted,
      reason: 'restart_with_dependency',
    });
  });
});
