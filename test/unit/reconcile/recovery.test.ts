import { describe, expect, it } from 'vitest';
import type { DesiredEnvironment, DesiredResource, Policies } from '../../../src/model/desired.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { environment } from '../../support/builders.ts';
import { HEALTHY, observed, planOf, planText, recordedOf, service } from '../../support/planning.ts';

function rollingBack(resources: readonly DesiredResource[], rollback: Policies['rollback']): DesiredEnvironment {
  const declared = environment(resources);
  return { ...declared, policies: { ...declared.policies, on_failure: 'rollback', rollback } };
}

function web(config: JsonObject = {}): DesiredResource {
  return service('web', { config: { health_check: HEALTHY, ...config }, overrides: { on_failure: 'rollback' } });
}

function steps(text: string): readonly string[] {
  const lines = text.split('\n');
  return lines.slice(lines.indexOf('steps:') + 1);
}

describe('the way back of a change', () => {
  const before = web({ labels: { team: 'old' } });
  const after = web({ labels: { team: 'new' } });
  const api = service('api', { config: { health_check: HEALTHY }, overrides: { on_failure: 'rollback' } });

  it('in place is the change the other way round', () => {
    const plan = planOf([after], {
      objects: [observed(before)],
      recorded: recordedOf([before]),
    });

    expect(plan.changes).toMatchObject([{ action: 'update', reason: 'differs' }]);
    expect(steps(planText(plan))).toEqual([
      'service.web:update',
      'service.web:update:2 ← service.web:update!',
      'service.web:service_healthy ← service.web:update:2',
    ]);
    const [, back, gate] = plan.steps;
    expect(back).toMatchObject({ phase: 'recover', args: { config: { labels: { team: 'old' } } } });
    expect(gate).toMatchObject({ phase: 'gate', args: { restored: true } });
  });

  it('is not planned where the policy does not ask for it', () => {
    const plan = planOf([{ ...after, on_failure: 'stop' }], {
      objects: [observed(before)],
      recorded: recordedOf([before]),
    });

    expect(steps(planText(plan))).toEqual(['service.web:update']);
  });

  it('of a new service is none, since there is nothing to go back to', () => {
    const plan = planOf([after]);

    expect(plan.steps.filter(({ phase }) => phase === 'recover')).toEqual([]);
  });

  it('of a whole environment takes back what is new, and waits for every gate with what goes', () => {
    const gone = service('old', { overrides: { on_failure: 'rollback' } });
    const plan = planOf(
      [after, api],
      { objects: [observed(before), observed(gone)], recorded: recordedOf([before, gone]) },
      { environment: rollingBack([after, api], 'environment') },
    );

    expect(steps(planText(plan))).toEqual([
      'service.api:create',
      'service.web:update',
      'service.api:start ← service.api:create',
      'service.api:service_healthy ← service.api:create, service.api:start',
      'service.old:stop ← service.api:service_healthy, service.web:update',
      'service.api:stop ← service.api:create!, service.api:service_healthy!, service.api:start!, service.web:update!',
      'service.web:update:2 ← service.api:service_healthy!, service.web:update!',
      'service.old:remove ← service.api:service_healthy, service.old:stop, service.web:update',
      'service.old:start ← service.api:service_healthy!, service.old:stop!, service.web:update!',
      'service.api:remove ← service.api:stop',
      'service.web:service_healthy ← service.web:update:2',
    ]);
  });

  it.each([
    ['stop', ['service.web:update', 'service.api:service_healthy']],
    ['continue', ['service.web:update']],
  ] as const)('of a whole environment also watches a service that is not taken back itself: %s', (policy, causes) => {
    const other = { ...api, on_failure: policy };
    const plan = planOf(
      [after, other],
      { objects: [observed(before)], recorded: recordedOf([before]) },
      { environment: rollingBack([after, other], 'environment') },
    );
    const back = plan.steps.find(({ phase }) => phase === 'recover');

    expect(back?.address).toBe('service.web');
    expect(new Set(back?.depends_on)).toEqual(new Set(causes.map((step) => ({ step, when: 'failed' }))));
  });

  it('of a whole environment is planned in seconds', () => {
    const keys = Array.from({ length: 150 }, (_, index) => `s${index}`);
    const chained = keys.map((key, index) => {
      const needs = index === 0 ? {} : { [`s${index - 1}`]: { condition: 'service_healthy' } as const };
      return service(key, { needs, config: { health_check: HEALTHY }, overrides: { on_failure: 'rollback' } });
    });
    const command = { process: { command: ['node', 'new.js'], cwd: '/srv', restart: 'no' } };
    const changed = chained.map((resource) => ({ ...resource, config: { ...resource.config, ...command } }));
    const world = { objects: chained.map((resource) => observed(resource)), recorded: recordedOf(chained) };
    const began = performance.now();
    const plan = planOf([], world, { environment: rollingBack(changed, 'environment') });

    expect(plan.steps.filter(({ verb }) => verb === 'discard_aside')).toHaveLength(keys.length);
    expect(performance.now() - began).toBeLessThan(60_000);
  });
});

describe('what an earlier run has left aside', () => {
  const aside = observed(web({ labels: { team: 'old' } }), { name: 'shop-web-1.aside-01kabc' });

  it('is no service of its own: the one in its place is proved before it goes', () => {
    const plan = planOf([web()], { objects: [observed(web()), aside], recorded: recordedOf([web()]) });

    expect(plan.changes).toMatchObject([{ address: 'service.web', action: 'update', reason: 'aside_left' }]);
    expect(plan.drift).toEqual([]);
  });

  it('goes with the service where that is no longer declared', () => {
    const plan = planOf([], { objects: [observed(web()), aside], recorded: recordedOf([web()]) }, { allowRemovals: 2 });

    expect(plan.changes.map(({ name, action }) => `${action} ${name}`)).toEqual([
      'delete shop-web-1',
      'delete shop-web-1.aside-01kabc',
    ]);
  });

  it('is not what a manifest asks for by such a name', () => {
    const named = service('web', { overrides: { name: 'shop-web.aside-1' } });
    const plan = planOf([named], { objects: [observed(named)], recorded: recordedOf([named]) });

    expect(plan.changes).toEqual([]);
  });
});
