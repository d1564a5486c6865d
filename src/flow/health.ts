/** Health of an environment: what its engines say now, joined with what was recorded. Reads only. */
import { typeOf } from '../model/address.ts';
import type { TrueupError } from '../model/failure.ts';
import { isJsonObject, member } from '../model/json.ts';
import type { HealthCheckResult, HealthStatus } from '../model/health.ts';
import type { HealthHistoryReport, LastCheck, ServiceHealth } from '../report/health.ts';
import type { EnvironmentStatus, ResourceStatus } from '../report/status.ts';
import type { StateFolder } from '../state/folder.ts';
import { readHealthHistory } from '../state/health-reading.ts';
import { healthStatusOf } from './health-results.ts';
import { type HealthTimeline, healthTimeline, HOLDS_FOR_MS, type LatestHealth } from './health-timeline.ts';

export interface RecordedHealth {
  readonly timeline: HealthTimeline;
  /** Files that could not be read. */
  readonly problems: readonly TrueupError[];
}

/** What was recorded from a moment on; milliseconds since the epoch. */
export async function recordedHealth(
  folder: StateFolder,
  environment: string,
  from: number,
  signal: AbortSignal,
): Promise<RecordedHealth> {
  const problems: TrueupError[] = [];
  const timeline = healthTimeline(from);
  const onProblem = (problem: TrueupError): void => void problems.push(problem);
  for await (const results of readHealthHistory(folder, environment, { since: from - HOLDS_FOR_MS, onProblem })) {
    signal.throwIfAborted();
    for (const result of results) timeline.add(result);
  }
  return { timeline, problems };
}

/** The services among the resources as they are now; `now` is milliseconds since the epoch. */
export function serviceHealth(
  { state, resources }: Pick<EnvironmentStatus, 'state' | 'resources'>,
  timeline: HealthTimeline,
  now: number,
): readonly ServiceHealth[] {
  return resources
    .filter(({ address }) => typeOf(address) === 'service')
    .map((resource): ServiceHealth => {
      const { address, engine, reason } = resource;
      const run_state = resource.run_state ?? 'unknown';
      const recorded = timeline.latest(address);
      const found = healthStatusOf({ run_state, health: resource.health }, state);
      // Where the engine has no verdict of its own, the last probe of ours is what is known.
      const status = resource.health === 'unknown' ? (ownVerdict(recorded, resource, now) ?? found) : found;
      const since = recorded !== null && recorded.last.status === status ? recorded.since : null;
      const probe = recorded?.last_check ?? null;
      const last_check = newest([engineCheck(resource), gateCheck(resource), checkOf(probe)]);
      // What an older probe said is no reason for what was found since.
      const said = last_check?.timestamp === probe?.timestamp ? probe?.details.error_message : null;
      return {
        address,
        engine,
        run_state,
        status,
        reason: reason ?? (status === 'unhealthy' ? (said ?? null) : null),
        since: since ?? resource.since,
        last_check,
      };
    });
}

/** Of the services that are meant, also those of which nothing is recorded. */
export function healthHistoryOf(
  services: readonly ServiceHealth[],
  timeline: HealthTimeline,
  { from, until }: { readonly from: number; readonly until: number },
): HealthHistoryReport {
  const known = new Map(timeline.services(until).map((line) => [line.address, line]));
  const nothing = { uptime_share: null, up_ms: 0, down_ms: 0, changes: [], changes_total: 0 };
  return {
    since: new Date(from).toISOString(),
    services: services.map(({ address }) => known.get(address) ?? { address, ...nothing }),
  };
}

/** What the daemon recorded last, or a gate has found since; `null` where both are too old to say anything of now. */
function ownVerdict(recorded: LatestHealth | null, resource: ResourceStatus, now: number): HealthStatus | null {
  const probed = isCurrent(recorded, resource, now) ? recorded.last : null;
  const gate = resource.run_state === 'running' ? gateCheck(resource) : null;
  if (gate === null || now - Date.parse(gate.timestamp) > HOLDS_FOR_MS) return probed?.status ?? null;
  const isNewer = probed === null || Date.parse(gate.timestamp) > Date.parse(probed.timestamp);
  return isNewer ? gate.status : probed.status;
}

/** Whether what was recorded is of the run that goes on, and no older than somebody who looks lets it get. */
function isCurrent(
  recorded: LatestHealth | null,
  { since, run_state }: ResourceStatus,
  now: number,
): recorded is LatestHealth {
  if (recorded === null || run_state !== 'running' || recorded.last.metadata.run_state !== 'running') return false;
  const at = Date.parse(recorded.last.timestamp);
  return now - at <= HOLDS_FOR_MS && (since === null || at >= Date.parse(since));
}

/** What the engine tells of its own last check. */
function engineCheck({ details, health }: ResourceStatus): LastCheck | null {
  const check = member(details, 'health_check');
  if (!isJsonObject(check)) return null;
  const { at, exit_code: code, output } = check;
  if (typeof at !== 'string' || Number.isNaN(Date.parse(at))) return null;
  const hasPassed = code === 0;
  return {
    timestamp: new Date(at).toISOString(),
    status: hasPassed ? 'healthy' : health === 'starting' ? 'starting' : 'unhealthy',
    check_type: 'docker_healthcheck',
    exit_code: typeof code === 'number' ? code : null,
    output: hasPassed || typeof output !== 'string' ? null : output,
    response_time_ms: null,
  };
}

/** What the last gate of the service came to, which no engine told of. */
function gateCheck({ gate }: ResourceStatus): LastCheck | null {
  if (gate === null) return null;
  const status = gate.met ? 'healthy' : 'unhealthy';
  return { timestamp: gate.at, status, check_type: null, exit_code: null, output: null, response_time_ms: null };
}

function checkOf(recorded: HealthCheckResult | null): LastCheck | null {
  if (recorded === null) return null;
  const { timestamp, status, details, metadata } = recorded;
  const { exit_code, output, error_message, response_time_ms } = details;
  const { check_type } = metadata;
  return { timestamp, status, check_type, exit_code, output: output ?? error_message, response_time_ms };
}

/** Of two at the same time the first. */
function newest(checks: readonly (LastCheck | null)[]): LastCheck | null {
  const known = checks.filter((check) => check !== null);
  return known.toSorted((left, right) => Date.parse(right.timestamp) - Date.parse(left.timestamp))[0] ?? null;
}
