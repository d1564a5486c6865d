/**
 * Compare and plan of a large environment from loaded desired and observed, in a process of its own: prints CPU seconds,
 * wall seconds and peak memory as JSON. `node bench/plan-large.ts SERVICES`.
 */
import type { DesiredResource } from '../src/model/desired.ts';
import { planEnvironment } from '../src/reconcile/plan/plan.ts';
import { environment } from '../test/support/builders.ts';
import { HEALTHY, observed, recordedOf, requestOf, service } from '../test/support/planning.ts';
import { onePercent } from './large-environment.ts';

const count = Number(process.argv[2] ?? 5000);

function resources(changed: ReadonlySet<number>): readonly DesiredResource[] {
  return Array.from({ length: count }, (_, index) =>
    service(`s${index}`, {
      needs: index === 0 ? {} : { [`s${Math.floor((index - 1) / 4)}`]: { condition: 'service_healthy' } },
      config: {
        health_check: HEALTHY,
        labels: { team: 'core', index: String(index) },
        environment_variables: { LOG_LEVEL: changed.has(index) ? 'debug' : 'info', NAME: `service ${index}` },
      },
    }),
  );
}

const before = resources(new Set());
const request = requestOf(environment(resources(onePercent(count))), {
  objects: before.map((resource) => structuredClone(observed(resource))),
  recorded: recordedOf(before),
});

const cpu = process.cpuUsage();
const started = performance.now();
const plan = planEnvironment(request);
const { user, system } = process.cpuUsage(cpu);
console.log(
  JSON.stringify({
    services: count,
    changes: plan.changes.length,
    steps: plan.steps.length,
    cpu_s: (user + system) / 1e6,
    wall_s: (performance.now() - started) / 1000,
    peak_mib: Math.round(process.resourceUsage().maxRSS / 1024),
  }),
);
