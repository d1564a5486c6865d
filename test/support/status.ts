/** Builders for statuses. */
import type { EnvironmentStatus, ResourceStatus } from '../../src/report/status.ts';
import { COMMIT } from './builders.ts';

export function resource(address: ResourceStatus['address'], overrides: Partial<ResourceStatus> = {}): ResourceStatus {
  return {
    address,
    engine: 'process',
    name: `shop-${address}`,
    run_state: 'running',
    health: 'healthy',
    reason: null,
    since: '2026-01-31T11:58:20.000Z',
    gate: null,
    restarts: 0,
    image: null,
    ports: [],
    frozen: null,
    details: {},
    ...overrides,
  };
}

export function environmentStatus(overrides: Partial<EnvironmentStatus> = {}): EnvironmentStatus {
  return {
    name: 'local',
    state: 'healthy',
    conditions: [
      { type: 'Ready', status: 'True', reason: 'AllHealthy', message: 'all 2 resources are healthy', since: null },
    ],
    last_applied: { commit: COMMIT, dirty: false },
    last_attempted: { commit: COMMIT, dirty: false },
    last_healthy: { commit: COMMIT, dirty: false },
    quarantine: null,
    resources: [],
    ...overrides,
  };
}
