import { describe, expect, it } from 'vitest';
import { asItLies } from '../../../src/flow/as-it-lies.ts';
import type { DesiredResource, DriftPolicy } from '../../../src/model/desired.ts';
import { fieldPath } from '../../../src/model/field-path.ts';
import type { ObservedObject } from '../../../src/model/observed.ts';
import { environment } from '../../support/builders.ts';
import { HEALTHY, inState, observed, planOf, planText, recordedOf, service, volume } from '../../support/planning.ts';

const BY_POLICY = { drift: 'by_policy' } as const;

function withPolicy(resource: DesiredResource, drift: DriftPolicy): DesiredResource {
  return { ...resource, drift };
}

/** As if somebody had set a variable of it by hand. */
function meddledWith(resource: DesiredResource): ObservedObject {
  const object = observed(resource);
  return { ...object, configured: { ...object.configured, environment_variables: { DEBUG: '1' } } };
}

function withVariable(resource: DesiredResource, value: string): DesiredResource {
  return { ...resource, config: { ...resource.config, environment_variables: { MODE: value } } };
}

const db = service('db', { volumes: ['data'], config: { health_check: HEALTHY } });
const data = volume('data');
const api = service('api', { needs: { db: { condition: 'service_healthy' } } });
const worker = service('worker');
const shop = [api, data, db, worker];

describe('a plan of a pass', () => {
  it('leaves what the world changed where the policy is to report it, and says so', () => {
    const objects = [meddledWith(api), observed(data), observed(db), inState(worker, 'failed')];

    const plan = planOf(shop, { objects, recorded: recordedOf(shop) }, BY_POLICY);

    expect(planText(plan)).toBe('service.api withheld (drift_reported)\nservice.worker withheld (drift_reported)');
    expect(plan.drift.map(({ address }) => address)).toEqual(['service.api', 'service.worker']);
    expect(plan).toMatchObject({ unchanged: 2, applyable: true, drift_ignored: [] });
    expect(plan.withheld[0]?.summary).toBe(
      'service.api differs; its drift policy is report, so it stays as it is: `trueup apply local/service.api` heals it',
    );
  });

  it('heals all of it where a person asks', () => {
    const objects = [meddledWith(api), observed(data), observed(db), inState(worker, 'failed')];

    const plan = planOf(shop, { objects, recorded: recordedOf(shop) });

    expect(plan.changes.map(({ address, cause }) => [address, cause])).toEqual([
      ['service.api', 'world'],
      ['service.worker', 'world'],
    ]);
    expect(plan).toMatchObject({ withheld: [], left_alone: [] });
  });

  it('heals where the policy says so, resource by resource', () => {
    const wanted = [withPolicy(api, 'heal'), data, db, withPolicy(worker, 'ignore')];
    const objects = [meddledWith(api), observed(data), observed(db), inState(worker, 'failed')];

    const plan = planOf(wanted, { objects, recorded: recordedOf(wanted) }, BY_POLICY);

    expect(plan.changes.map(({ address }) => address)).toEqual(['service.api']);
    expect(plan).toMatchObject({ withheld: [], drift_ignored: ['service.worker'], left_alone: ['service.worker'] });
    expect(plan.drift.map(({ address }) => address)).toEqual(['service.api']);
    expect(plan.unchanged).toBe(3);
  });

  it('counts as no drift what is to be ignored, also where a person asks for all', () => {
    const wanted = [withPolicy(worker, 'ignore')];

    const plan = planOf(wanted, { objects: [meddledWith(worker)], recorded: recordedOf(wanted) });

    expect(plan.changes.map(({ address }) => address)).toEqual(['service.worker']);
    expect(plan).toMatchObject({ drift: [], drift_ignored: ['service.worker'], left_alone: [] });
  });

  it('carries out what git changed whole, with what the world changed beside it', () => {
    const wanted = withVariable(worker, 'fast');

    const plan = planOf([wanted], { objects: [meddledWith(worker)], recorded: recordedOf([worker]) }, BY_POLICY);

    expect(plan.changes.map(({ address, cause }) => [address, cause])).toEqual([['service.worker', 'both']]);
    expect(plan.withheld).toEqual([]);
  });

  it('makes what is gone when git has changed it since, and leaves it when not', () => {
    const recorded = recordedOf([worker]);

    const left = planOf([worker], { recorded }, BY_POLICY);
    const wanted = planOf([withVariable(worker, 'fast')], { recorded }, BY_POLICY);

    expect(planText(left)).toBe('service.worker withheld (drift_reported)');
    expect(left.left_alone).toEqual(['service.worker']);
    expect(wanted.changes.map(({ action, cause }) => [action, cause])).toEqual([['create', 'both']]);
  });

  it('carries out what nobody knows the cause of, where nothing was ever recorded', () => {
    const plan = planOf([worker], { objects: [meddledWith(worker)] }, BY_POLICY);

    expect(plan.changes.map(({ cause }) => cause)).toEqual(['unknown']);
  });

  it('heals what a change of git cannot do without: a volume that it uses, a dependency that does not run', () => {
    const wanted = [withVariable(api, 'fast'), data, db, worker];
    const objects = [observed(api), inState(db, 'stopped'), meddledWith(worker)];

    const plan = planOf(wanted, { objects, recorded: recordedOf(shop) }, BY_POLICY);

    expect(plan.changes.map(({ address, action, cause }) => [address, action, cause])).toEqual([
      ['service.api', 'restart', 'git'],
      ['service.db', 'update', 'world'],
      ['volume.data', 'create', 'world'],
    ]);
    expect(plan.withheld.map(({ address }) => address)).toEqual(['service.worker']);
  });

  it('gives a dependency its name back where a change of git waits for it', () => {
    const named = { ...observed(db), name: 'shop-db-by-hand' };
    const wanted = [withVariable(api, 'fast'), data, db];

    const plan = planOf(
      wanted,
      { objects: [observed(api), observed(data), named], recorded: recordedOf(shop) },
      BY_POLICY,
    );

    expect(plan.changes.map(({ address, action }) => [address, action])).toEqual([
      ['service.api', 'restart'],
      ['service.db', 'move'],
    ]);
  });

  it('leaves a dependency that runs as it drifted, and waits for its gate', () => {
    const wanted = [withVariable(api, 'fast'), data, db];
    const objects = [observed(api), observed(data), meddledWith(db)];

    const plan = planOf(wanted, { objects, recorded: recordedOf(shop) }, BY_POLICY);

    expect(plan.changes.map(({ address }) => address)).toEqual(['service.api']);
    expect(plan.steps.map(({ id }) => id)).toContain('service.db:service_healthy');
  });

  it('restarts what is left with its dependency, and leaves it as it is all the same', () => {
    const dependent = service('api', { needs: { db: { restart: true } } });
    const recorded = recordedOf([dependent, data, db]);
    const objects = [meddledWith(dependent), observed(data), observed(db)];

    const plan = planOf([dependent, data, withVariable(db, 'fast')], { objects, recorded }, BY_POLICY);

    const restart = plan.changes.find(({ address }) => address === 'service.api');
    expect(restart).toMatchObject({ action: 'restart', reason: 'restart_with_dependency', differences: [] });
    expect(restart?.after?.['environment_variables']).toEqual({ DEBUG: '1' });
    expect(plan.withheld.map(({ address }) => address)).toEqual(['service.api']);
  });

  it('starts nothing that somebody stopped because its dependency comes up anew', () => {
    const dependent = service('api', { needs: { db: { restart: true } } });
    const recorded = recordedOf([dependent, data, db]);
    const objects = [inState(dependent, 'stopped'), observed(data), observed(db)];

    const plan = planOf([dependent, data, withVariable(db, 'fast')], { objects, recorded }, BY_POLICY);

    expect(plan.changes.map(({ address }) => address)).toEqual(['service.db']);
  });

  it('is not judged by what is left and does not run, nor by what depends on it', () => {
    const objects = [observed(api), observed(data), inState(db, 'stopped'), observed(worker)];

    const plan = planOf(shop, { objects, recorded: recordedOf(shop) }, BY_POLICY);

    expect(plan.left_alone).toEqual(['service.api', 'service.db']);
  });

  it('removes what git dropped, and leaves what nobody ever declared', () => {
    const stray = service('stray');
    const objects = [observed(api), observed(stray)];
    const known = { drift: 'by_policy', environment: environment([]) } as const;

    const dropped = planOf([], { objects, recorded: recordedOf([api, stray]) }, known);
    const strange = planOf([], { objects, recorded: recordedOf([api]) }, known);

    expect(dropped.changes.map(({ address }) => address)).toEqual(['service.api', 'service.stray']);
    expect(strange.changes.map(({ address }) => address)).toEqual(['service.api']);
    expect(planText(strange)).toContain('service.stray withheld (drift_reported)');
  });

  it.each(['report', 'ignore'] as const)(
    'carries out what a person saved into an input, with the policy %s',
    (drift) => {
      const field_path = fieldPath('environment_variables', 'MODE');
      const untracked = [{ field_path, kind: 'input', declared: 'a file' }] as const;
      const edited = { ...withVariable(worker, 'fast'), untracked, drift };
      const known = recordedOf([worker]);
      const record = known.resources['service.worker'];
      if (record === undefined) throw new Error('nothing is recorded');
      const inputs = { [field_path]: 'a file' };
      const recorded = { ...known, resources: { 'service.worker': { ...record, inputs } } } as const;

      const plan = planOf([edited], { objects: [observed(worker)], recorded }, BY_POLICY);

      expect(plan.changes.map(({ address, cause }) => [address, cause])).toEqual([['service.worker', 'world']]);
      expect(plan.withheld).toEqual([]);
      expect(plan.drift.map(({ address }) => address)).toEqual(drift === 'ignore' ? [] : ['service.worker']);
    },
  );

  it('counts inputs as inputs where the working tree itself is what is declared, so that what is noted of them stays', () => {
    const field_path = fieldPath('environment_variables', 'MODE');
    const input = { field_path, kind: 'input', declared: 'a file' } as const;
    const edit = { field_path: fieldPath('labels'), kind: 'edit', declared: null } as const;
    const lying = asItLies(environment([{ ...worker, untracked: [edit, input] }]));
    expect(lying.resources.get('service.worker')?.untracked).toEqual([input]);
  });

  it('carries out an edit that is not committed yet where the working tree is what is declared', () => {
    const path = fieldPath('environment_variables');
    const edited = {
      ...withVariable(worker, 'fast'),
      untracked: [{ field_path: path, kind: 'edit', declared: null }],
    } as const;
    const world = { objects: [observed(worker)], recorded: recordedOf([worker]) };
    const lying = asItLies(environment([edited]));

    const atCommit = planOf([edited], world, BY_POLICY);
    const inTree = planOf([], world, { ...BY_POLICY, environment: lying });

    expect(planText(atCommit)).toBe('service.worker withheld (drift_reported)');
    expect(inTree.changes.map(({ address, cause }) => [address, cause])).toEqual([['service.worker', 'git']]);
  });
});

describe('what runs otherwise than it is configured, with the leave to restart for it', () => {
  const owed = service('api', { config: { apply_restart: 'on_change', labels: { size: '2' } } });
  const lagging: ObservedObject = { ...observed(owed), effective: { labels: { size: '1' } } };

  it('is drift like any other where the last run was through with it', () => {
    const world = { objects: [lagging], recorded: recordedOf([owed]) };

    const passed = planOf([owed], world, BY_POLICY);
    const asked = planOf([owed], world);

    expect(planText(passed)).toBe('service.api withheld (drift_reported)');
    expect(passed.drift[0]?.differences).toMatchObject([
      { field_path: "$['labels']['size']", before: '1', after: '2', cause: 'world', effect: 'restart' },
    ]);
    expect(asked.changes).toMatchObject([{ action: 'restart', cause: 'world' }]);
    expect([passed.pending_restart, asked.pending_restart]).toEqual([undefined, undefined]);
  });

  it('is what git changed where the leave was not there, or a run was cut off', () => {
    const before = service('api', { config: { apply_restart: 'when_stopped', labels: { size: '2' } } });
    const known = recordedOf([owed]);
    const cutOff = {
      ...known,
      resources: Object.fromEntries(
        Object.entries(known.resources).map(([address, one]) => [address, { ...one, unfinished: true }]),
      ),
    };

    for (const recorded of [recordedOf([before]), cutOff]) {
      const plan = planOf([owed], { objects: [lagging], recorded }, BY_POLICY);
      expect(plan.changes).toMatchObject([{ action: 'restart', reason: 'pending_restart', cause: 'git' }]);
      expect(plan.drift).toEqual([]);
    }
  });

  it('is nothing where it is to be ignored', () => {
    const rule = {
      address: owed.address,
      field_path: "$['labels']['size']",
      reason: 'by hand',
      until: null,
      source: null,
    };
    const world = { objects: [lagging], recorded: recordedOf([owed]) };

    const plan = planOf([owed], world, { environment: { ...environment([owed]), ignore_differences: [rule] } });

    expect(plan).toMatchObject({ changes: [], drift: [], ignored: [{ status: 'hit', hits: 1 }] });
    expect(plan.pending_restart).toBeUndefined();
  });
});
