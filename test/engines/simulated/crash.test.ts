import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyEdits, blueprints, edits } from '../../support/environment-arbitrary.ts';
import type { DesiredEnvironment } from '../../../src/model/desired.ts';
import { environmentOf } from '../../support/environments/environment.ts';
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
}

const scenarios: readonly Scenario[] = fc
  .sample(fc.tuple(blueprints(), fc.array(edits(), { minLength: 2, maxLength: 6 })), {
    numRuns: SCENARIOS,
    seed: 20_261_121,
  })
  .flatMap(([blueprint, changes]): readonly Scenario[] => {
    const before = environmentOf(blueprint);
    const after = environmentOf(applyEdits(blueprint, changes));
    const nothing = { ...after, resources: new Map() };
    return [
      { before: null, after: before, options: {} },
      { before, after, options: {} },
      { before, after: nothing, options: { plan: { mode: 'destroy', destroyData: true } } },
    ];
  });

/** The world as it is when the scenario begins. */
async function begin({ before }: Scenario): Promise<SimulatedEngine> {
  const engine = new SimulatedEngine();
  if (before !== null) await reconcile(simulatedDriver(engine), before);
  engine.log.clear();
  return engine;
}

async function pointsOf(scenario: Scenario): Promise<readonly Fault[]> {
  const engine = await begin(scenario);
  const { run } = await reconcile(simulatedDriver(engine), scenario.after, scenario.options);
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
        engine.faults.add(point);
        await reconcile(simulatedDriver(engine), scenario.after, scenario.options);
        expect(engine.crashes, JSON.stringify(point)).toBe(1);

        const driver = simulatedDriver(engine);
        const { run } = await reconcile(driver, scenario.after, scenario.options);
        const left = await planNow(driver, scenario.after, scenario.options);

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

function isDeclared({ after }: Scenario, name: string): boolean {
  return [...after.resources.values()].some((resource) => resource.name === name);
}
