import { describe, expect, it } from 'vitest';
import { fieldPath } from '../../../src/model/field-path.ts';
import { memberAt } from '../../../src/model/json.ts';
import { simulatedModel } from '../../support/simulated/model/model.ts';
import { planNow, reconcile } from '../../support/simulated/reconcile.ts';
import { environment, NEVER, observed, scene } from './scene.ts';

const LIMIT = fieldPath('resource_limits', 'memory_limit');

describe('the traps of the simulated engine', () => {
  it('an update takes nothing for unchanged, so a lifted limit replaces the service', async () => {
    const { engine, driver } = scene();
    await reconcile(driver, environment([{ memory_limit: '64MiB' }]));
    const before = engine.world.get('shop-s0-1').id;

    engine.calls
      .update({ type: 'service', name: 'shop-s0-1' }, { resource_limits: { memory_limit: null } })
      .effects[0]();
    expect(memberAt(engine.world.get('shop-s0-1').config, 'resource_limits', 'memory_limit')).toBe('64MiB');

    await reconcile(driver, environment([{ memory_limit: null }]));
    expect(engine.world.get('shop-s0-1').id).not.toBe(before);
    expect((await planNow(driver, environment([{}]))).changes).toEqual([]);
  });

  it('an engine that can lift limits says so in its facts, and is believed', async () => {
    const { engine, driver } = scene({ traps: { zero_means_unchanged: false } });
    await reconcile(driver, environment([{ memory_limit: '64MiB' }]));
    const before = engine.world.get('shop-s0-1').id;

    const plan = await planNow(driver, environment([{}]));
    await reconcile(driver, environment([{}]));

    expect(plan.changes.flatMap((change) => change.differences.map(({ effect }) => effect))).toEqual(['in_place']);
    expect(engine.world.get('shop-s0-1').id).toBe(before);
    expect((await planNow(driver, environment([{}]))).changes).toEqual([]);
    expect(simulatedModel.effect('service', LIMIT, '64MiB', null, null)).toBe('replace');
  });

  for (const stale of [true, false]) {
    it(`a stopped service ${stale ? 'cannot' : 'can'} start on a network that was made anew, ids ${stale ? '' : 'not '}counting`, async () => {
      const { engine, driver } = scene({ traps: { stale_network_ids: stale } });
      await reconcile(driver, environment([{}]));
      engine.world.stop('shop-s0-1');
      const network = { type: 'network', name: 'shop_default' } as const;
      const { config, ownership } = engine.world.get(network.name, 'network');
      for (const effect of engine.calls.remove(network).effects) effect();
      engine.calls.create(network, { config, ownership, mounts: [] }, null).effects[0]();

      const start = (): void => engine.world.start('shop-s0-1');

      if (stale) expect(start).toThrow('not found');
      else expect(start).not.toThrow();
      await reconcile(driver, environment([{}]));
      expect((await planNow(driver, environment([{}]))).changes).toEqual([]);
      expect(engine.world.get('shop-s0-1').life?.state).toBe('running');
    });
  }

  for (const lost of [true, false]) {
    it(`aliases ${lost ? 'are lost' : 'come back'} when somebody reconnects without them`, async () => {
      const { engine, driver } = scene({ traps: { aliases_lost: lost } });
      await reconcile(driver, environment([{ alias: 'api' }]));
      const service = { type: 'service', name: 'shop-s0-1' } as const;
      const { id } = engine.world.get('shop_default', 'network');

      engine.calls.disconnect(service, id).effects[0]();
      engine.calls.connect(service, { network: 'shop_default', key: 'default', aliases: [] }).effects[0]();

      const plan = await planNow(driver, environment([{ alias: 'api' }]));
      expect(plan.changes.map(({ address }) => address)).toEqual(lost ? ['service.s0'] : []);
    });
  }

  it('two networks can have one name, and the driver makes no use of it', async () => {
    const { engine, driver } = scene();
    const wanted = environment([{}]);
    const plan = await planNow(driver, wanted);
    await reconcile(driver, wanted);
    const step = plan.steps.find(({ id }) => id === 'network.default:create');
    if (step === undefined) throw new Error('no step makes the network');
    const actuator = await driver.actuator({ name: 'simulated', driver: 'simulated', settings: {} });
    const ownership = {
      owner: 'owner-of-these-tests',
      project: 'shop',
      environment: 'local',
      checkout: null,
      revision: null,
    };
    const vault = { reveal: () => '', mask: (text: string) => text };

    await actuator.run(step, {
      signal: NEVER,
      vault,
      owners: [ownership.owner],
      run: '01test',
      ownership,
      progress: () => {},
    });
    expect(engine.objects.named({ type: 'network', name: 'shop_default' })).toHaveLength(1);

    engine.calls
      .create({ type: 'network', name: 'shop_default' }, { config: {}, ownership: null, mounts: [] }, null)
      .effects[0]();
    expect(engine.objects.named({ type: 'network', name: 'shop_default' })).toHaveLength(2);
  });

  it('what is paused can be neither started nor stopped, and the driver resumes it first', async () => {
    const { engine, driver } = scene();
    await reconcile(driver, environment([{}]));
    engine.world.pause('shop-s0-1');
    const service = { type: 'service', name: 'shop-s0-1' } as const;

    expect(() => engine.calls.start(service).effects[0]()).toThrow('paused');
    expect(() => engine.calls.stop(service).effects[0]()).toThrow('paused');

    await reconcile(driver, environment([{}]), { plan: { restart: new Set(['service.s0']) } });
    expect(engine.world.get('shop-s0-1').life).toMatchObject({ state: 'running', starts: 2 });
  });

  it('observation writes values differently and adds its own, which is no difference', async () => {
    const { driver } = scene();
    const wanted = environment([{ memory_limit: '64MiB', cpu_limit: 0.5, alias: 'api', health: 'test' }]);
    await reconcile(driver, wanted);

    const { configured } = await observed(driver);

    expect(configured).toMatchObject({
      labels: { 'simulated.engine/since': '2020' },
      resource_limits: { memory_limit: 64 * 1024 * 1024, cpu_limit: '0.5' },
      health_check: { interval: 1000 },
      networking: { networks: { default: { aliases: ['s0', 'api'] } } },
    });
    expect((await planNow(driver, wanted)).changes).toEqual([]);
  });

  it('a start can be answered although the process is gone again', async () => {
    const { engine, driver } = scene();

    const { run } = await reconcile(driver, environment([{ behaviour: ['exit=3'] }]));

    expect(run.steps.map(({ id, status }) => [id, status])).toContainEqual(['service.s0:start', 'done']);
    expect(run.steps.find(({ phase }) => phase === 'gate')).toMatchObject({
      status: 'failed',
      error: { code: 'gate_exited' },
    });
    expect(engine.world.get('shop-s0-1').life).toMatchObject({ state: 'failed', exit_code: 3 });
  });

  it('a service can need a few probes to become healthy', async () => {
    const { engine, driver } = scene();

    const { run } = await reconcile(driver, environment([{ health: 'test', behaviour: ['healthy_after=2'] }]));

    expect(run.status).toBe('succeeded');
    expect(engine.log.entries.filter(({ kind }) => kind === 'probe')).toHaveLength(3);
  });

  it('a service can exit while it is probed', async () => {
    const { driver } = scene();

    const { run } = await reconcile(driver, environment([{ health: 'endpoint', behaviour: ['exits_after=1:7'] }]));

    expect(run.steps.find(({ phase }) => phase === 'gate')?.error?.code).toBe('gate_exited');
    expect((await observed(driver)).status.exit_code).toBe(7);
  });

  it('an engine with verdicts of its own reaches them as its clock moves', async () => {
    const { engine, driver } = scene({ traps: { health_verdicts: true } });
    const services = [{ health: 'test', behaviour: ['healthy_after=1'] }, { health: 'test' }] as const;
    engine.world.behave('shop-s1-1', { failing_probes: Number.POSITIVE_INFINITY });
    const running = reconcile(driver, environment(services), { signal: AbortSignal.timeout(200) });
    await running;
    const verdicts = async (): Promise<readonly string[]> =>
      Promise.all(['shop-s0-1', 'shop-s1-1'].map(async (name) => (await observed(driver, name)).status.health));

    expect(await verdicts()).toEqual(['starting', 'starting']);
    engine.advance(2000);
    expect((await verdicts())[0]).toBe('healthy');
    engine.advance(2000);
    expect(await verdicts()).toEqual(['healthy', 'unhealthy']);
  });

  it('a restart policy brings a killed service back, later and later', async () => {
    const { engine, driver } = scene();
    await reconcile(driver, environment([{}]));
    engine.world.editField('shop-s0-1', fieldPath('container', 'restart'), 'always');

    engine.world.kill('shop-s0-1');
    expect(engine.world.get('shop-s0-1').life).toMatchObject({ state: 'running', restarts: 1 });
    engine.world.kill('shop-s0-1');
    expect(engine.world.get('shop-s0-1').life?.state).toBe('restarting');
    engine.advance(100);
    expect(engine.world.get('shop-s0-1').life).toMatchObject({ state: 'running', restarts: 2 });
  });
});
