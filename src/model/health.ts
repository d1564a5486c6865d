/** Health as a time series: what was found of a service at one moment. */
import type { Address } from './address.ts';
import type { ObservedRunState } from './observed.ts';

export const HEALTH_STATUSES = ['healthy', 'unhealthy', 'starting', 'unknown'] as const;

export type HealthStatus = (typeof HEALTH_STATUSES)[number];

/** `missing`: declared and not there; `unknown`: its engine did not answer. */
export type ServiceRunState = ObservedRunState | 'missing' | 'unknown';

/** `docker_healthcheck` is the engine's own check, `script` our run of the test, `endpoint` our request. */
export const CHECK_TYPES = ['docker_healthcheck', 'script', 'endpoint'] as const;

/** `docker`: the engine by itself; `automated_script`: the daemon; `manual`: a person. */
// engine name: a value of the field, for whatever engine.
export const CHECK_TRIGGERS = ['docker', 'manual', 'automated_script'] as const;

export interface HealthCheckResult {
  readonly id: string;
  readonly service_id: Address;
  /** ISO 8601. */
  readonly timestamp: string;
  readonly status: HealthStatus;
  readonly details: {
    readonly exit_code: number | null;
    /** Known secrets masked; `null` where it passed. */
    readonly output: string | null;
    readonly response_time_ms: number | null;
    /** One sentence, known secrets masked. */
    readonly error_message: string | null;
  };
  readonly metadata: {
    /** `null` where it was looked at, and nothing tests it. */
    readonly check_type: (typeof CHECK_TYPES)[number] | null;
    readonly triggered_by: (typeof CHECK_TRIGGERS)[number];
    readonly run_state: ServiceRunState;
  };
}
