import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import type { Change } from '../../../src/model/change.ts';
import type { Json } from '../../../src/model/json.ts';
import type { ObservedObject } from '../../../src/model/observed.ts';
import { applyEdits, blueprints, edits, worldActions } from '../../support/environment-arbitrary.ts';
import { environmentOf } from '../../support/environments/environment.ts';
import { withBadChange, withRollback } from '../../support/environments/rollback.ts';
import { applyWorldAction } from '../../support/environments/world-action.ts';
import { planText } from '../../support/planning.ts';
import { simulatedDriver } from '../../support/simulated/driver.ts';
import { SimulatedEngine } from '../../support/simulated/engine.ts';
import { assertInvariants, brokenEdges, volumeData } from '../../support/simulated/invariants.ts';
import { OWNER, planNow, reconcile } from '../../support/simulated/reconcile.ts';
import { environment, observedServices, scene } from './scene.ts';

/** The long form: `TRUEUP_RUNS=2000`. A failure prints the seed and the path that repeat it. */
const numRuns = Number(process.env['TRUEUP_RUNS'] ?? 60);
const options = { numRuns };

/** Throws with the whole plan when there is anything left to do. */
async function expectNothingToDo(...args: Parameters<typeof planNow>): Promise<void> {
  const plan = await planNow(...args);
  expect(planText({ ...plan, withheld: [] })).toBe('');
  expect(plan.diagnostics).toEqual([]);
}

describe('a reconcile on the simulated engine', () => {
  test.prop([blueprints()], options)('converges at once, and then there is nothing to do', async (blueprint) => {
    const driver = simulatedDriver(new SimulatedEngine());
    const environment = environmentOf(blueprint);

    const { run } = await reconcile(driver, environment);

    expect(run.status).toBe('succeeded');
    await expectNothingToDo(driver, environment);
  });

  test.prop([blueprints(), fc.array(edits(), { maxLength: 6 }), fc.array(worldActions(), { maxLength: 4 })], options)(
    'converges from any edits and whatever the world did, respecting every edge and losing no data',
    async (blueprint, changes, actions) => {
      const engine = new SimulatedEngine();
      const driver = simulatedDriver(engine);
      const before = environmentOf(blueprint);
      await reconcile(driver, before);
      const data = volumeData(engine);
      for (const action of actions) applyWorldAction(engine, before, action);
      engine.log.clear();
      const after = environmentOf(applyEdits(blueprint, changes));

      const { plan, run } = await reconcile(driver, after);

      expect(
        run.status,
        JSON.stringify(
          run.steps.filter(({ status }) => status !== 'done'),
          null,
          1,
        ),
      ).toBe('succeeded');
      expect(brokenEdges(engine.log, after)).toEqual([]);
      await expectNothingToDo(driver, after);
      const removed = new Set(plan.changes.filter(({ impact }) => impact.data_loss).map(({ name }) => name));
      const kept = Object.entries(data).filter(([name]) => !removed.has(name));
      assertInvariants(engine, { owners: [OWNER], data: Object.fromEntries(kept) });
    },
  );

  test.prop([blueprints(), fc.array(edits(), { maxLength: 4 })], options)(
    'never removes or replaces what is protected, or keeps its data',
    async (blueprint, changes) => {
      const engine = new SimulatedEngine();
      const driver = simulatedDriver(engine);
      const before = environmentOf(blueprint);
      await reconcile(driver, before);
      const isKept = ({ protect, deletion_policy: policy, type }: (typeof resources)[number]): boolean =>
        type === 'volume' && (protect || policy === 'retain');
      const resources = [...before.resources.values()];
      const kept = resources.filter(isKept).map(({ type, name }) => ({ type, name }));
      const next = environmentOf(applyEdits(blueprint, changes));
      // A volume whose policy git itself loosens in the same commit may go.
      const stillKept = kept.filter(({ name }) => {
        const declared = [...next.resources.values()].find((resource) => resource.name === name);
        return declared === undefined || isKept(declared);
      });

      await reconcile(driver, next);

      assertInvariants(engine, { owners: [OWNER], protected: stillKept });
    },
  );

  test.prop([blueprints({ failing: true })], options)(
    'never starts what depends on something that failed, and says why it was skipped',
    async (blueprint) => {
      const engine = new SimulatedEngine();
      const environment = environmentOf(blueprint);

      const { run } = await reconcile(simulatedDriver(engine), environment);

      const byId = new Map(run.steps.map((step) => [step.id, step]));
      for (const step of run.steps.filter(({ status }) => status === 'skipped')) {
        expect(byId.get(step.skipped_because ?? '')?.status).toBe('failed');
      }
      for (const { address, dependencies } of environment.resources.values()) {
        const start = byId.get(`${address}:start`);
        const broken = dependencies.find(
          (dependency) =>
            dependency.criticality === 'required' &&
            byId.get(`${dependency.address}:${dependency.condition}`)?.status === 'failed',
        );
        if (broken !== undefined) expect(start?.status).toBe('skipped');
      }
    },
  );

  test.prop([blueprints(), fc.array(edits(), { maxLength: 4 }), fc.nat({ max: 40 })], options)(
    'converges from any prefix of a run that was aborted',
    async (blueprint, changes, steps) => {
      const engine = new SimulatedEngine();
      const driver = simulatedDriver(engine);
      await reconcile(driver, environmentOf(blueprint));
      const environment = environmentOf(applyEdits(blueprint, changes));
      const controller = new AbortController();
      let ended = 0;
      const aborted = await reconcile(driver, environment, {
        signal: controller.signal,
        onStep: () => {
          ended += 1;
          if (ended > steps) controller.abort(new Error('that is enough'));
        },
      });

      const { run } = await reconcile(driver, environment);

      expect(aborted.run.steps.every(({ status }) => status !== 'failed')).toBe(true);
      expect(run.status).toBe('succeeded');
      await expectNothingToDo(driver, environment);
    },
  );

  test.prop([blueprints(), fc.array(edits(), { maxLength: 3 })], options)(
    'plans the same bytes for the same world',
    async (blueprint, changes) => {
      const driver = simulatedDriver(new SimulatedEngine());
      await reconcile(driver, environmentOf(blueprint));
      const environment = environmentOf(applyEdits(blueprint, changes));
      const shuffled = { ...environment, resources: new Map([...environment.resources].toReversed()) };

      expect(JSON.stringify(await planNow(driver, shuffled))).toBe(JSON.stringify(await planNow(driver, environment)));
    },
  );
});

/** What the engine says of each service, but for whether it runs. Sets come in any order. */
async function configurations(...args: Parameters<typeof observedServices>): Promise<Readonly<Record<string, Json>>> {
  const services = await observedServices(...args);
  const config = ({ configured }: ObservedObject): Json =>
    JSON.parse(JSON.stringify({ ...configured, run_state: null }), (key, value: unknown) =>
      key === 'aliases' && Array.isArray(value) ? value.map(String).toSorted() : value,
    ) as Json;
  return Object.fromEntries(services.map((service) => [service.name, config(service)]));
}

describe('a change that cannot work, where it is to be taken back', () => {
  const edited = fc.array(edits(), { maxLength: 4 });

  test.prop([blueprints(), edited, fc.nat({ max: 20 })], options)(
    'leaves every service that it failed on as it was before, and nothing beside it',
    async (blueprint, changes, which) => {
      const engine = new SimulatedEngine();
      const driver = simulatedDriver(engine);
      const before = withRollback(environmentOf(blueprint));
      await reconcile(driver, before);
      const [old, data] = [await configurations(driver), volumeData(engine)];
      const bad = withRollback(environmentOf(withBadChange(applyEdits(blueprint, changes), which)));

      const { plan, run } = await reconcile(driver, bad);

      const failed = run.steps.filter(({ status, phase }) => status === 'failed' && phase === 'gate');
      const names = failed
        .map(({ address }) => bad.resources.get(address)?.name ?? '')
        .filter((name) => old[name] !== undefined);
      const now = await configurations(driver);
      for (const name of names) expect(now[name], name).toEqual(old[name]);
      for (const { status } of run.rollbacks) expect(status).toBe('restored');
      for (const name of names) expect(engine.world.get(name).life?.state, name).not.toBe('stopped');
      expect(Object.keys(now).filter((name) => /\.(aside-|next)/.test(name))).toEqual([]);
      const removed = new Set(plan.changes.filter(({ impact }) => impact.data_loss).map(({ name }) => name));
      const kept = Object.entries(data).filter(([name]) => !removed.has(name));
      assertInvariants(engine, { owners: [OWNER], data: Object.fromEntries(kept) });
    },
  );

  test.prop([blueprints(), edited, fc.nat({ max: 20 }), fc.nat({ max: 40 }), fc.boolean()], options)(
    'converges from any prefix of its run once it is mended',
    async (blueprint, changes, which, steps, isWhole) => {
      const driver = simulatedDriver(new SimulatedEngine());
      const rollback = isWhole ? 'environment' : 'service';
      await reconcile(driver, withRollback(environmentOf(blueprint), rollback));
      const next = applyEdits(blueprint, changes);
      const controller = new AbortController();
      let ended = 0;
      await reconcile(driver, withRollback(environmentOf(withBadChange(next, which)), rollback), {
        signal: controller.signal,
        onStep: () => {
          ended += 1;
          if (ended > steps) controller.abort(new Error('that is enough'));
        },
      });

      const mended = withRollback(environmentOf(next), rollback);
      const { run } = await reconcile(driver, mended);

      expect(run.status).toBe('succeeded');
      await expectNothingToDo(driver, mended);
    },
  );

  test.prop([blueprints(), edited, fc.nat({ max: 20 })], options)(
    'takes the whole environment back, where it is to',
    async (blueprint, changes, which) => {
      const engine = new SimulatedEngine();
      const driver = simulatedDriver(engine);
      const before = withRollback(environmentOf(blueprint), 'environment');
      await reconcile(driver, before);
      const bad = withRollback(environmentOf(withBadChange(applyEdits(blueprint, changes), which)), 'environment');

      const { run } = await reconcile(driver, bad);

      if (!run.steps.some(({ status, phase }) => status === 'failed' && phase === 'gate')) return;
      // Whether something runs is a state, and goes back by itself for nothing; volumes do not go back, nor do those who
      // restart with them; and others may have needed what is no longer declared to be gone.
      const gone = run.steps
        .filter(({ verb, status }) => verb === 'remove' && status === 'done')
        .map((step) => step.address);
      const isConfigured = ({ type, address, action, reason, differences }: Change): boolean =>
        type === 'service' &&
        reason !== 'restart_with_dependency' &&
        !(action === 'create' && gone.includes(address)) &&
        (action !== 'update' || differences.some((found) => found.field_path !== "$['run_state']"));
      const left = await planNow(driver, before);
      expect(planText({ ...left, changes: left.changes.filter(isConfigured), withheld: [], steps: [] })).toBe('');
    },
  );
});

describe('a network that is made anew under services that change their networks', () => {
  it('is planned without steps that wait for each other', async () => {
    const { driver } = scene();
    await reconcile(driver, environment([{ networks: [1] }, { networks: [0, 1] }], [{}, {}]));
    const next = environment(
      [{ networks: [0, 1] }, { networks: [1] }],
      [{ labels: { team: 'a' } }, { internal: true }],
    );

    const { run } = await reconcile(driver, next);

    expect(run.status).toBe('succeeded');
    await expectNothingToDo(driver, next);
  });
});

describe('what the world breaks', () => {
  it('is found and healed by one reconcile: an engine that lost half of what it ran', async () => {
    const engine = new SimulatedEngine();
    const driver = simulatedDriver(engine);
    const [blueprint] = fc.sample(blueprints(), { numRuns: 1, seed: 7 });
    const environment = environmentOf(blueprint ?? { services: [], volumes: [], networks: [] });
    await reconcile(driver, environment);
    for (const { name } of engine.objects.all('service').filter((_, index) => index % 2 === 0))
      engine.world.remove(name);

    const { run } = await reconcile(driver, environment);

    expect(run.status).toBe('succeeded');
    await expectNothingToDo(driver, environment);
  });
});
