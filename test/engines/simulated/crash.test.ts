import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyEdits, blueprints, edits } from '../../support/environment-arbitrary.ts';
import type { DesiredEnvironment } from '../../../src/model/desired.ts';
import { adoptedNow, withClaims } from '../../support/environments/claims.ts';
import { environmentOf } from '../../support/environments/environment.ts';
import { withBadChange, withRollback } from '../../support/environments/rollback.ts';
import { planText } from '../../support/planning.ts';
import { simulatedDriver } from '../../support/simulated/driver.ts';
import { SimulatedEngine } from '../../support/simulated/engine.ts';
import { crashPoints, type Fault } from '../../support/simulated/faults.ts';
import { assertInvariants, volumeData } from '../../support/simulated/invariants.ts';
import { OWNER, planNow, reconcile, type ReconcileOptions } from '../../support/simulated/reconcile.ts';

/** How many scenarios; each is cut off at each of its calls. `TRUEUP_SCENARIOS=100` is the long form. */
const SCENARIOS = Number(process.env['TRUEUP_SCENARIOS'] ?? 6);

interface Scenario {
  readonly before: DesiredEnvironment | null;
  readonly after: DesiredEnvironment;
  readonly options: ReconcileOptions;
  /** Whether it is what somebody else made, is claimed and was adopted. */
  readonly isAdopted?: boolean;
}

const samples = fc.sample(fc.tuple(blueprints(), fc.array(edits(), { minLength: 2, maxLength: 6 })), {
  numRuns: SCENARIOS,
  seed: 20_261_121,
});

const scenarios: readonly Scenario[] = samples.flatMap(([blueprint, changes]): readonly Scenario[] => {
  const before = environmentOf(blueprint);
  const after = environmentOf(applyEdits(blueprint, changes));
  const nothing = { ...after, resources: new Map() };
  return [
    { before: null, after: before, options: {} },
    { before, after, options: {} },
    { before: withRollback(before), after: withRollback(after), options: {} },
    { before: withRollback(before), after: withRollback(after, 'environment'), options: {} },
    { before, after: withClaims(after), options: {}, isAdopted: true },
    { before: withRollback(before), after: withClaims(withRollback(after)), options: {}, isAdopted: true },
    { before, after: nothing, options: { plan: { mode: 'destroy', destroyData: true } } },
  ];
});

interface BadChange {
  readonly before: DesiredEnvironment;
  readonly bad: DesiredEnvironment;
  readonly fixed: DesiredEnvironment;
  readonly isAdopted: boolean;
}

/** Once with a port that forces the old one down, once beside it. */
const badChanges: readonly BadChange[] = samples.flatMap(([blueprint, changes], which) =>
  [true, false].flatMap((published): readonly BadChange[] => {
    const services = blueprint.services.map((service) => ({ ...service, published }));
    const first = { ...blueprint, services };
    const next = applyEdits(first, changes.slice(0, 2));
    const before = withRollback(environmentOf(first));
    const bad = withRollback(environmentOf(withBadChange(next, which)));
    const fixed = withRollback(environmentOf(next));
    return [
      { before, bad, fixed, isAdopted: false },
      { before, bad: withClaims(bad), fixed: withClaims(fixed), isAdopted: true },
    ];
  }),
);

/** The world as it is when the scenario begins. */
async function begin({ before, isAdopted = false }: Scenario): Promise<SimulatedEngine> {
  const engine = new SimulatedEngine();
  if (before !== null) await reconcile(simulatedDriver(engine), before);
  if (isAdopted) engine.world.unmark();
  engine.log.clear();
  return engine;
}

/** With consent to all that is there, as it was recorded before anything of it was touched. */
function optionsOf({ after, options, isAdopted = false }: Scenario, engine: SimulatedEngine): ReconcileOptions {
  return isAdopted ? { ...options, adopted: adoptedNow(after, engine) } : options;
}

async function pointsOf(scenario: Scenario): Promise<readonly Fault[]> {
  const engine = await begin(scenario);
  const { run } = await reconcile(simulatedDriver(engine), scenario.after, optionsOf(scenario, engine));
  expect(run.status).toBe('succeeded');
  return crashPoints(engine.log);
}

describe('kill -9 of trueup at every call of the simulated engine', () => {
  it.each(scenarios.map((scenario, index) => ({ index, scenario })))(
    'scenario $index: the next reconcile converges, and nothing is left over or lost',
    async ({ scenario }) => {
      const points = await pointsOf(scenario);

      for (const point of points) {
        const engine = await begin(scenario);
        const data = volumeData(engine);
        const options = optionsOf(scenario, engine);
        engine.faults.add(point);
        await reconcile(simulatedDriver(engine), scenario.after, options);
        expect(engine.crashes, JSON.stringify(point)).toBe(1);

        const driver = simulatedDriver(engine);
        const { run } = await reconcile(driver, scenario.after, options);
        const left = await planNow(driver, scenario.after, options);

        expect(run.status, JSON.stringify(point)).toBe('succeeded');
        expect(planText({ ...left, withheld: [] }), JSON.stringify(point)).toBe('');
        const isDestroyed = scenario.options.plan?.mode === 'destroy';
        const expected = engine.objects.all().filter(({ config }) => !isDestroyed || config['protect'] === true);
        const lost = new Set(
          [...scenario.after.resources.values()]
            .filter((item) => item.deletion_policy === 'delete')
            .map(({ name }) => name),
        );
        const kept = Object.entries(isDestroyed ? {} : data).filter(
          ([name]) => !lost.has(name) && isDeclared(scenario, name),
        );
        assertInvariants(engine, { owners: [OWNER], expected, data: Object.fromEntries(kept) });
      }
    },
    120_000,
  );
});

/** The services that work before and cannot work afterwards. */
function broken({ before, bad }: BadChange): readonly string[] {
  return [...bad.resources.values()].flatMap(({ address, name, config }) => {
    const was = before.resources.get(address)?.config;
    const fails = JSON.stringify(config['container'] ?? null).includes('"exit=1"');
    return fails && was?.['run_state'] === 'running' ? [name] : [];
  });
}

/** What runs under a name, in words. */
function running(engine: SimulatedEngine, names: readonly string[]): readonly string[] {
  return names.map((name) => {
    const { config, life, image_id: image } = engine.world.get(name);
    return `${name} ${life?.state} ${image} ${JSON.stringify([config['container'], config['environment_variables']])}`;
  });
}

describe('kill -9 of trueup at every call of a change that cannot work', () => {
  it.each(badChanges.map((change, index) => ({ index, change })))(
    'bad change $index: the next reconcile brings the old version back, and a fixed one converges',
    async ({ change: { before, bad, fixed, isAdopted }, change }) => {
      const scenario = { before, after: bad, options: {}, isAdopted };
      const names = broken(change);
      const uncut = await begin(scenario);
      const { run } = await reconcile(simulatedDriver(uncut), bad, optionsOf(scenario, uncut));
      expect(run.status).toBe(names.length === 0 ? run.status : 'failed');

      for (const point of crashPoints(uncut.log)) {
        const when = JSON.stringify(point);
        const engine = await begin(scenario);
        const data = volumeData(engine);
        const old = running(engine, names);
        const options = optionsOf(scenario, engine);
        engine.faults.add(point);
        await reconcile(simulatedDriver(engine), bad, options);
        expect(engine.crashes, when).toBe(1);

        const driver = simulatedDriver(engine);
        await reconcile(driver, bad, options);

        expect(running(engine, names), when).toEqual(old);
        const odd = engine.objects.all('service').filter(({ name }) => /\.(aside-|next)/.test(name));
        expect(
          odd.map(({ name }) => name),
          when,
        ).toEqual([]);

        expect((await reconcile(driver, fixed, options)).run.status, when).toBe('succeeded');
        expect(planText({ ...(await planNow(driver, fixed, options)), withheld: [] }), when).toBe('');
        const kept = Object.entries(data).filter(([name]) => isDeclared({ after: fixed }, name));
        const lost = new Set(
          [...fixed.resources.values()].filter((item) => item.deletion_policy === 'delete').map(({ name }) => name),
        );
        assertInvariants(engine, {
          owners: [OWNER],
          expected: engine.objects.all(),
          data: Object.fromEntries(kept.filter(([name]) => !lost.has(name))),
        });
      }
    },
    120_000,
  );
});

function isDeclared({ after }: Pick<Scenario, 'after'>, name: string): boolean {
  return [...after.resources.values()].some((resource) => resource.name === name);
}
