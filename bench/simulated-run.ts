/**
 * A whole reconcile on the simulated engine (observe, plan, execute behind gates): CPU milliseconds per step, the engine's
 * own share included. `node bench/simulated-run.ts SERVICES`.
 */
import { environment } from '../test/engines/simulated/scene.ts';
import { simulatedDriver } from '../test/support/simulated/driver.ts';
import { simulatedEngine } from '../test/support/simulated/engine.ts';
import { reconcile } from '../test/support/simulated/reconcile.ts';

const count = Number(process.argv[2] ?? 3000);
const services = Array.from({ length: count }, (_, index) => ({
  health: 'test' as const,
  needs:
    index === 0
      ? []
      : [{ on: (index - 1) >> 2, condition: 'service_healthy' as const, optional: false, restart: false }],
}));

const cpu = process.cpuUsage();
const { run } = await reconcile(simulatedDriver(simulatedEngine()), environment(services));
const { user, system } = process.cpuUsage(cpu);
if (run.status !== 'succeeded') throw new Error(run.status);
console.log(JSON.stringify({ steps: run.steps.length, ms_per_step: (user + system) / 1000 / run.steps.length }));
