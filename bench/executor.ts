/**
 * The executor's own share: a plan of creations carried out on the simulated engine, against the same engine calls made
 * one after the other without an executor. Prints CPU milliseconds per step as JSON. `node bench/executor.ts SERVICES`.
 */
import { executeSteps } from '../src/reconcile/execute/execute.ts';
import { failureOf } from '../src/model/failure.ts';
import type { Step } from '../src/model/plan.ts';
import { environment } from '../test/support/builders.ts';
import { planOf, service } from '../test/support/planning.ts';

const count = Number(process.argv[2] ?? 5000);

const resources = Array.from({ length: count }, (_, index) =>
  service(`s${index}`, { needs: index === 0 ? {} : { [`s${Math.floor((index - 1) / 4)}`]: {} } }),
);
const { steps } = planOf([], {}, { environment: environment(resources), allowRemovals: 0 });

async function engineCall(_step: Step): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

async function measured(work: () => Promise<unknown>): Promise<number> {
  const cpu = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return (user + system) / 1000;
}

const bare = await measured(async () => {
  for (const step of steps) await engineCall(step);
});
const executed = await measured(() =>
  executeSteps(steps, {
    async perform(step) {
      await engineCall(step);
      return { outcome: {}, gate: null };
    },
    failureOf,
    evidenceOf: () => Promise.resolve(null),
    goesOnAfter: () => false,
    limits: { calls: 10, startsPerEngine: 6 },
    signal: new AbortController().signal,
    now: () => performance.now(),
    onStart: () => undefined,
    onEnd: () => undefined,
  }),
);
const perStep = (executed - bare) / steps.length;
console.log(
  JSON.stringify({ steps: steps.length, bare_ms: bare, executed_ms: executed, overhead_ms_per_step: perStep }),
);
