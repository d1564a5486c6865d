/** What is different at the last look at a gate: nobody waits for it, and nothing may have ended a moment later. */
import type { DependencyCondition } from '../../model/desired.ts';
import type { ObservedObject } from '../../model/observed.ts';
import type { GateWorld } from './gate.ts';
import { GateError } from './gate-error.ts';
import type { HealthCheck } from './health-check.ts';

/** A resource without a health check counts as started only if it is still there after this long. */
const SETTLE_MS = 250;
/** How far apart its checks count there. */
const IMPATIENT_MS = 200;

/**
 * What was started a moment ago and has no health check must outlive its first moments. Resolves with whether that took
 * any time.
 */
export async function settle(
  world: GateWorld,
  condition: DependencyCondition,
  object: ObservedObject | null,
  signal: AbortSignal,
): Promise<boolean> {
  const since = object?.status.since ?? null;
  if (condition !== 'service_started' || since === null) return false;
  const left = Math.min(SETTLE_MS, SETTLE_MS - (Date.now() - Date.parse(since)));
  const deadline = world.now() + left;
  while (world.now() < deadline) await world.pause(deadline - world.now(), signal);
  return left > 0;
}

/**
 * For what has been running for long: as many checks as it has retries, without waiting for its intervals. What has rungs may
 * still be on its way up, and has its time for them.
 */
export function impatient(check: HealthCheck | null): HealthCheck | null {
  return check === null ? null : { ...check, intervalMs: Math.min(check.intervalMs, IMPATIENT_MS), startPeriodMs: 0 };
}

/** What is between two starts of its engine runs now and then, and does not work. */
export function failIfLooping(condition: DependencyCondition, object: ObservedObject | null): void {
  if (condition !== 'service_started' || object?.status.run_state !== 'restarting') return;
  const { reason, exit_code: exitCode } = object.status;
  const message = reason ?? 'it ends again and again, and is started again';
  throw new GateError('gate_exited', message, { condition, probes: [], exitCode });
}
