/**
 * What a daemon's probes said lately of the services of an environment, for who looks without probing. What is older than a
 * living daemon lets it get says nothing. Pure.
 */
import type { Address } from '../model/address.ts';
import type { DesiredEnvironment } from '../model/desired.ts';
import { durationMs } from '../model/duration.ts';
import type { HealthCheckResult } from '../model/health.ts';
import { member } from '../model/json.ts';
import type { Observation } from '../model/observed.ts';
import { isCutOff, isStartedBy, type OpenRun } from './open-run.ts';
import { probedBefore } from './probed-before.ts';
import { findObject, type ProbedHealth } from './status.ts';

/** Beyond two intervals: results that say nothing new reach the disk late. */
const MARGIN_MS = 40_000;
const DEFAULT_INTERVAL_MS = 30_000;

export function probedLately(
  latest: ReadonlyMap<Address, HealthCheckResult>,
  seen: {
    readonly environment: DesiredEnvironment;
    readonly observations: ReadonlyMap<string, Observation>;
    readonly owners: readonly string[];
    /** Probes that failed at a gate of it that may still open say nothing yet. */
    readonly openRun: OpenRun | null;
  },
  now: number,
): ReadonlyMap<Address, ProbedHealth> {
  const found = new Map<Address, ProbedHealth>();
  const atGates = isCutOff(seen.openRun) ? null : seen.openRun;
  for (const [address, result] of latest) {
    const resource = seen.environment.resources.get(address);
    const observation = resource === undefined ? undefined : seen.observations.get(resource.engine);
    if (resource === undefined || observation?.status !== 'known') continue;
    const interval = durationMs(member(resource.config['health_check'] ?? null, 'interval'), DEFAULT_INTERVAL_MS);
    if (now - Date.parse(result.timestamp) > 2 * interval + MARGIN_MS) continue;
    const since = findObject(observation.objects, resource, seen.owners)?.status.since ?? null;
    const probed = probedBefore(result, { since: since === null ? null : Date.parse(since), now });
    if (probed === null || (probed.health === 'unhealthy' && isStartedBy(atGates, since))) continue;
    found.set(address, probed);
  }
  return found;
}
