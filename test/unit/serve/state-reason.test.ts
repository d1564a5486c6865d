import { expect, it } from 'vitest';
import type { EnvironmentStatus, ResourceStatus } from '../../../src/report/status.ts';
import { stateReason } from '../../../src/serve/standing/state-reason.ts';

const GONE = { address: 'service.api', run_state: 'missing', health: 'none', reason: 'not created' };
const STARTING = { address: 'service.web', run_state: 'running', health: 'starting', reason: null };
const ENDED = { address: 'service.web', run_state: 'restarting', health: 'none', reason: 'exited with status 1' };

function reasonOf(state: EnvironmentStatus['state'], ...resources: readonly object[]): string {
  return stateReason({ state, resources: resources as readonly ResourceStatus[] });
}

it('what is on its way is the reason for provisioning, and not what is gone beside it', () => {
  expect(reasonOf('provisioning', GONE, STARTING)).toBe('service.web is starting');
  expect(reasonOf('provisioning', GONE, ENDED)).toBe('service.web is restarting: exited with status 1');
});

it('what is gone is the reason for being degraded, and not what runs beside it', () => {
  expect(reasonOf('degraded', STARTING, GONE)).toBe('service.api is missing: not created');
  expect(reasonOf('failed', { ...ENDED, run_state: 'failed' })).toBe('service.web has failed: exited with status 1');
  expect(reasonOf('healthy', STARTING)).toBe('all is there, runs, and is healthy');
});
