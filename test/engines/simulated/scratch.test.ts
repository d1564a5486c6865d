import * as fc from 'fast-check';
import { it } from 'vitest';
import { applyEdits, blueprints, edits, worldActions } from '../../support/environment-arbitrary.ts';
import { environmentOf } from '../../support/environments/environment.ts';
import { applyWorldAction } from '../../support/environments/world-action.ts';
import { simulatedDriver } from '../../support/simulated/driver.ts';
import { simulatedEngine } from '../../support/simulated/engine.ts';
import { assertInvariants, brokenEdges } from '../../support/simulated/invariants.ts';
import { OWNER, planNow, reconcile } from '../../support/simulated/reconcile.ts';
import { planText } from '../../support/planning.ts';

it('converges', async () => {
  await fc.assert(
    fc.asyncProperty(
      blueprints(),
      fc.array(edits(), { maxLength: 6 }),
      fc.array(worldActions(), { maxLength: 4 }),
      async (blueprint, changes, actions) => {
        const engine = simulatedEngine();
        const driver = simulatedDriver(engine);
        const first = environmentOf(blueprint);
        const a = await reconcile(driver, first);
        if (a.run.status !== 'succeeded')
          throw new Error(
            'first ' +
              JSON.stringify(a.run.steps.filter((s) => s.status !== 'done')) +
              JSON.stringify(a.run.gates.filter((g) => !g.met)),
          );
        const p = await planNow(driver, first);
        if (p.changes.length > 0) throw new Error('not idempotent\n' + planText(p));
        for (const action of actions) applyWorldAction(engine, first, action);
        const second = environmentOf(applyEdits(blueprint, changes));
        engine.log.clear();
        let plan;
        try {
          plan = await planNow(driver, second);
        } catch (error) {
          throw new Error('plan ' + error);
        }
        const b = await reconcile(driver, second);
        if (b.run.status !== 'succeeded')
          throw new Error(
            'second ' +
              planText(plan) +
              JSON.stringify(
                b.run.steps
                  .filter((s) => s.status !== 'done')
                  .map((s) => [s.id, s.status, s.error?.message, s.skipped_because]),
              ) +
              JSON.stringify(b.run.gates.filter((g) => !g.met)),
          );
        const q = await planNow(driver, second);
        if (q.changes.length > 0) throw new Error('not converged\n' + planText(plan) + '\n----\n' + planText(q));
        const broken = brokenEdges(engine.log, second);
        if (broken.length > 0) throw new Error('edges ' + broken.join() + '\n' + planText(plan));
        assertInvariants(engine, { owners: [OWNER] });
      },
    ),
    {
      numRuns: Number(process.env.RUNS ?? 200),
      endOnFailure: !!process.env.QUICK,
      ...(process.env.SEED ? { seed: Number(process.env.SEED) } : {}),
    },
  );
}, 600000);
