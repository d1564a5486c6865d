import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import type { DeclaredEnvironment } from '../../../src/diff/between.ts';
import type { DriverRegistry } from '../../../src/drivers/driver.ts';
import { planAgainst } from '../../../src/flow/plan-against.ts';
import { planOfAll } from '../../../src/flow/planning.ts';
import type { Address } from '../../../src/model/address.ts';
import type { DesiredEnvironment } from '../../../src/model/desired.ts';
import { NOTHING_RECORDED, type Recorded, type RecordedResource } from '../../../src/model/observed.ts';
import type { Plan } from '../../../src/model/plan.ts';
import { defaultSettings } from '../../../src/manifest/settings.ts';
import { applyEdits, blueprints, edits } from '../../support/environment-arbitrary.ts';
import type { EnvironmentBlueprint } from '../../support/environments/blueprint.ts';
import { environmentOf } from '../../support/environments/environment.ts';
import { planText } from '../../support/planning.ts';
import { simulatedDriver } from '../../support/simulated/driver.ts';
import { SimulatedEngine } from '../../support/simulated/engine.ts';
import { planNow, reconcile } from '../../support/simulated/reconcile.ts';

const numRuns = Number(process.env['TRUEUP_RUNS'] ?? 60);

describe('a plan against a revision', () => {
  test.prop([blueprints(), fc.array(edits(), { maxLength: 6 })], { numRuns })(
    'is the plan that is made once that revision was applied',
    async (blueprint, changes) => {
      const driver = simulatedDriver(new SimulatedEngine());
      const before = environmentOf(withoutImageDefaults(blueprint));
      const after = environmentOf(withoutImageDefaults(applyEdits(blueprint, changes)));
      const drivers: DriverRegistry = { names: [driver.name], load: () => Promise.resolve(driver) };

      const supposed = await planAgainst(
        { drivers, settings: defaultSettings() },
        { before: declared(before), after: declared(after) },
        { against: before.revision, revision: after.revision, unpinned: [] },
        { ...planOfAll(0, 'heal_all'), allowRemovals: 1000 },
      );
      await reconcile(driver, before);
      const real = await planNow(driver, after, { plan: { recorded: recordedOf(before) } });

      expect(told(supposed)).toBe(told(real));
    },
  );
});

/** What is left to the image, only an engine knows. */
function withoutImageDefaults(blueprint: EnvironmentBlueprint): EnvironmentBlueprint {
  return { ...blueprint, services: blueprint.services.map((service) => ({ ...service, bare: false })) };
}

/** An engine says in its own words what is there: 67108864 for "64MiB". That alone may be otherwise. */
function told(plan: Plan): string {
  const changes = plan.changes.map((change) => ({
    ...change,
    differences: change.differences.map((difference) => ({ ...difference, before: null })),
  }));
  const impacts = changes.map(({ address, impact }) => `${address} ${JSON.stringify(impact)}`);
  return [planText({ ...plan, changes }), ...impacts, `${plan.unchanged} unchanged`].join('\n');
}

function declared(environment: DesiredEnvironment): DeclaredEnvironment {
  return { ...environment, locateKey: () => null };
}

function recordedOf({ resources }: DesiredEnvironment): Recorded {
  const entries = [...resources.values()]
    .filter(({ external, type }) => !external && type !== 'image')
    .map(({ address, engine, name, config }): readonly [Address, RecordedResource] => [
      address,
      { engine, name, config, revision: null, unfinished: false },
    ]);
  return { ...NOTHING_RECORDED, resources: Object.fromEntries(entries) };
}
