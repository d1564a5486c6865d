import { describe, expect, it } from 'vitest';
import type { DesiredResource } from '../../../src/model/desired.ts';
import type { Plan } from '../../../src/model/plan.ts';
import { environment } from '../../support/builders.ts';
import { HEALTHY, inState, observed, planOf, planText, recordedOf, service, volume } from '../../support/planning.ts';

const OTHER = { process: { command: ['node', 'new.js'], cwd: '/srv', restart: 'no' } };

function backedUp(key = 'data', overrides: Partial<DesiredResource> = {}): DesiredResource {
  const { config } = volume(key);
  const metadata = { backup_enabled: true, backups_kept: 2 };
  return volume(key, { ...overrides, config: { ...config, ...overrides.config, metadata } });
}

function world(...resources: readonly DesiredResource[]): Parameters<typeof planOf>[1] {
  return { objects: resources.map((resource) => observed(resource)), recorded: recordedOf(resources) };
}

function stepsOf(plan: Plan): string {
  return planText(plan).split('steps:\n')[1] ?? '';
}

function verbs(plan: Plan): readonly string[] {
  return plan.steps.map(({ id }) => id);
}

function reader(key: string): DesiredResource {
  const storage = { volumes: { data: { type: 'volume', volume: 'data', mode: 'ro' } } };
  return service(key, { volumes: ['data'], config: { storage } });
}

describe('snapshots in a plan', () => {
  it('come between the stop of the old and the start of the new', () => {
    const db = service('db', { volumes: ['data'] });
    const plan = planOf([service('db', { volumes: ['data'], config: OTHER }), backedUp()], world(db, backedUp()));

    expect(stepsOf(plan)).toBe(`service.db:stop
volume.data:backup ← service.db:stop
service.db:update ← service.db:stop, volume.data:backup
service.db:start ← service.db:update, volume.data:backup
service.db:service_started ← service.db:start, service.db:stop, service.db:update`);
    expect(plan.steps[1]).toMatchObject({
      phase: 'stop',
      name: 'shop_data',
      changed: 'service.db',
      args: { name: 'shop_data', kept: 2, stopped: ['service.db'] },
      cause: 'before restart of service.db',
    });
  });

  it('are not taken for volumes that are not backed up, for readers, or for a restart of the same', () => {
    const db = service('db', { volumes: ['data'] });
    const changed = service('db', { volumes: ['data'], config: OTHER });
    const quiet = volume('data');
    const read = reader('db');
    const restart = { restart: new Set([db.address]) };

    expect(verbs(planOf([changed, quiet], world(db, quiet)))).not.toContain('volume.data:backup');
    const readingNew = { ...read, config: { ...read.config, ...OTHER } };
    expect(verbs(planOf([readingNew, backedUp()], world(read, backedUp())))).not.toContain('volume.data:backup');
    expect(verbs(planOf([db, backedUp()], world(db, backedUp()), restart))).not.toContain('volume.data:backup');
  });

  it('wait for all who write, restart whoever would go on writing, and leave readers alone', () => {
    const [db, other, read] = [
      service('db', { volumes: ['data'] }),
      service('other', { volumes: ['data'] }),
      reader('r'),
    ];
    const changed = service('db', { volumes: ['data'], config: OTHER });
    const plan = planOf([changed, other, read, backedUp()], world(db, other, read, backedUp()));

    expect(planText(plan)).toContain('service.other restart (restart_with_dependency, git)');
    expect(verbs(plan)).not.toContain('service.r:stop');
    expect(plan.steps.find(({ verb }) => verb === 'backup')?.depends_on.map(({ step }) => step)).toEqual([
      'service.db:stop',
      'service.other:stop',
    ]);
  });

  it('keep what is changed waiting until they are done, and whoever was only taken down until they ended', () => {
    const [db, other] = [service('db', { volumes: ['data'] }), service('other', { volumes: ['data'] })];
    const changed = service('db', { volumes: ['data'], config: OTHER });
    const plan = planOf([changed, other, backedUp()], world(db, other, backedUp()));
    const when = (id: string): unknown =>
      plan.steps.find((step) => step.id === id)?.depends_on.find(({ step }) => step === 'volume.data:backup')?.when;

    expect([when('service.db:start'), when('service.other:start')]).toEqual(['done', 'ended']);
  });

  it('come first where a writer waits for the gate of another', () => {
    const db = service('db', { volumes: ['data'], config: { health_check: HEALTHY } });
    const changed = service('db', { volumes: ['data'], config: { ...OTHER, health_check: HEALTHY } });
    const agent = service('agent', { volumes: ['data'], needs: { db: { condition: 'service_healthy' } } });
    const plan = planOf([changed, agent, backedUp()], world(db, agent, backedUp()));
    const order = verbs(plan);

    expect(order.indexOf('service.agent:stop')).toBeLessThan(order.indexOf('volume.data:backup'));
    expect(order.indexOf('volume.data:backup')).toBeLessThan(order.indexOf('service.db:start'));
    expect(order.indexOf('service.db:service_healthy')).toBeLessThan(order.indexOf('service.agent:start'));
  });

  it('are taken before the new configuration of what does not run: whoever starts it does so without a plan of it', () => {
    const db = service('db', { volumes: ['data'] });
    const stopped = service('db', { volumes: ['data'], config: { ...OTHER, run_state: 'stopped' } });
    const objects = [inState(db, 'stopped'), observed(backedUp())];
    const plan = planOf([stopped, backedUp()], { objects, recorded: recordedOf([db, backedUp()]) });

    expect(stepsOf(plan)).toBe(`service.db:stop
volume.data:backup ← service.db:stop
service.db:update ← service.db:stop, volume.data:backup`);
  });

  it('come before a volume goes, as it was last applied', () => {
    const gone = backedUp('data', { config: { labels: {}, protect: false, deletion_policy: 'delete' } });
    const plan = planOf([], world(gone, service('db', { volumes: ['data'] })));

    expect(stepsOf(plan)).toBe(`service.db:stop
volume.data:backup ← service.db:stop
service.db:remove ← service.db:stop, volume.data:backup?
volume.data:remove_volume ← service.db:remove, service.db:stop, volume.data:backup`);
  });

  it('come before `destroy --volumes` as the manifests say, whatever was applied', () => {
    const declared = new Map([[backedUp().address, backedUp()]]);
    const options = { mode: 'destroy', destroyData: true, declared, environment: environment([]) } as const;

    expect(verbs(planOf([], world(volume('data')), options))).toEqual([
      'volume.data:backup',
      'volume.data:remove_volume',
    ]);
  });

  it('of many volumes are planned in seconds', () => {
    const keys = Array.from({ length: 400 }, (_, index) => `v${index}`);
    const volumes = keys.map((key) => backedUp(key));
    const before = keys.map((key) => service(key, { volumes: [key] }));
    const after = keys.map((key) => service(key, { volumes: [key], config: OTHER }));
    const began = performance.now();
    const plan = planOf([...after, ...volumes], world(...before, ...volumes));

    expect(plan.steps.filter(({ verb }) => verb === 'backup')).toHaveLength(keys.length);
    expect(performance.now() - began).toBeLessThan(60_000);
  });

  it('come before a volume moves', () => {
    const data = backedUp('data', { name: 'shop_old' });
    const plan = planOf(
      [backedUp(), service('db', { volumes: ['data'] })],
      world(data, service('db', { volumes: ['data'] })),
    );
    const backup = plan.steps.find(({ verb }) => verb === 'backup');

    expect(backup).toMatchObject({ name: 'shop_old', args: { name: 'shop_old' } });
    expect(plan.steps.find(({ verb }) => verb === 'rename_volume')?.depends_on).toContainEqual({
      step: backup?.id,
      when: 'done',
    });
  });
});

describe('data that is put back', () => {
  const db = service('db', { volumes: ['data'] });
  const read = reader('read');
  const restored = new Map([[volume('data').address, 'snapshot-1']]);

  it('takes the place of what is there once nobody sees it, after a snapshot of that', () => {
    const targets = new Set([db.address, read.address, volume('data').address]);
    const plan = planOf([db, read, volume('data')], world(db, read, volume('data')), {
      fields: 'run_state',
      targets,
      restored,
    });
    const order = verbs(plan);

    expect(plan.steps.find(({ verb }) => verb === 'restore_data')).toMatchObject({
      phase: 'alter',
      args: { name: 'shop_data', snapshot: 'snapshot-1' },
      depends_on: [{ step: 'volume.data:backup', when: 'done' }],
    });
    for (const user of ['service.db', 'service.read']) {
      expect(order.indexOf(`${user}:stop`)).toBeLessThan(order.indexOf('volume.data:backup'));
      expect(order.indexOf('volume.data:restore_data')).toBeLessThan(order.indexOf(`${user}:start`));
    }
  });

  it('goes into the declared volume alone, and not into what is left over of its key', () => {
    const left = volume('data', { name: 'shop_left' });
    const plan = planOf([db, volume('data')], world(db, volume('data'), left), {
      fields: 'run_state',
      targets: new Set([db.address, volume('data').address]),
      restored,
    });

    expect(plan.steps.filter(({ verb }) => verb === 'restore_data').map(({ name }) => name)).toEqual(['shop_data']);
  });

  it('goes into the volume under the name that it has, where the declared one is still to come', () => {
    const plan = planOf([volume('data', { name: 'shop_new' })], world(volume('data')), {
      fields: 'run_state',
      restored,
    });

    expect(plan.steps.filter(({ verb }) => verb === 'restore_data').map(({ name }) => name)).toEqual(['shop_data']);
  });

  it('needs a volume that is there', () => {
    const plan = planOf([db, volume('data')], {}, { restored });

    expect(plan.applyable).toBe(false);
    expect(plan.diagnostics.map(({ summary }) => summary)).toEqual([
      'volume.data is not there, so nothing can be put back into it',
    ]);
  });
});
