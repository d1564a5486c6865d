import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SimulatedObject } from '../../support/simulated/objects.ts';
import { applyEdits, blueprints, edits } from '../../support/environment-arbitrary.ts';
import { adoptedNow, withClaims } from '../../support/environments/claims.ts';
import { environmentOf } from '../../support/environments/environment.ts';
import { withRollback } from '../../support/environments/rollback.ts';
import { simulatedDriver } from '../../support/simulated/driver.ts';
import { SimulatedEngine } from '../../support/simulated/engine.ts';
import { planNow, reconcile } from '../../support/simulated/reconcile.ts';

const RUNS = 60;

/** All of it but how often it was asked for its health, as every gate may. */
function told({ config, attachments, data, life, ...object }: Readonly<SimulatedObject>): unknown {
  const { id, name, ownership, effective, image_id: image, mounts } = object;
  return {
    id,
    name,
    ownership,
    effective,
    image,
    mounts,
    config,
    attachments: new Map(attachments),
    data,
    life: life && { ...life, probes: 0 },
  };
}

describe('what manifests claim', () => {
  it('is neither planned to be touched nor touched where nobody agreed to it', async () => {
    await fc.assert(
      fc.asyncProperty(
        blueprints({ services: 5 }),
        fc.array(edits(), { minLength: 1, maxLength: 6 }),
        fc.infiniteStream(fc.boolean()),
        fc.boolean(),
        async (blueprint, changes, coins, rollsBack) => {
          const engine = new SimulatedEngine();
          const driver = simulatedDriver(engine);
          await reconcile(driver, environmentOf(blueprint));
          engine.world.unmark();
          const after = withClaims(environmentOf(applyEdits(blueprint, changes)));
          const environment = rollsBack ? withRollback(after) : after;
          const agreed = new Map(engine.objects.all().map(({ id }) => [id, coins.next().value === true]));
          const adopted = adoptedNow(environment, engine, (id) => agreed.get(id) === true);
          const others = engine.objects.all().filter(({ id, type }) => type !== 'image' && agreed.get(id) === false);
          const before = others.map(told);
          const byAddress = new Map([...environment.resources.values()].map((one) => [`${one.type} ${one.name}`, one]));
          const addresses = new Set(others.map(({ type, name }) => byAddress.get(`${type} ${name}`)?.address));

          const plan = await planNow(driver, environment, { adopted });
          if (plan.applyable) await reconcile(driver, environment, { adopted });

          const touching = plan.steps.filter(({ address, phase }) => phase !== 'gate' && addresses.has(address));
          expect(touching.map(({ id }) => id)).toEqual([]);
          expect((plan.adopted ?? []).map(({ as }) => as).filter((id) => agreed.get(id) !== true)).toEqual([]);
          expect(others.map(({ id }) => engine.objects.byId(id)).map((one) => one && told(one))).toEqual(before);
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('is as if it were ours from the beginning once a person has agreed to all of it', async () => {
    await fc.assert(
      fc.asyncProperty(blueprints({ services: 5 }), fc.array(edits(), { maxLength: 6 }), async (blueprint, changes) => {
        const after = environmentOf(applyEdits(blueprint, changes));
        const [ours, theirs] = [new SimulatedEngine(), new SimulatedEngine()];
        for (const engine of [ours, theirs]) await reconcile(simulatedDriver(engine), environmentOf(blueprint));
        theirs.world.unmark();
        const gone = new Set(environmentOf(blueprint).resources.keys()).difference(new Set(after.resources.keys()));
        fc.pre(gone.size === 0);
        const claiming = withClaims(after);
        const adopted = adoptedNow(claiming, theirs);

        const { plan } = await reconcile(simulatedDriver(ours), after);
        const claimed = await reconcile(simulatedDriver(theirs), claiming, { adopted });

        expect(claimed.plan.steps).toEqual(plan.steps);
        expect((await planNow(simulatedDriver(theirs), claiming, { adopted })).steps).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });
});
