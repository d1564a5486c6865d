/** Health results made from what is seen: a look at a service, and a probe of our own. Pure; texts come masked. */
import type { Address } from '../model/address.ts';
import type { HealthCheckResult, HealthStatus, ServiceRunState } from '../model/health.ts';
import type { Health } from '../model/observed.ts';
import type { ProbeResult } from '../model/run.ts';
import type { StatedState } from '../report/status.ts';

export interface ServiceLook {
  readonly address: Address;
  readonly run_state: ServiceRunState;
  /** `unknown`: declared, on an engine that has no verdict of its own. */
  readonly health: Health | 'unknown';
  readonly reason: string | null;
}

/**
 * What a look at a service says of its health: `unknown` where nothing tests it, where it is stopped on purpose, and where
 * its whole environment was never made, or was destroyed.
 */
export function healthStatusOf(
  { run_state, health }: Pick<ServiceLook, 'run_state' | 'health'>,
  environment: StatedState,
): HealthStatus {
  switch (run_state) {
    case 'running':
      return health === 'none' ? 'unknown' : health;
    case 'restarting':
    case 'created':
      return 'starting';
    case 'completed':
      return 'healthy';
    case 'paused':
    case 'failed':
    case 'dead':
      return 'unhealthy';
    case 'missing':
      return environment === 'uninitialized' || environment === 'terminated' ? 'unknown' : 'unhealthy';
    case 'stopped':
    case 'suspended':
    case 'unknown':
      return 'unknown';
    default:
      return run_state satisfies never;
  }
}

export function lookResult(
  look: ServiceLook,
  status: HealthStatus,
  at: { id: string; timestamp: string },
): HealthCheckResult {
  const isVerdict = look.health === 'healthy' || look.health === 'unhealthy' || look.health === 'starting';
  return {
    ...at,
    service_id: look.address,
    status,
    details: { exit_code: null, output: null, response_time_ms: null, error_message: look.reason },
    metadata: {
      check_type: isVerdict ? 'docker_healthcheck' : null,
      // engine name: a value of the field, for whatever engine.
      triggered_by: isVerdict ? 'docker' : 'automated_script',
      run_state: look.run_state,
    },
  };
}

/** A probe that fails says that a service is not there yet, unless it was there before. */
export function probeStatus(probe: ProbeResult, before: HealthStatus | null): HealthStatus {
  if (probe.passed) return 'healthy';
  return before === 'healthy' || before === 'unhealthy' ? 'unhealthy' : 'starting';
}

export function probeResult(address: Address, probe: ProbeResult, status: HealthStatus, id: string): HealthCheckResult {
  const { at, check_type, passed, exit_code, output, response_time_ms } = probe;
  const isEngines = check_type === 'engine';
  return {
    id,
    service_id: address,
    timestamp: at,
    status,
    // Without an exit code there is only a message, such as that no answer came.
    details: {
      exit_code,
      output: passed || exit_code === null ? null : output,
      response_time_ms: Math.max(0, Math.round(response_time_ms)),
      error_message: passed || exit_code !== null ? null : output,
    },
    metadata: {
      check_type: isEngines ? 'docker_healthcheck' : check_type === 'test' ? 'script' : 'endpoint',
      // engine name: a value of the field, for whatever engine.
      triggered_by: isEngines ? 'docker' : 'automated_script',
      run_state: 'running',
    },
  };
}
