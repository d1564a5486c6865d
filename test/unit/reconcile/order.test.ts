import { describe, expect, it } from 'vitest';
import type { DesiredResource } from '../../../src/model/desired.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import type { Step } from '../../../src/model/plan.ts';
import { observed, planOf, planText, recordedOf, service, volume } from '../../support/planning.ts';

function publishing(key: string, port: string): DesiredResource {
  const ports: JsonObject = { [`${port}/tcp`]: { host_port: Number(port), protocol: 'tcp' } };
  return service(key, { config: { networking: { ports } } });
}

function needsOf(steps: readonly Step[], id: string): readonly string[] {
  return steps.find((step) => step.id === id)?.depends_on.map(({ step }) => step) ?? [];
}

describe('the order of steps', () => {
  it('starts what takes a host port over only once its holder is down', () => {
    const plan = planOf([publishing('api', '8080')], { objects: [observed(publishing('web', '8080'))] });

    expect(needsOf(plan.steps, 'service.api:start')).toContain('service.web:stop');
  });

  it('takes both down before either comes up when two services swap their host ports', () => {
    const before = [publishing('a', '8080'), publishing('b', '8081')].map((resource) => observed(resource));

    const plan = planOf([publishing('a', '8081'), publishing('b', '8080')], { objects: before });

    expect(needsOf(plan.steps, 'service.a:start')).toContain('service.b:stop');
    expect(needsOf(plan.steps, 'service.b:start')).toContain('service.a:stop');
  });

  it.each([
    ['a', 'z'],
    ['z', 'a'],
  ])(
    'stops and starts the users of a volume that moves in the order of their dependencies: %s needs %s',
    (top, base) => {
      const users = [service(top, { needs: { [base]: {} }, volumes: ['data'] }), service(base, { volumes: ['data'] })];
      const before = [...users, volume('data', { name: 'old' })].map((resource) => observed(resource));

      const plan = planOf([...users, volume('data', { name: 'new' })], { objects: before });

      expect(needsOf(plan.steps, `service.${base}:stop`)).toContain(`service.${top}:stop`);
      expect(needsOf(plan.steps, `service.${top}:start`)).toContain(`service.${base}:service_started`);
      expect(needsOf(plan.steps, 'volume.data:rename_volume')).toEqual(['service.a:stop', 'service.z:stop']);
    },
  );

  it('names the cause of the dependency when a service restarts with it', () => {
    const db = service('db');
    const web = service('web', { needs: { db: { restart: true } } });

    const plan = planOf([db, web], { objects: [observed(web)], recorded: recordedOf([db, web]) });

    expect(plan.changes).toMatchObject([
      { address: 'service.db', cause: 'world' },
      { address: 'service.web', reason: 'restart_with_dependency', cause: 'world' },
    ]);
  });

  it('keeps both changes of what is removed under one name and made under another', () => {
    const db = service('db', { config: { labels: { a: '1' } } });
    const web = service('web', { needs: { db: { restart: true } } });
    const [current, other] = [observed(service('db')), observed(service('db'), { name: 'left-behind' })];

    const plan = planOf([db, web], { objects: [current, other, observed(web)] });

    expect(planText(plan)).toContain('service.db update (differs');
    expect(planText(plan)).toContain('service.db delete (delete_because_left_over');
  });
});

describe('a volume that is gone from under what runs', () => {
  it('is made before that is stopped: where the engine refuses it, all goes on', () => {
    const web = service('web', {
      volumes: ['data'],
      config: { run_state: 'running', storage: { volumes: { '/data': { volume: 'data' } } } },
    });

    const plan = planOf([web, volume('data')], {
      objects: [observed(web)],
      recorded: recordedOf([web, volume('data')]),
    });

    expect(needsOf(plan.steps, 'service.web:stop')).toContain('volume.data:create_volume');
  });
});

describe('what is protected', () => {
  it('is not replaced, also where it holds no data', () => {
    const kept = service('db', { overrides: { protect: true } });

    const plan = planOf([kept], { objects: [observed(kept)] }, { replace: new Set([kept.address]) });

    expect(plan).toMatchObject({ changes: [], withheld: [{ address: 'service.db', reason: 'protected' }] });
  });

  it('is not destroyed when only the manifests say so yet', () => {
    const object = observed(volume('data'));
    const declared = new Map([volume('data', { protect: true })].map((resource) => [resource.address, resource]));

    const plan = planOf([], { objects: [object] }, { mode: 'destroy', destroyData: true, declared });

    expect(plan).toMatchObject({ changes: [], withheld: [{ address: 'volume.data', reason: 'protected' }] });
  });

  it('keeps its data when the manifests ask for that, whatever was applied', () => {
    const object = observed(volume('data', { config: { labels: {}, protect: false, deletion_policy: 'delete' } }));
    const declared = new Map([volume('data')].map((resource) => [resource.address, resource]));

    const plan = planOf([], { objects: [object] }, { mode: 'destroy', declared });

    expect(plan).toMatchObject({ changes: [], withheld: [{ address: 'volume.data', reason: 'data_kept' }] });
  });
});

describe('a service that is restarted together with what it depends on', () => {
  it('runs until its dependency is ready, so that a failure there leaves it as it is', () => {
    const edited = (key: string, needs: Parameters<typeof service>[1] = {}): ReturnType<typeof service> =>
      service(key, { ...needs, config: { environment_variables: { A: '1' }, run_state: 'running' } });
    const needs = { needs: { db: {} } };
    const before = [service('db'), service('web', needs)];

    const plan = planOf([edited('db'), edited('web', needs)], {
      objects: before.map((item) => observed(item)),
      recorded: recordedOf(before),
    });

    expect(needsOf(plan.steps, 'service.web:stop')).toEqual(['service.db:service_started']);
    expect(needsOf(plan.steps, 'service.db:stop')).toEqual([]);
  });
});

describe('the impact of a change', () => {
  it('names the neighbours that its steps restart', () => {
    const web = service('web', { volumes: ['data'] });
    const before = [observed(web), observed(volume('data', { name: 'old' }))];

    const plan = planOf([web, volume('data', { name: 'new' })], { objects: before });

    expect(plan.changes).toMatchObject([
      { address: 'volume.data', impact: { restarts: ['service.web'], downtime: true } },
    ]);
  });
});
