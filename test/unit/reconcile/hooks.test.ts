import { describe, expect, it } from 'vitest';
import type { DesiredResource } from '../../../src/model/desired.ts';
import type { Json, JsonObject } from '../../../src/model/json.ts';
import type { Plan } from '../../../src/model/plan.ts';
import { inState, observed, planOf, planText, recordedOf, service } from '../../support/planning.ts';

function hook(...command: readonly string[]): JsonObject {
  return { command, user: null, privileged: false, working_dir: null, environment: {} };
}

const HOOKS: JsonObject = { post_start: [hook('up')], pre_stop: [hook('down')] };

function hooked(key: string, config: JsonObject = {}, draft: Parameters<typeof service>[1] = {}): DesiredResource {
  return service(key, { ...draft, config: { ...HOOKS, ...config } });
}

function hooksOf(plan: Plan, id: string): Json {
  return plan.steps.find((step) => step.id === id)?.args['hooks'] ?? null;
}

function stepsOf(plan: Plan): string {
  return planText(plan).split('steps:\n')[1] ?? '';
}

const OTHER = { process: { command: ['node', 'new.js'], cwd: '/srv', restart: 'no' } };

describe('lifecycle hooks in a plan', () => {
  it('come after each start and before its gate', () => {
    const plan = planOf([hooked('web')]);

    expect(planText(plan)).toBe(`service.web create (missing, git)
steps:
service.web:create
service.web:start ← service.web:create
service.web:post_start ← service.web:start
service.web:service_started ← service.web:create, service.web:post_start, service.web:start`);
  });

  it('come before each stop of what runs, and let it go on however they end', () => {
    const web = hooked('web');
    const plan = planOf([hooked('web', OTHER)], { objects: [observed(web)], recorded: recordedOf([web]) });

    expect(stepsOf(plan)).toBe(`service.web:pre_stop
service.web:stop ← service.web:pre_stop?
service.web:update ← service.web:stop
service.web:start ← service.web:update
service.web:post_start ← service.web:start
service.web:service_started ← service.web:post_start, service.web:start, service.web:stop, service.web:update`);
  });

  it('do not come before what their stop itself waits for', () => {
    const db = service('db');
    const web = hooked('web', {}, { needs: { db: { condition: 'service_healthy' } } });
    const changed = hooked('web', OTHER, { needs: { db: { condition: 'service_healthy' } } });
    const objects = [observed(db), observed(web)];
    const plan = planOf([db, changed], { objects, recorded: recordedOf([db, web]) });

    expect(plan.steps.find(({ id }) => id === 'service.web:pre_stop')?.depends_on).toEqual([
      { step: 'service.db:service_healthy', when: 'done' },
    ]);
  });

  it.each(['stopped', 'failed', 'paused', 'created'] as const)('are not run before the stop of what is %s', (state) => {
    const plan = planOf([], { objects: [inState(hooked('web'), state)] });

    expect(plan.steps.map(({ id }) => id)).not.toContain('service.web:pre_stop');
  });

  it('are not run where something only goes on after a pause', () => {
    const plan = planOf([hooked('web')], { objects: [inState(hooked('web'), 'paused')] });

    expect(plan.steps.map(({ verb }) => verb)).toEqual(['resume', 'service_started']);
  });

  it('change nothing by themselves', () => {
    const before = hooked('web', { pre_stop: [], post_start: [] });

    expect(planOf([hooked('web')], { objects: [observed(before)], recorded: recordedOf([before]) }).steps).toEqual([]);
  });

  it('are the last applied ones before a stop, and those to come after a start', () => {
    const before = hooked('web', { pre_stop: [hook('old', 'down')], post_start: [hook('old', 'up')] });
    const plan = planOf([hooked('web', OTHER)], { objects: [observed(before)], recorded: recordedOf([before]) });

    expect(hooksOf(plan, 'service.web:pre_stop')).toEqual([hook('old', 'down')]);
    expect(hooksOf(plan, 'service.web:post_start')).toEqual([hook('up')]);
  });

  it('are those of what really runs before a stop, where the run that started it did not end', () => {
    const applied = hooked('web', { pre_stop: [hook('first')] });
    const half = hooked('web', { pre_stop: [hook('second')] });
    const recorded = recordedOf([applied]);
    const known = recorded.resources['service.web'];
    if (known === undefined) throw new Error('nothing is recorded');
    const unfinished = { ...recorded, resources: { 'service.web': { ...known, unfinished: true } } };
    const plan = planOf([hooked('web', OTHER)], { objects: [observed(half)], recorded: unfinished });

    expect(hooksOf(plan, 'service.web:pre_stop')).toEqual([hook('second')]);
  });

  it('are known of what no manifest declares any more, with all that they need to be run', () => {
    const plan = planOf([], { objects: [observed(hooked('web', { environment_variables: { A: 'b' } }))] });

    expect(stepsOf(plan)).toBe(`service.web:pre_stop
service.web:stop ← service.web:pre_stop?
service.web:remove ← service.web:stop`);
    expect(plan.steps[0]?.args).toEqual({
      name: 'shop-web-1',
      hooks: [hook('down')],
      config: {
        process: { command: ['node', 'web.js'], cwd: '/srv', restart: 'no' },
        environment_variables: { A: 'b' },
      },
    });
  });

  it('take the secrets of what runs from the manifests', () => {
    const before = hooked('web', { environment_variables: { TOKEN: { $secret: 'old' }, A: 'old' } });
    const after = hooked('web', { environment_variables: { TOKEN: { $secret: 'new' }, A: 'new' } });
    const plan = planOf([after], { objects: [observed(before)], recorded: recordedOf([before]) });

    expect(plan.steps[0]?.args['config']).toMatchObject({
      environment_variables: { TOKEN: { $secret: 'new' }, A: 'old' },
    });
  });

  it('are run again in what a rollback brings back, and watched by it', () => {
    const overrides = { on_failure: 'rollback' } as const;
    const web = hooked('web', {}, { overrides });
    const plan = planOf([hooked('web', OTHER, { overrides })], {
      objects: [observed(web)],
      recorded: recordedOf([web]),
    });
    const restore = plan.steps.find(({ verb }) => verb === 'restore');
    const again = plan.steps.find(({ verb, phase }) => verb === 'post_start' && phase === 'recover');

    expect(restore?.depends_on).toContainEqual({ step: 'service.web:post_start', when: 'failed' });
    expect(restore?.depends_on.map(({ step }) => step)).not.toContain('service.web:pre_stop');
    expect(again?.depends_on).toEqual([{ step: 'service.web:restore', when: 'done' }]);
    const gate = plan.steps.find(({ phase, args }) => phase === 'gate' && args['restored'] === true);
    expect(gate?.depends_on).toContainEqual({ step: again?.id, when: 'done' });
  });
});
