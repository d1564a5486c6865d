import { beforeEach, describe, expect, it } from 'vitest';
import type { Address } from '../../../src/model/address.ts';
import type { DesiredEnvironment, DesiredResource, EngineDeclaration } from '../../../src/model/desired.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { planText } from '../../support/planning.ts';
import { crashPoints } from '../../support/simulated/faults.ts';
import { simulatedDriver } from '../../support/simulated/driver.ts';
import { type SimulatedEngine, simulatedEngine } from '../../support/simulated/engine.ts';
import { planNow, type Reconciled, reconcile, type ReconcileOptions } from '../../support/simulated/reconcile.ts';
import { desired, environment } from '../../support/builders.ts';

const VM = { type: 'vm', name: 'shop-builder' } as const;

const OTHER = { type: 'vm', name: 'shop-other' } as const;

const HOST: EngineDeclaration = { name: 'host', driver: 'simulated', settings: {} };

function vm(config: JsonObject = {}, overrides: Partial<DesiredResource> = {}): DesiredResource {
  return desired('builder', {
    type: 'vm',
    name: VM.name,
    engine: 'host',
    deletion_policy: 'delete',
    config: { cpus: 2, disk: '10GiB', run_state: 'running', ...config, protect: false, deletion_policy: 'delete' },
    ...overrides,
  });
}

interface Draft {
  readonly engine?: 'host' | 'inner';
  readonly needs?: readonly Address[];
  readonly command?: readonly string[];
  readonly overrides?: Partial<DesiredResource>;
}

function service(
  key: string,
  { engine = 'inner', needs = [], command = ['serve'], overrides = {} }: Draft = {},
): DesiredResource {
  const all: readonly Address[] = engine === 'inner' ? [...needs, 'vm.builder'] : needs;
  return desired(key, {
    engine,
    config: {
      process: { command },
      labels: {},
      environment_variables: {},
      dependencies: Object.fromEntries(
        needs.map((address) => [address, { condition: 'service_started', restart: false, criticality: 'required' }]),
      ),
      run_state: 'running',
    },
    dependencies: all.map(on),
    ...overrides,
  });
}

function volume(key: string, overrides: Partial<DesiredResource> = {}): DesiredResource {
  const config = { labels: {}, protect: overrides.protect ?? false, deletion_policy: 'delete' };
  return desired(key, {
    type: 'volume',
    name: `shop_${key}`,
    engine: 'inner',
    deletion_policy: 'delete',
    config,
    uses: ['vm.builder'],
    ...overrides,
  });
}

function shop(machine: DesiredResource, ...resources: readonly DesiredResource[]): DesiredEnvironment {
  const other = resources.find(({ address }) => address === 'vm.other');
  const far = other === undefined ? {} : { far: engineIn('far', other) };
  return environment([machine, ...resources], { engines: { host: HOST, inner: engineIn('inner', machine), ...far } });
}

function engineIn(name: string, { address, key, name: machine, config }: DesiredResource): EngineDeclaration {
  const inside = { provider: address, name: machine, config, engine: HOST };
  return { name, driver: 'simulated', settings: { vm: key }, inside };
}

function on(address: Address): DesiredResource['dependencies'][number] {
  return { address, condition: 'service_started', restart: false, criticality: 'required' };
}

let host: SimulatedEngine;
let inner: SimulatedEngine;
/** In another machine. */
let distant: SimulatedEngine;

beforeEach(renew);

function renew(): void {
  host = simulatedEngine({ name: 'host' });
  inner = simulatedEngine({ name: 'inner', provided_by: { engine: host, object: VM, address: 'vm.builder' } });
  distant = simulatedEngine({ name: 'far', provided_by: { engine: host, object: OTHER, address: 'vm.other' } });
}

const driver = simulatedDriver(({ name }) => ({ inner, far: distant })[name] ?? host);

function applied(wanted: DesiredEnvironment, options: ReconcileOptions = {}): Promise<Reconciled> {
  return reconcile(driver, wanted, options);
}

/** What was done, as `address verb`, of both stages in their order. */
function doneIn({ run }: Reconciled): readonly string[] {
  return run.steps.filter(({ status }) => status === 'done').map(({ id }) => id);
}

async function planned(wanted: DesiredEnvironment): Promise<string> {
  return planText(await planNow(driver, wanted));
}

describe('what runs inside of a machine that does not exist yet', () => {
  it('is planned as creations behind a look inside', async () => {
    const wanted = shop(vm(), service('db'), service('web', { needs: ['service.db'] }));

    const plan = await planNow(driver, wanted);

    expect(planText(plan)).toBe(
      [
        'service.db create (missing, git)',
        'service.web create (missing, git)',
        'vm.builder create (missing, git)',
        'steps:',
        'vm.builder:create',
        'vm.builder:start ← vm.builder:create',
        'vm.builder:service_started ← vm.builder:create, vm.builder:start',
        'vm.builder:look_inside ← vm.builder:create, vm.builder:service_started, vm.builder:start',
        'service.db:create ← vm.builder:look_inside',
        'service.web:create ← vm.builder:look_inside',
        'service.db:start ← service.db:create, vm.builder:look_inside, vm.builder:service_started',
        'service.db:service_started ← service.db:create, service.db:start, vm.builder:look_inside',
        'service.web:start ← service.db:service_started, service.web:create, vm.builder:look_inside, vm.builder:service_started',
        'service.web:service_started ← service.web:create, service.web:start, vm.builder:look_inside',
      ].join('\n'),
    );
    expect(plan.changes.map(({ address, after_unknown: unknown }) => [address, unknown])).toEqual([
      ['service.db', true],
      ['service.web', true],
      ['vm.builder', false],
    ]);
    expect(plan).toMatchObject({
      applyable: true,
      complete: true,
      second_stage: [{ engine: 'inner', provided_by: 'vm.builder', addresses: ['service.db', 'service.web'] }],
    });
  });

  it('is made in the same run, and nothing is left to do', async () => {
    const wanted = shop(
      vm(),
      volume('data'),
      service('db'),
      service('front', { engine: 'host', needs: ['service.db'] }),
    );

    const { run } = await applied(wanted);

    expect(run).toMatchObject({ status: 'succeeded' });
    expect(inner.world.get('shop-db-1').life).toMatchObject({ state: 'running' });
    expect(host.world.get('shop-front-1').life).toMatchObject({ state: 'running' });
    expect(await planned(wanted)).toBe('');
  });

  it('has what depends on it outside wait for the second stage, and nothing else', async () => {
    const wanted = shop(
      vm(),
      service('db'),
      service('front', { engine: 'host', needs: ['service.db'] }),
      service('beside', { engine: 'host' }),
    );

    const done = doneIn(await applied(wanted));

    const look = done.indexOf('vm.builder:look_inside');
    expect(done.indexOf('service.beside:start')).toBeLessThan(look);
    expect(done.indexOf('service.front:create')).toBeGreaterThan(look);
  });

  it('is not begun where the machine fails, and says because of whom', async () => {
    host.faults.add({ kind: 'fail', verb: 'start', object: VM.name });

    const { run } = await applied(shop(vm(), service('db')));

    expect(run.status).toBe('failed');
    expect(run.steps.map(({ id, status, skipped_because: because }) => `${id} ${status} ${because ?? ''}`)).toContain(
      'service.db:create skipped vm.builder:start',
    );
    expect(inner.log.calls).toEqual([]);
  });

  it('is unknown where its machine is not made by this plan', async () => {
    const plan = await planNow(driver, shop(vm(), service('db')), { plan: { targets: new Set(['service.db']) } });

    expect(plan).toMatchObject({ changes: [], applyable: false, complete: false });
    expect(plan.inputs.engines).toContainEqual(expect.objectContaining({ name: 'inner', provided_by: 'vm.builder' }));
  });
});

describe('what runs inside of one of two machines', () => {
  /** A service in each, and one in the first that needs the one in the other. */
  function shopInTwo(policy: DesiredResource['on_failure']): DesiredEnvironment {
    const config = { ready: { timeout: '0s' } };
    const other = { address: 'vm.other', key: 'other', name: OTHER.name } as const;
    return shop(
      vm(config, { on_failure: policy }),
      service('db'),
      service('web', { needs: ['service.remote'] }),
      vm(config, { ...other, on_failure: policy }),
      service('remote', { overrides: { engine: 'far', dependencies: [on('vm.other')] } }),
    );
  }

  function endsOf({ run }: Reconciled): readonly string[] {
    return run.steps.map(({ id, status, skipped_because: cause }) => `${id} ${status} ${cause ?? ''}`.trim());
  }

  it.each([
    {
      trouble: 'does not start',
      cause: 'vm.other:start',
      begin: () => host.faults.add({ kind: 'fail', verb: 'start', object: OTHER.name }),
      end: () => {},
    },
    {
      trouble: 'has an engine that never answers',
      cause: 'vm.other:look_inside',
      begin: () => distant.world.goDown('the daemon died'),
      end: () => distant.world.comeUp(),
    },
  ])('is made where the other one $trouble and the rest is to go on', async ({ cause, begin, end }) => {
    begin();
    const done = await applied(shopInTwo('continue'));

    expect(done.run.status).toBe('failed');
    expect(endsOf(done)).toEqual(
      expect.arrayContaining([
        'service.db:service_started done',
        `service.remote:create skipped ${cause}`,
        `service.web:create skipped ${cause}`,
      ]),
    );
    expect(distant.log.calls).toEqual([]);

    end();
    const again = await applied(shopInTwo('continue'));
    expect(again.run.status).toBe('succeeded');
    expect(await planned(shopInTwo('continue'))).toBe('');
  });

  it('says of each machine what is wrong with it, where neither can be gone on with', async () => {
    const wanted = shopInTwo('continue');
    expect((await applied(wanted)).run.status).toBe('succeeded');
    for (const { name } of [VM, OTHER]) host.world.stop(name, 'vm');
    inner.world.stop('shop-db-1');
    distant.world.goDown('the daemon died');

    const other = shop(
      vm({ ready: { timeout: '0s' } }, { on_failure: 'continue' }),
      service('db', { command: ['serve', 'more'] }),
      ...[...wanted.resources.values()].filter(
        ({ address }) => address.endsWith('other') || address.endsWith('remote'),
      ),
    );
    const { run } = await applied(other);

    const looks = run.steps.filter(({ verb }) => verb === 'look_inside');
    expect(looks.map(({ address, error }) => [address, error?.code])).toEqual([
      ['vm.builder', 'second_stage_refused'],
      ['vm.other', 'engine_unreachable'],
    ]);
    distant.world.comeUp();
  });

  it('is not begun where a failure of the other one is to end it all', async () => {
    distant.world.goDown('the daemon died');

    const done = await applied(shopInTwo('stop'));

    expect(endsOf(done)).toContain('service.db:create skipped vm.other:look_inside');
    expect([...inner.log.calls, ...distant.log.calls]).toEqual([]);
  });
});

describe('what runs inside of a machine that is down', () => {
  /** As the power cut leaves it. */
  async function cut(wanted: DesiredEnvironment): Promise<void> {
    await applied(wanted);
    for (const name of ['shop-db-1', 'shop-web-1']) if (inner.world.has(name)) inner.world.stop(name);
    host.world.stop(VM.name, 'vm');
  }

  it('is looked at once the machine is up again, and brought up with it', async () => {
    const wanted = shop(vm(), service('db'), service('web', { needs: ['service.db'] }));
    await cut(wanted);

    const plan = await planNow(driver, wanted);
    const { run } = await applied(wanted);

    expect(planText(plan)).toBe(
      [
        'vm.builder update (not_running, unknown)',
        '  $[\'run_state\']: "stopped" → "running" [in_place, unknown]',
        'steps:',
        'vm.builder:update',
        'vm.builder:start ← vm.builder:update',
        'vm.builder:service_started ← vm.builder:start, vm.builder:update',
        'vm.builder:look_inside ← vm.builder:service_started, vm.builder:start, vm.builder:update',
      ].join('\n'),
    );
    expect(plan).toMatchObject({ applyable: true, complete: true, drift: [{ address: 'vm.builder' }] });
    expect(run.status).toBe('succeeded');
    expect(run.found_inside?.map(({ address, action }) => `${address} ${action}`)).toEqual([
      'service.db update',
      'service.web update',
    ]);
    expect(await planned(wanted)).toBe('');
  });

  it('is made where it is missing', async () => {
    await cut(shop(vm(), service('db')));
    const wanted = shop(vm(), service('db'), service('web'));

    const { run } = await applied(wanted);

    expect(run.status).toBe('succeeded');
    expect(await planned(wanted)).toBe('');
  });

  it('is never removed, replaced or changed by a plan that has not shown it', async () => {
    await cut(shop(vm(), service('db'), service('web')));
    const before = inner.snapshot();

    const { run } = await applied(shop(vm(), service('db', { command: ['serve', 'more'] })));

    expect(run.status).toBe('failed');
    expect(run.steps.at(-1)).toMatchObject({
      id: 'vm.builder:look_inside',
      status: 'failed',
      error: { code: 'second_stage_refused' },
    });
    expect(inner.snapshot()).toBe(before);
  });

  it('is at rest where the machine is meant to be', async () => {
    await cut(shop(vm(), service('db')));
    const resting = shop(vm({ run_state: 'stopped' }), service('db'));

    const plan = await planNow(driver, resting);
    const { run } = await applied(resting);

    expect(plan).toMatchObject({ applyable: true, complete: true, changes: [], drift: [], left_alone: ['service.db'] });
    expect(plan.inputs.engines).toContainEqual(expect.objectContaining({ name: 'inner', status: 'resting' }));
    expect(run).toMatchObject({ status: 'succeeded', gates: [] });
  });

  it('goes with a machine that goes', async () => {
    const wanted = shop(vm(), service('db'));
    await cut(wanted);

    const { run } = await applied(
      { ...wanted, resources: new Map() },
      { plan: { mode: 'destroy', destroyData: true } },
    );

    expect(run.status).toBe('succeeded');
    expect(host.world.has(VM.name, 'vm')).toBe(false);
    expect(inner.objects.all()).toEqual([]);
  });

  it('is unreachable, and not missing, where nothing brings it back', async () => {
    const wanted = shop(vm(), service('db'));
    await applied(wanted);
    inner.world.goDown('the daemon died');

    const plan = await planNow(driver, wanted);

    expect(plan).toMatchObject({ changes: [], drift: [], applyable: false, complete: false });
  });
});

describe('what runs inside of a machine that changes', () => {
  it('restarts along what asked for that outside of it, and is told to', async () => {
    const shopWith = (machine: DesiredResource): DesiredEnvironment => {
      const front = service('front', { engine: 'host' });
      const needed = {
        address: 'service.db',
        condition: 'service_started',
        restart: true,
        criticality: 'required',
      } as const;
      const { address: _, ...declared } = needed;
      const config = { ...front.config, dependencies: { 'service.db': declared } };
      return shop(machine, service('db'), { ...front, config, dependencies: [needed] });
    };
    await applied(shopWith(vm()));
    const wanted = shopWith(vm({ cpus: 4 }));

    let steps = 0;
    // It goes down with its machine, which is what the first step takes down.
    const { plan, run } = await applied(wanted, {
      onStep: () => {
        if ((steps += 1) === 1) inner.world.stop('shop-db-1');
      },
    });

    expect(plan.changes[0]?.impact.restarts).toEqual(['vm.builder', 'service.db', 'service.front']);
    expect(run.status).toBe('succeeded');
    expect(run.found_inside?.map(({ address, reason }) => `${address} ${reason}`)).toEqual([
      'service.db not_running',
      'service.front restart_with_dependency',
    ]);
    expect(await planned(wanted)).toBe('');
  });

  it('goes down with it, and its own changes wait for the second stage', async () => {
    await applied(shop(vm(), service('db')));
    const wanted = shop(vm({ cpus: 4 }), service('db', { command: ['serve', 'more'] }));

    const plan = await planNow(driver, wanted);
    const { run } = await applied(wanted);

    expect(plan.changes.map(({ address, action }) => `${address} ${action}`)).toEqual([
      'service.db replace',
      'vm.builder restart',
    ]);
    expect(plan.changes.at(-1)?.impact.restarts).toEqual(['vm.builder', 'service.db']);
    const ids = plan.steps.map(({ id }) => id);
    expect(ids.filter((id) => id.startsWith('service.db'))).toEqual(
      ids.slice(ids.indexOf('vm.builder:look_inside') + 1),
    );
    expect(run.status).toBe('succeeded');
    expect(await planned(wanted)).toBe('');
  });

  it('is lost with a machine that is made anew, named before, and made anew', async () => {
    await applied(shop(vm(), volume('data'), service('db')));
    const smaller = shop(vm({ disk: '5GiB' }), volume('data'), service('db'));

    const plan = await planNow(driver, smaller);
    const { run } = await applied(smaller);

    expect(plan.changes.map(({ address, action, after_unknown: unknown }) => [address, action, unknown])).toEqual([
      ['service.db', 'create', true],
      ['vm.builder', 'replace', false],
      ['volume.data', 'create', true],
    ]);
    expect(plan.changes[1]?.impact).toMatchObject({ data_loss: true, data_at_risk: ['vm.builder', 'volume.data'] });
    expect(run.status).toBe('succeeded');
    expect(await planned(smaller)).toBe('');
  });

  it('keeps its machine where it is protected', async () => {
    const kept = volume('data', { protect: true });
    await applied(shop(vm(), kept, service('db')));

    const plan = await planNow(driver, shop(vm({ disk: '5GiB' }), kept, service('db')));

    expect(planText(plan)).toBe('vm.builder withheld (protected)');
  });

  it('is removed before its machine', async () => {
    const wanted = shop(vm(), volume('data'), service('db'));
    await applied(wanted);
    const options = { plan: { mode: 'destroy', destroyData: true } } as const;

    const plan = await planNow(driver, { ...wanted, resources: new Map() }, options);

    const ids = plan.steps.map(({ id }) => id);
    expect(ids.slice(-2)).toEqual(['vm.builder:stop', 'vm.builder:remove']);
    expect(plan.steps.find(({ id }) => id === 'vm.builder:stop')?.depends_on).toContainEqual({
      step: 'volume.data:remove',
      when: 'done',
    });
  });
});

describe('a second stage that does not get there', () => {
  it('says of an engine that never answers why', async () => {
    inner.world.goDown('the daemon died');

    const { run } = await applied(shop(vm({ ready: { timeout: '0s' } }), service('db')));

    expect(run.status).toBe('failed');
    expect(run.steps.find(({ id }) => id === 'vm.builder:look_inside')).toMatchObject({
      status: 'failed',
      error: { code: 'engine_unreachable', message: expect.stringContaining('the daemon died') as string },
    });
    expect(run.steps.find(({ id }) => id === 'service.db:create')).toMatchObject({
      status: 'skipped',
      skipped_because: 'vm.builder:look_inside',
    });
    inner.world.comeUp();
  });

  it('ends where somebody interrupts it, and goes on with the next apply', async () => {
    const wanted = shop(vm(), service('db'), service('web', { needs: ['service.db'] }));
    const stop = new AbortController();
    const { run } = await applied(wanted, {
      signal: stop.signal,
      onStep: () => {
        if (inner.world.has('shop-db-1')) stop.abort(new Error('Ctrl-C'));
      },
    });

    expect(run.status).toBe('cancelled');
    expect(host.world.get(VM.name, 'vm').life).toMatchObject({ state: 'running' });

    expect((await applied(wanted)).run.status).toBe('succeeded');
    expect(await planned(wanted)).toBe('');
  });

  it('is gone on with after a crash at any call, and leaves nothing twice', async () => {
    const wanted = shop(
      vm(),
      volume('data'),
      service('db'),
      service('front', { engine: 'host', needs: ['service.db'] }),
    );
    await applied(wanted);
    const points = [
      ...crashPoints(host.log).map((fault) => ({ engine: () => host, fault })),
      ...crashPoints(inner.log).map((fault) => ({ engine: () => inner, fault })),
    ];

    expect(points.length).toBeGreaterThan(15);
    for (const { engine, fault } of points) {
      renew();
      engine().faults.add(fault);
      await applied(wanted).catch(() => undefined);
      host.crash();
      inner.crash();
      const { run } = await applied(wanted);

      expect(run.status, JSON.stringify(fault)).toBe('succeeded');
      expect(await planned(wanted)).toBe('');
      expect([...host.objects.all(), ...inner.objects.all()].map(({ name }) => name).toSorted()).toEqual([
        'shop-builder',
        'shop-db-1',
        'shop-front-1',
        'shop_data',
      ]);
    }
  });
});

describe('dependencies between machines and services', () => {
  it('are kept both ways', async () => {
    const registry = service('registry', { engine: 'host' });
    const machine = vm(
      {
        dependencies: { 'service.registry': { condition: 'service_started', restart: false, criticality: 'required' } },
      },
      {
        dependencies: [
          { address: 'service.registry', condition: 'service_started', restart: false, criticality: 'required' },
        ],
      },
    );
    const probe = service('probe', { engine: 'host', needs: ['vm.builder'] });

    const wanted = shop(machine, registry, probe);

    expect(await planned(wanted)).toBe(
      [
        'service.probe create (missing, git)',
        'service.registry create (missing, git)',
        'vm.builder create (missing, git)',
        'steps:',
        'service.probe:create',
        'service.registry:create',
        'vm.builder:create',
        'service.registry:start ← service.registry:create',
        'service.registry:service_started ← service.registry:create, service.registry:start',
        'vm.builder:start ← service.registry:service_started, vm.builder:create',
        'vm.builder:service_started ← vm.builder:create, vm.builder:start',
        'service.probe:start ← service.probe:create, vm.builder:service_started',
        'service.probe:service_started ← service.probe:create, service.probe:start',
      ].join('\n'),
    );
  });
});
