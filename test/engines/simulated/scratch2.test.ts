import * as fc from 'fast-check';
import { it } from 'vitest';
import { applyEdits, blueprints, edits, worldActions } from '../../support/environment-arbitrary.ts';
import { environmentOf } from '../../support/environments/environment.ts';
import { applyWorldAction } from '../../support/environments/world-action.ts';
import { simulatedDriver } from '../../support/simulated/driver.ts';
import { simulatedEngine } from '../../support/simulated/engine.ts';
import { assertInvariants, volumeData } from '../../support/simulated/invariants.ts';
import { crashPoints, type Fault } from '../../support/simulated/faults.ts';
import { OWNER, planNow, reconcile } from '../../support/simulated/reconcile.ts';
import { planText } from '../../support/planning.ts';

let crashes = 0;
it('converges', async () => {
  await fc.assert(
    fc.asyncProperty(
      blueprints({ services: 4 }),
      fc.array(edits(), { maxLength: 6 }),
      fc.array(worldActions(), { maxLength: 4 }),
      async (blueprint, changes, actions) => {
        const first = environmentOf(blueprint);
        const second = environmentOf(applyEdits(blueprint, changes));
        const world = async () => {
          const engine = simulatedEngine();
          const driver = simulatedDriver(engine);
          await reconcile(driver, first);
          for (const action of actions) applyWorldAction(engine, first, action);
          engine.log.clear();
          return { engine, driver };
        };
        const base = await world();
        const plan = await planNow(base.driver, second);
        const data = volumeData(base.engine);
        await reconcile(base.driver, second);
        const kept = Object.fromEntries(
          Object.entries(volumeData(base.engine)).filter(([name, d]) => data[name] === d),
        );
        const expected = [...second.resources.values()]
          .map(({ type, name }) => ({ type, name }))
          .concat(plan.withheld.map((w) => ({ type: 'volume' as const, name: 'shop_' + w.address.slice(7) })));
        for (const point of [
          ...crashPoints(base.engine.log),
          ...base.engine.log.calls.map(({ call }): Fault => ({ kind: 'lose_answer', nth: call })),
          ...base.engine.log.calls.map(({ call }): Fault => ({ kind: 'fail', nth: call })),
        ]) {
          crashes++;
          const { engine, driver } = await world();
          engine.faults.add(point);
          await reconcile(driver, second);
          if (point.kind === 'crash' && engine.crashes !== 1) throw new Error('no crash ' + JSON.stringify(point));
          const again = await planNow(driver, second);
          const b = await reconcile(driver, second);
          const q = await planNow(driver, second);
          if (b.run.status !== 'succeeded' || q.changes.length > 0)
            throw new Error(
              JSON.stringify(point) +
                '\n' +
                planText(plan) +
                '\n--\n' +
                planText(again) +
                '\n----\n' +
                planText(q) +
                JSON.stringify(
                  b.run.steps
                    .filter((s) => s.status !== 'done')
                    .map((s) => [s.id, s.status, s.error?.message, s.skipped_because]),
                ),
            );
          assertInvariants(engine, { owners: [OWNER], data: kept, expected });
        }
      },
    ),
    {
      numRuns: Number(process.env.RUNS ?? 200),
      endOnFailure: !!process.env.QUICK,
      ...(process.env.SEED ? { seed: Number(process.env.SEED) } : {}),
    },
  );
  console.log({ crashes });
}, 600000);
