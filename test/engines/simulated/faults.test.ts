import { describe, expect, it } from 'vitest';
import { failureOf } from '../../../src/model/failure.ts';
import type { Step } from '../../../src/model/plan.ts';
import { crashPoints, SimulatedCrash } from '../../support/simulated/faults.ts';
import { assertInvariants, brokenEdges, volumeData } from '../../support/simulated/invariants.ts';
import { NO_SECRETS, OWNER, planNow, reconcile } from '../../support/simulated/reconcile.ts';
import { environment, NEVER, observed, type Scene, scene } from './scene.ts';
import { SEALER } from '../../support/sealer.ts';

const DECLARATION = { name: 'simulated', driver: 'simulated', settings: {} };
const OWNERSHIP = { owner: OWNER, project: 'shop', environment: 'local', checkout: null, revision: null };

async function runFirst({ driver }: Scene, step: Step, signal: AbortSignal = NEVER): Promise<unknown> {
  const actuator = await driver.actuator(DECLARATION);
  return actuator.run(step, {
    signal,
    vault: NO_SECRETS,
    owners: [OWNERSHIP.owner],
    run: '01test',
    ownership: OWNERSHIP,
    progress: () => {},
  });
}

async function firstStep({ driver }: Scene): Promise<Step> {
  const { steps } = await planNow(driver, environment([]));
  const [step] = steps;
  if (step === undefined) throw new Error('nothing is planned');
  return step;
}

describe('the faults of the simulated engine', () => {
  it('a call can be refused before it takes effect', async () => {
    const stage = scene();
    stage.engine.faults.add({ kind: 'fail', code: 'engine_unreachable' });

    await expect(runFirst(stage, await firstStep(stage))).rejects.toMatchObject({ code: 'engine_unreachable' });

    expect(stage.engine.objects.all()).toEqual([]);
  });

  it('an answer can be lost after the call took effect, and repeating it does no harm', async () => {
    const stage = scene();
    stage.engine.faults.add({ kind: 'lose_answer', nth: 1 });
    const step = await firstStep(stage);

    await expect(runFirst(stage, step)).rejects.toMatchObject({ code: 'engine_unreachable', retryable: true });
    await runFirst(stage, step);

    expect(stage.engine.objects.all('network')).toHaveLength(1);
  });

  for (const takesEffect of [true, false]) {
    it(`a call can stall until the caller gives up, ${takesEffect ? 'having taken' : 'without'} effect`, async () => {
      const stage = scene();
      stage.engine.faults.add({ kind: 'stall', takes_effect: takesEffect });
      const step = await firstStep(stage);
      const controller = new AbortController();
      const reason = new Error('enough');

      const stalled = runFirst(stage, step, controller.signal);
      setImmediate(() => controller.abort(reason));

      await expect(stalled).rejects.toBe(reason);
      expect(stage.engine.objects.all('network')).toHaveLength(takesEffect ? 1 : 0);
    });
  }

  it('a fault strikes the call that it names, once', async () => {
    const { engine, driver } = scene();
    engine.faults.add({ kind: 'fail', verb: 'start', object: 'shop-s1-1' });

    const { run } = await reconcile(driver, environment([{}, {}, {}]));
    const failed = run.steps.filter(({ status }) => status === 'failed').map(({ id }) => id);
    const again = await reconcile(driver, environment([{}, {}, {}]));

    expect(failed).toEqual(['service.s1:start']);
    expect(again.run.status).toBe('succeeded');
  });

  it('a crash ends every connection of that process, and the world lives on', async () => {
    const stage = scene();
    const { engine, driver } = stage;
    await reconcile(driver, environment([{}]));
    const observer = await driver.observer(DECLARATION, SEALER);
    const scope = { owners: [OWNER], project: 'shop', environment: 'local', names: {} };
    engine.faults.add({ kind: 'crash', verb: 'stop', moment: 'sent' });

    const { run } = await reconcile(driver, environment([{ image: 1 }]));

    expect(run.status).toBe('failed');
    expect(engine.crashes).toBe(1);
    await expect(observer.observe(scope, NEVER)).rejects.toBeInstanceOf(SimulatedCrash);
    expect((await observed(driver)).status.run_state).toBe('stopped');
  });

  it('a crash between two effects of a call leaves half of them', async () => {
    const { engine, driver } = scene();
    engine.faults.add({ kind: 'crash', verb: 'create', object: 'shop-s0-1', moment: 'half' });

    await reconcile(driver, environment([{}]));

    expect(engine.world.get('shop-s0-1').attachments.size).toBe(0);
    await reconcile(driver, environment([{}]));
    expect((await planNow(driver, environment([{}]))).changes).toEqual([]);
  });

  it('every call has its crash points, and those of two effects one more', async () => {
    const { engine, driver } = scene();
    await reconcile(driver, environment([{}]));

    const moments = Map.groupBy(crashPoints(engine.log), ({ nth = 0 }) => nth);

    expect([...moments.values()].map((points) => points.length)).toEqual(
      engine.log.calls.map(({ effects }) => effects + 2),
    );
    expect(engine.log.calls.map(({ verb, object }) => `${verb} ${object?.name}`)).toEqual([
      'pull app:0',
      'create shop_default',
      'create shop_v0',
      'create shop-s0-1',
      'start shop-s0-1',
    ]);
  });

  it('an engine that is down answers nobody, and tells of the gap afterwards', async () => {
    const stage = scene();
    const step = await firstStep(stage);
    const observer = await stage.driver.observer(DECLARATION, SEALER);
    const scope = { owners: [OWNER], project: 'shop', environment: 'local', names: {} };
    const events = observer.events(scope, NEVER)[Symbol.asyncIterator]();
    const next = events.next();

    stage.engine.world.goDown('no route to host');
    const failure = await runFirst(stage, step).catch((error: unknown) => failureOf(error));
    const down = await observer.observe(scope, NEVER);
    stage.engine.world.comeUp();

    expect(failure).toMatchObject({ code: 'engine_unreachable', message: 'no route to host' });
    expect(down).toMatchObject({ status: 'unreachable', error: 'no route to host' });
    expect(await next).toMatchObject({ value: { type: 'gap' } });
    expect(await observer.observe(scope, NEVER)).toMatchObject({ status: 'known' });
  });

  it('the same seed and the same acts give the same world and the same order', async () => {
    const worlds = await Promise.all(
      [1, 2].map(async () => {
        const { engine, driver } = scene({ seed: 7, events: { lose: 0.3, duplicate: 0.3 } });
        await reconcile(
          driver,
          environment([{}, { needs: [{ on: 0, condition: 'service_started', optional: false, restart: false }] }]),
        );
        engine.world.kill('shop-s0-1');
        return `${engine.snapshot()} ${JSON.stringify(engine.log.calls)}`;
      }),
    );

    expect(worlds[0]).toBe(worlds[1]);
  });
});

describe('the invariants of a simulated world', () => {
  it('name what is lost, what is there twice, what nobody asked for, and what is protected', async () => {
    const { engine, driver } = scene();
    await reconcile(driver, environment([{ volumes: [0] }]));
    const before = volumeData(engine);
    const kept = [{ type: 'service', name: 'shop-s0-1' } as const];

    engine.world.writeData('shop_v0', 'other data');
    engine.world.addForeign({ type: 'network', name: 'shop_default' });
    await reconcile(driver, environment([{ image: 1, volumes: [0] }]), { plan: { replace: new Set(['service.s0']) } });

    const check = (): void =>
      assertInvariants(engine, { owners: [OWNER], expected: [], protected: kept, data: before });
    expect(check).toThrow('volume shop_v0 holds other data');
    expect(check).toThrow('network shop_default exists 2 times');
    expect(check).toThrow('service shop-s0-1 is ours, and nobody asked for it');
    expect(check).toThrow('service shop-s0-1 is protected, and was removed');
  });

  it('an edge that was not respected is found in the log', async () => {
    const need = { on: 0, condition: 'service_started', optional: false, restart: false } as const;
    const inOrder = scene();
    const [dependent, dependency] = [environment([{}, { needs: [need] }]), environment([{}, {}])];
    await reconcile(inOrder.driver, dependent);
    const backwards = scene();
    backwards.engine.faults.add({ kind: 'fail', verb: 'start', object: 'shop-s0-1' });
    await reconcile(backwards.driver, { ...dependency, policies: { ...dependency.policies, on_failure: 'continue' } });

    expect(brokenEdges(inOrder.engine.log, dependent)).toEqual([]);
    expect(brokenEdges(backwards.engine.log, dependent)).toEqual(['service.s1 was started before service.s0 was']);
  });
});
