import { describe, expect, it } from 'vitest';
import { environmentStatus } from '../../../src/flow/status.ts';
import type { DesiredResource } from '../../../src/model/desired.ts';
import { NOTHING_RECORDED, type ObservedObject, type ObservedStatus } from '../../../src/model/observed.ts';
import { NO_RUNS } from '../../../src/state/journal-reading.ts';
import type { EnvironmentStatus, ResourceStatus } from '../../../src/report/status.ts';
import { desired, environment, plan } from '../../support/builders.ts';

const WEB = desired('web', {
  config: {
    networking: { ports: { ':80/tcp': { host_port: null, container_port: 80, protocol: 'tcp', host_ip: null } } },
    run_state: 'running',
  },
  uses: ['image.busybox:1'],
});
const IMAGE = desired('busybox:1', { type: 'image', name: 'busybox:1', config: { reference: 'busybox:1' } });

function observed(
  { type, name, address }: DesiredResource,
  status: Partial<ObservedStatus> = {},
  owner: string | null = 'me',
): ObservedObject {
  const ownership = { project: 'shop', environment: 'local', address, checkout: null, created_revision: null };
  return {
    type,
    name,
    id: 'an-id',
    ownership: owner === null ? null : { ...ownership, owner },
    configured: {},
    effective: null,
    status: {
      run_state: type === 'service' ? 'running' : null,
      reason: null,
      since: null,
      exit_code: null,
      restarts: 0,
      incarnation: null,
      health: 'none',
      details: {},
      ...status,
    },
  };
}

function statusOf(resources: readonly DesiredResource[], objects: readonly ObservedObject[]): EnvironmentStatus {
  return environmentStatus({
    environment: environment(resources),
    plan: plan(),
    observations: new Map([
      ['process', { status: 'known', engine: 'process', facts: { kind: 'any', version: '1' }, objects }],
    ]),
    recorded: NOTHING_RECORDED,
    owners: ['me'],
    earlier: { reading: NO_RUNS, problem: null },
  });
}

function webStatus(status: Partial<ObservedStatus>, web: DesiredResource = WEB): ResourceStatus | undefined {
  return statusOf([web], [observed(web, status)]).resources[0];
}

describe('the status of a service', () => {
  it('shows the ports that are really published, which the engine may have chosen', () => {
    const published = { '80/tcp': ['0.0.0.0:49153', '[::]:49153'], '53/udp': ['127.0.0.1:53', '[::1]:5353'] };

    expect(webStatus({ details: { ports: published } })).toMatchObject({
      ports: ['49153:80/tcp', '127.0.0.1:53:53/udp', '[::1]:5353:53/udp'],
    });
    expect(webStatus({ details: { ports: {} } })).toMatchObject({ ports: [] });
  });

  it('shows the ports that are declared where it does not run, and where its engine knows none', () => {
    expect(webStatus({ run_state: 'stopped', details: { ports: {} } })).toMatchObject({ ports: ['80/tcp'] });
    expect(webStatus({})).toMatchObject({ ports: ['80/tcp'] });
    expect(statusOf([WEB], []).resources[0]).toMatchObject({ run_state: 'missing', ports: ['80/tcp'], image: null });
  });

  it('shows the image that it was made from', () => {
    expect(webStatus({ details: { image: 'busybox:1', image_id: 'sha256:1' } })).toMatchObject({
      image: 'busybox:1',
      details: { image_id: 'sha256:1' },
    });
    expect(webStatus({ details: { pid: 7 } })).toMatchObject({ image: null });
  });

  it.each(['healthy', 'unhealthy', 'starting'] as const)("is %s when its engine's verdict says so", (health) => {
    expect(webStatus({ health })).toMatchObject({ health });
  });

  it('does not pretend to know the health of what only trueup checks', () => {
    const checked = desired('web', { config: { ...WEB.config, health_check: { test: ['CMD', 'true'] } } });

    expect(webStatus({ health: 'none' }, checked)).toMatchObject({ health: 'unknown' });
    expect(webStatus({ health: 'none', run_state: 'stopped' }, checked)).toMatchObject({ health: 'none' });
    expect(webStatus({ health: 'none' })).toMatchObject({ health: 'none' });
  });

  it('says why it is unhealthy in the words of its last health check', () => {
    const check = { exit_code: 1, output: 'trying\nno such table: orders\n' };
    const running = { health: 'unhealthy', details: { health_check: check } } as const;

    expect(webStatus(running)).toMatchObject({
      reason: 'its health check ends with status 1: no such table: orders',
    });
    expect(webStatus({ ...running, health: 'healthy' })).toMatchObject({ reason: null });
    expect(webStatus({ ...running, reason: 'paused' })).toMatchObject({ reason: 'paused' });
    expect(webStatus({ health: 'unhealthy', details: { health_check: { exit_code: 7, output: '' } } })).toMatchObject({
      reason: 'its health check ends with status 7',
    });
    expect(
      webStatus({ health: 'unhealthy', details: { health_check: { exit_code: -1, output: 'gone' } } }),
    ).toMatchObject({
      reason: 'its health check could not be run to its end: gone',
    });
  });

  it('is missing when somebody else has its name', () => {
    expect(statusOf([WEB], [observed(WEB, {}, 'somebody')]).resources[0]).toMatchObject({ run_state: 'missing' });
    expect(statusOf([WEB], [observed(WEB, {}, null)]).resources[0]).toMatchObject({ run_state: 'missing' });
  });
});

describe('the status of an environment', () => {
  it('counts an image, which is nobody’s, as present, and not as something that was made', () => {
    const { state, resources } = statusOf([WEB, IMAGE], [observed(IMAGE, {}, null)]);

    expect(resources).toMatchObject([
      { address: 'image.busybox:1', run_state: null },
      { address: 'service.web', run_state: 'missing' },
    ]);
    expect(state).toBe('uninitialized');
  });

  it('is there as soon as something of it is', () => {
    expect(statusOf([WEB, IMAGE], [observed(IMAGE, {}, null), observed(WEB)]).state).toBe('healthy');
  });
});
