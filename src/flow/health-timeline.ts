/**
 * What a series of health results says of each service: its changes, and the share of time in which it was up. Pure, and
 * the same memory however many results there are. Each result holds until the next one, and never longer than results are
 * apart while somebody looks: time in which nobody looked counts neither way.
 */
import { type Address, typeOf } from '../model/address.ts';
import type { HealthCheckResult } from '../model/health.ts';
import { compareText } from '../model/json.ts';
import type { HealthChange, ServiceTimeline } from '../report/health.ts';

export interface HealthTimeline {
  /** In the order in which they were written. */
  add(result: HealthCheckResult): void;
  /** Sorted by address; `until` is milliseconds since the epoch. */
  services(until: number): readonly ServiceTimeline[];
  /** The newest result of a service, and the newest that tested something. */
  latest(address: Address): LatestHealth | null;
}

export interface LatestHealth {
  readonly last: HealthCheckResult;
  readonly last_check: HealthCheckResult | null;
  /** ISO 8601: since when it has the status of `last`; `null` where that began before the first result. */
  readonly since: string | null;
}

/** Results of a service are 10 minutes apart at most, and a write or a busy moment may delay one. */
export const HOLDS_FOR_MS = 660_000;

/** The newest are kept. */
const MOST_CHANGES = 1000;

interface Line {
  last: HealthCheckResult;
  last_check: HealthCheckResult | null;
  since: string | null;
  up: number;
  down: number;
  total: number;
  readonly changes: HealthChange[];
}

/** `from` is milliseconds since the epoch: time before it is not counted, while a result from before may still hold. */
export function healthTimeline(from: number): HealthTimeline {
  const lines = new Map<Address, Line>();

  return {
    add(result) {
      const { service_id: address } = result;
      if (typeOf(address) !== 'service') return;
      const check = result.metadata.check_type === null ? null : result;
      const line = lines.get(address);
      if (line === undefined) {
        lines.set(address, { last: result, last_check: check, since: null, up: 0, down: 0, total: 0, changes: [] });
        return;
      }
      count(line, from, Date.parse(result.timestamp));
      const at = Date.parse(result.timestamp);
      if (isChange(line.last, result)) {
        if (line.last.status !== result.status) line.since = result.timestamp;
        if (at >= from) remember(line, result);
      }
      line.last = result;
      line.last_check = check ?? line.last_check;
    },
    services(until) {
      return [...lines]
        .sort(([left], [right]) => compareText(left, right))
        .map(([address, line]) => {
          const counted = { ...line };
          count(counted, from, until);
          const { up, down, changes, total } = counted;
          const share = up + down === 0 ? null : up / (up + down);
          return {
            address,
            uptime_share: share,
            up_ms: up,
            down_ms: down,
            changes: changes.toReversed(),
            changes_total: total,
          };
        });
    },
    latest(address) {
      const line = lines.get(address);
      return line === undefined ? null : { last: line.last, last_check: line.last_check, since: line.since };
    },
  };
}

/** Adds the time from the last result to the next moment. Where the clock went back, there is none. */
function count(line: Pick<Line, 'last' | 'up' | 'down'>, from: number, next: number): void {
  const at = Date.parse(line.last.timestamp);
  const span = Math.min(next, at + HOLDS_FOR_MS) - Math.max(at, from);
  if (span <= 0) return;
  const { status, metadata } = line.last;
  if (status === 'healthy' || (status === 'unknown' && metadata.run_state === 'running')) line.up += span;
  else if (status !== 'unknown') line.down += span;
}

function isChange(before: HealthCheckResult, after: HealthCheckResult): boolean {
  return before.status !== after.status || before.metadata.run_state !== after.metadata.run_state;
}

function remember(line: Line, { timestamp: at, status: to, details, metadata }: HealthCheckResult): void {
  const { exit_code, error_message, output } = details;
  const reason = error_message ?? lastLine(output);
  line.total += 1;
  line.changes.push({ at, from: line.last.status, to, run_state: metadata.run_state, reason, exit_code });
  if (line.changes.length > MOST_CHANGES) line.changes.shift();
}

function lastLine(output: string | null): string | null {
  return output?.trimEnd().split('\n').at(-1) || null;
}
