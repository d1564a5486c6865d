/** Health: how the services of an environment are now, and how they were. Made by the caller; shown and written here. */
import type { Address } from '../model/address.ts';
import type { Revision } from '../model/desired.ts';
import type { HealthCheckResult, HealthStatus, ServiceRunState } from '../model/health.ts';

export const HEALTH_DOCUMENT_VERSION = '1.0';

/** What the last check of a service found, whoever made it. */
export interface LastCheck {
  /** ISO 8601. */
  readonly timestamp: string;
  readonly status: HealthStatus;
  readonly check_type: HealthCheckResult['metadata']['check_type'];
  readonly exit_code: number | null;
  /** `null` where it passed. */
  readonly output: string | null;
  readonly response_time_ms: number | null;
}

export interface ServiceHealth {
  readonly address: Address;
  readonly engine: string;
  readonly run_state: ServiceRunState;
  readonly status: HealthStatus;
  /** One sentence for people. */
  readonly reason: string | null;
  /** ISO 8601: as far as is recorded, else since when its engine has it in that run state. */
  readonly since: string | null;
  /** `null` where none is known, or nothing tests it. */
  readonly last_check: LastCheck | null;
}

export interface HealthChange {
  /** ISO 8601. */
  readonly at: string;
  readonly from: HealthStatus;
  readonly to: HealthStatus;
  readonly run_state: ServiceRunState;
  readonly reason: string | null;
  readonly exit_code: number | null;
}

export interface ServiceTimeline {
  readonly address: Address;
  /** From 0 to 1, of the time that is known; `null` where none is. */
  readonly uptime_share: number | null;
  readonly up_ms: number;
  readonly down_ms: number;
  /** Newest first. */
  readonly changes: readonly HealthChange[];
  /** How often it changed, the changes that are not listed included. */
  readonly changes_total: number;
}

export interface HealthHistoryReport {
  /** ISO 8601: what was before is not told. */
  readonly since: string;
  readonly services: readonly ServiceTimeline[];
}

export interface EnvironmentHealth {
  readonly environment: string;
  readonly project: string;
  readonly revision: Revision;
  /** Whether every engine answered. */
  readonly complete: boolean;
  readonly services: readonly ServiceHealth[];
  /** `null` where nobody asked for it. */
  readonly history: HealthHistoryReport | null;
}

export function countHealth(services: readonly ServiceHealth[]): Readonly<Record<HealthStatus, number>> {
  const counts: Record<HealthStatus, number> = { healthy: 0, unhealthy: 0, starting: 0, unknown: 0 };
  for (const { status } of services) counts[status] += 1;
  return counts;
}
