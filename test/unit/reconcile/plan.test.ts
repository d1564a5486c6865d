import { describe, expect, it } from 'vitest';
import { processModel } from '../../../src/drivers/process/model.ts';
import type { Observation } from '../../../src/model/observed.ts';
import type { Plan } from '../../../src/model/plan.ts';
import { planEnvironment } from '../../../src/reconcile/plan/plan.ts';
import { environment } from '../../support/builders.ts';
import {
  addresses,
  HEALTHY,
  inState,
  observed,
  planOf,
  planText,
  recordedOf,
  requestOf,
  service,
  volume,
} from '../../support/planning.ts';

const db = service('db', { volumes: ['data'], config: { health_check: HEALTHY } });
const data = volume('data');
const api = service('api', { needs: { db: { condition: 'service_healthy' } } });
const shop = [api, db, data];

describe('a plan', () => {
  it('creates in dependency order behind gates, and prepares without waiting for any gate', () => {
    const plan = planOf(shop);

    expect(planText(plan)).toBe(
      `
service.api create (missing, git)
service.db create (missing, git)
volume.data create (missing, git)
steps:
service.api:create
volume.data:create_volume
service.db:create ← volume.data:create_volume
service.db:start ← service.db:create, volume.data:create_volume
service.db:service_healthy ← service.db:create, service.db:start
service.api:start ← service.api:create, service.db:service_healthy
service.api:service_started ← service.api:create, service.api:start`.trim(),
    );
  });

  it('is empty when what runs equals what is declared, recorded or not', () => {
    const world = { objects: shop.map((resource) => observed(resource)) };

    for (const recorded of [recordedOf(shop), recordedOf([])]) {
      const plan = planOf(shop, { ...world, recorded });
      expect(planText(plan)).toBe('');
      expect(plan).toMatchObject({ unchanged: 3, applyable: true, complete: true, drift: [] });
    }
  });

  it('has the same bytes for the same input, whatever order it comes in', () => {
    const objects = [observed(api), inState(db, 'failed')];
    const first = planOf(shop, { objects, recorded: recordedOf(shop) });
    const second = planOf(shop.toReversed(), {
      objects: objects.toReversed(),
      recorded: recordedOf(shop.toReversed()),
    });

    expect(JSON.stringify(second)).toBe(JSON.stringify(first));
  });

  it('shows an edit with its effect and does not touch what depends on it', () => {
    const edited = service('db', { volumes: ['data'], config: { health_check: HEALTHY, labels: { team: 'core' } } });

    const plan = planOf([api, edited, data], {
      objects: shop.map((item) => observed(item)),
      recorded: recordedOf(shop),
    });

    expect(planText(plan)).toBe(
      `
service.db update (differs, git)
  $['labels']['team']: null → "core" [in_place, git]
steps:
service.db:update`.trim(),
    );
    expect(plan.drift).toEqual([]);
  });

  it('restarts what must be restarted and gates it again', () => {
    const edited = service('api', {
      needs: { db: { condition: 'service_healthy' } },
      config: { environment_variables: { LOG: 'debug' } },
    });

    const plan = planOf([edited, db, data], {
      objects: shop.map((item) => observed(item)),
      recorded: recordedOf(shop),
    });

    expect(planText(plan)).toBe(
      `
service.api restart (differs, git)
  $['environment_variables']['LOG']: null → "debug" [restart, git]
steps:
service.db:service_healthy
service.api:stop ← service.db:service_healthy
service.api:update ← service.api:stop
service.api:start ← service.api:update, service.db:service_healthy
service.api:service_started ← service.api:start, service.api:stop, service.api:update`.trim(),
    );
  });

  it('restarts the dependents that asked for it, around the restart of their dependency', () => {
    const needy = service('web', { needs: { api: { restart: true } } });
    const edited = service('api', { config: { environment_variables: { LOG: 'debug' } } });
    const before = [needy, service('api')];

    const plan = planOf([needy, edited], {
      objects: before.map((item) => observed(item)),
      recorded: recordedOf(before),
    });

    expect(planText(plan)).toBe(
      `
service.api restart (differs, git)
  $['environment_variables']['LOG']: null → "debug" [restart, git]
service.web restart (restart_with_dependency, git)
steps:
service.web:stop
service.api:stop ← service.web:stop
service.web:update ← service.web:stop
service.api:update ← service.api:stop
service.api:start ← service.api:update
service.api:service_started ← service.api:start, service.api:stop, service.api:update
service.web:start ← service.api:service_started, service.web:update
service.web:service_started ← service.web:start, service.web:stop, service.web:update`.trim(),
    );
  });

  it('removes what is no longer declared, dependents first, and keeps data', () => {
    const plan = planOf([service('other')], {
      objects: [...shop, service('other')].map((item) => observed(item)),
      recorded: recordedOf([...shop, service('other')]),
    });

    expect(planText(plan)).toBe(
      `
service.api delete (delete_because_no_resource_config, git)
service.db delete (delete_because_no_resource_config, git)
volume.data withheld (data_kept)
steps:
service.api:stop
service.api:remove ← service.api:stop
service.db:stop ← service.api:stop
service.db:remove ← service.db:stop`.trim(),
    );
    expect(plan.drift).toEqual([]);
  });

  it('removes data only where git last said so, or a person says so', () => {
    const loose = volume('data', { config: { labels: {}, protect: false, deletion_policy: 'delete' } });
    const isProtected = volume('kept', { config: { labels: {}, protect: true, deletion_policy: 'delete' } });

    const pruned = planOf([], { objects: [observed(loose), observed(isProtected)], recorded: recordedOf([loose]) });
    const destroyed = planOf([], { objects: [observed(data)] }, { mode: 'destroy', destroyData: true });

    expect(planText(pruned)).toContain('volume.data delete');
    expect(planText(pruned)).toContain('volume.kept withheld (protected)');
    expect(destroyed.changes[0]?.impact.data_loss).toBe(true);
  });

  it('refuses to remove more than half of an environment unless told the number', () => {
    const many = Array.from({ length: 6 }, (_, index) => service(`s${index}`));
    const world = { objects: many.map((item) => observed(item)), recorded: recordedOf(many) };

    const guarded = planOf(many.slice(0, 1), world);
    const allowed = planOf(many.slice(0, 1), world, { allowRemovals: 5 });

    expect(guarded.applyable).toBe(false);
    expect(guarded.diagnostics).toMatchObject([
      { code: 'removals_exceed_limit', detail: 'if that is meant, pass --allow-removals 5' },
    ]);
    expect(allowed.applyable).toBe(true);
  });

  it('leaves the objects of another checkout alone and names it', () => {
    const foreign = observed(api);
    const theirs = {
      ...foreign,
      ownership: foreign.ownership && { ...foreign.ownership, owner: 'f'.repeat(32), checkout: '/home/kim/shop' },
    };

    const plan = planOf([api], { objects: [theirs] });

    expect(planText(plan)).toBe(
      'service.api conflict: the name "shop-api-1" is taken by local/service.api of the checkout /home/kim/shop',
    );
    expect(plan.applyable).toBe(false);
  });

  it('plans nothing on an engine that does not answer, because unreachable is not empty', () => {
    const silent = {
      status: 'unreachable',
      engine: 'process',
      error: 'connection refused',
      provided_by: null,
    } as const;

    const plan = planOf(shop, { observation: silent, recorded: recordedOf(shop) });

    expect(plan).toMatchObject({ changes: [], steps: [], applyable: false, complete: false });
  });

  it('plans and prunes nothing on the one engine of several that does not answer, and what it holds is no drift', () => {
    const there = (key: string): typeof api => service(key, { overrides: { engine: 'other' } });
    const [kept, gone, far] = [service('kept'), service('gone'), there('far')];
    const engines = {
      process: { name: 'process', driver: 'process', settings: {} },
      other: { name: 'other', driver: 'process', settings: {} },
    };
    const request = requestOf(
      environment([kept, far, there('farther')], { engines }),
      { recorded: recordedOf([kept, gone, far, there('dropped')]), objects: [observed(gone)] },
      { models: new Map([...requestOf(environment([])).models, ['other', processModel]]) },
    );
    const silent = { status: 'unreachable', engine: 'other', error: 'refused', provided_by: null } as const;
    const absent = { status: 'absent', engine: 'other', provided_by: 'vm.builder' } as const;
    const beside = (observation: Observation): Plan =>
      planEnvironment({ ...request, observations: new Map([...request.observations, ['other', observation]]) });

    const [withSilent, withAbsent] = [beside(silent), beside(absent)];

    expect(addresses(withSilent.changes)).toEqual(['service.gone', 'service.kept']);
    expect(addresses(withSilent.drift)).toEqual(['service.kept']);
    expect(withSilent).toMatchObject({ applyable: false, complete: false });
    expect(withAbsent.changes.map(({ address, after_unknown: unknown }) => [address, unknown])).toEqual([
      ['service.far', true],
      ['service.farther', true],
      ['service.gone', false],
      ['service.kept', false],
    ]);
    expect(addresses(withAbsent.drift)).toEqual(['service.kept']);
    expect(withAbsent).toMatchObject({ applyable: true, complete: true });
  });

  it('does not run a job again that has completed, and runs it again when it failed', () => {
    const job = service('migrate', { config: { run_state: 'completed' } });

    const plan = (state: 'completed' | 'running' | 'failed'): string =>
      planText(planOf([job], { objects: [inState(job, state)], recorded: recordedOf([job]) }));

    expect(plan('completed')).toBe('');
    expect(plan('running')).toBe('');
    expect(plan('failed')).toContain('service.migrate:start');
  });

  it('waits for the completion of what must complete first, and not when it has', () => {
    const job = service('migrate', { config: { run_state: 'completed' } });
    const app = service('app', { needs: { migrate: { condition: 'service_completed_successfully' } } });

    const fresh = planOf([app, job]);
    const later = planOf([app, job], { objects: [observed(job)], recorded: recordedOf([job]) });

    expect(planText(fresh)).toContain(
      'service.app:start ← service.app:create, service.migrate:service_completed_successfully',
    );
    expect(planText(later)).toContain('service.app:start ← service.app:create\n');
  });

  it('lets dependents pass the gate of an optional dependency however it ends', () => {
    const app = service('app', { needs: { db: { condition: 'service_healthy', criticality: 'optional' } } });

    expect(planText(planOf([app, db, data]))).toContain(
      'service.app:start ← service.app:create, service.db:service_healthy?',
    );
  });

  it('looks only at whether things run when that is all that is to change', () => {
    const edited = service('api', { config: { labels: { team: 'core' } } });
    const world = {
      objects: [inState(edited, 'stopped')].map((item) => ({
        ...item,
        configured: { ...item.configured, labels: {} },
      })),
    };

    const plan = planOf([edited, service('absent')], world, { fields: 'run_state' });

    expect(planText(plan)).toBe(
      `
service.api update (not_running, unknown)
  $['run_state']: "stopped" → "running" [in_place, unknown]
steps:
service.api:start
service.api:service_started ← service.api:start`.trim(),
    );
    expect(plan.changes[0]?.after).toMatchObject({ labels: {}, run_state: 'running' });
  });

  it('replaces and restarts on request although nothing differs', () => {
    const world = { objects: [observed(api)], recorded: recordedOf([api]) };
    const alone = environment([{ ...api, dependencies: [] }]);

    expect(planText(planOf([], world, { environment: alone, replace: new Set([api.address]) }))).toContain(
      'service.api replace (replace_by_request, git)',
    );
    expect(planText(planOf([], world, { environment: alone, restart: new Set([api.address]) }))).toContain(
      'service.api restart (restart_by_request, git)',
    );
  });

  it('moves what has a new address without losing its data', () => {
    const renamed = environment([volume('store')], { moved: [{ from: 'volume.data', to: 'volume.store' }] });

    const plan = planOf([], { objects: [observed(data)], recorded: recordedOf([data]) }, { environment: renamed });

    expect(planText(plan)).toBe(
      `
volume.store move (moved, git)
steps:
volume.store:rename_volume`.trim(),
    );
    expect(plan.changes[0]?.impact.data_loss).toBe(false);
  });

  it('stays within its targets', () => {
    const plan = planOf(shop, { objects: [observed(service('gone'))] }, { targets: new Set([data.address]) });

    expect(addresses(plan.changes)).toEqual(['volume.data']);
  });
});
