import { describe, expect, it } from 'vitest';
import { environmentStatus } from '../../../src/flow/status.ts';
import type { DesiredResource } from '../../../src/model/desired.ts';
import {
  NOTHING_RECORDED,
  type Observation,
  type ObservedObject,
  type ObservedStatus,
  type Recorded,
} from '../../../src/model/observed.ts';
import type { Plan } from '../../../src/model/plan.ts';
import type { EnvironmentStatus, ResourceStatus } from '../../../src/report/status.ts';
import { creation, desired, environment, plan } from '../../support/builders.ts';

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

function statusOf(
  resources: readonly DesiredResource[],
  objects: readonly ObservedObject[],
  recorded: Recorded = NOTHING_RECORDED,
  part: Partial<Plan> = {},
): EnvironmentStatus {
  return environmentStatus({
    environment: environment(resources),
    plan: plan(part),
    observations: new Map([
      ['process', { status: 'known', engine: 'process', facts: { kind: 'any', version: '1' }, objects }],
    ]),
    recorded,
    owners: ['me'],
    openRun: null,
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

  it('has failed where all that was made is gone and nobody destroyed it', () => {
    const revisions = { ...NOTHING_RECORDED.revisions, last_applied: { commit: null, dirty: false } };
    const made = { engine: 'process', name: WEB.name, config: {}, revision: null, unfinished: false };
    const recorded = { ...NOTHING_RECORDED, revisions };

    expect(statusOf([WEB], [], { ...recorded, resources: { 'service.web': made } }).state).toBe('failed');
    expect(statusOf([WEB], [], recorded).state).toBe('terminated');
    expect(statusOf([WEB], []).state).toBe('uninitialized');
  });
});

describe('the status of an environment whose engines do not all answer', () => {
  const OTHER = desired('api', { engine: 'away' });
  const away = { status: 'unreachable', engine: 'away', error: 'connection refused', provided_by: null } as const;

  function stateOf(resources: readonly DesiredResource[], objects: readonly ObservedObject[]): string {
    const known = { status: 'known', engine: 'process', facts: { kind: 'any', version: '1' }, objects } as const;
    return environmentStatus({
      environment: environment(resources),
      plan: plan({ complete: false }),
      observations: new Map<string, Observation>([
        ['process', known],
        ['away', away],
      ]),
      recorded: NOTHING_RECORDED,
      owners: ['me'],
      openRun: null,
    }).state;
  }

  it('is unknown where nothing else works, whatever is declared of it', () => {
    const stopped = desired('api', { engine: 'away', config: { run_state: 'stopped' } });
    const volume = desired('data', { type: 'volume', name: 'shop_data', engine: 'away' });

    expect(stateOf([OTHER], [])).toBe('unknown');
    expect(stateOf([stopped], [])).toBe('unknown');
    expect(stateOf([volume], [])).toBe('unknown');
    expect(stateOf([WEB, OTHER], [observed(WEB, { run_state: 'failed' })])).toBe('unknown');
  });

  it('is degraded where something else works, and failed where all that failed is known', () => {
    expect(stateOf([WEB, OTHER], [observed(WEB)])).toBe('degraded');
    expect(stateOf([WEB], [observed(WEB, { run_state: 'failed' })])).toBe('failed');
  });

  it.each(['vm', 'cluster'] as const)('is as its %s is, where there is nothing else', (type) => {
    const machine = desired('m', { type, config: { run_state: 'running' } });
    const resting = desired('m', { type, config: { run_state: 'stopped' } });
    const stateIn = (state: ObservedStatus['run_state'], resource = machine): string =>
      statusOf([resource], [observed(resource, { run_state: state })]).state;

    expect(stateIn('running')).toBe('healthy');
    expect(stateIn('dead')).toBe('failed');
    expect(stateIn('stopped')).toBe('failed');
    expect(stateIn('restarting')).toBe('provisioning');
    expect(stateIn('stopped', resting)).toBe('stopped');
  });
});

describe('the conditions of an environment', () => {
  const freeze = {
    address: WEB.address,
    since: '2026-01-31T10:00:00.000Z',
    until: '2026-01-31T11:00:00.000Z',
    reason: 'a leak',
    by: 'kim@desk',
  };
  const drifted = {
    address: WEB.address,
    engine: 'process',
    name: WEB.name,
    kind: 'missing',
    differences: [],
    cause: 'world',
  } as const;

  function ready(part: Partial<Plan>, resource: DesiredResource = WEB): string {
    const status = statusOf([resource], [observed(resource)], NOTHING_RECORDED, part);
    const { reason, message } = status.conditions.find(({ type }) => type === 'Ready') ?? { reason: '', message: '' };
    return `${reason}: ${message}`;
  }

  it('say of drift what its policy makes of it', () => {
    const change = creation(WEB.address, WEB.config, { cause: 'world' });

    expect(ready({ drift: [drifted], changes: [change] })).toBe(
      'Drifted: service.web: drift, which its policy says to report; trueup apply local heals it',
    );
    expect(ready({ drift: [drifted], changes: [change] }, { ...WEB, drift: 'heal' })).toBe(
      'Drifted: service.web: drift, which watch and the daemon heal, and trueup apply local does',
    );
    expect(
      ready({ drift: [drifted, { ...drifted, address: 'service.db' }], changes: [change] }, { ...WEB, drift: 'heal' }),
    ).toBe(
      'Drifted: service.db: drift, which its policy says to report; service.web: drift, which watch and the daemon heal; trueup apply local heals all of it',
    );
    const withheld = [{ address: WEB.address, reason: 'protected', summary: 'its data would be lost' }] as const;
    expect(ready({ drift: [drifted], changes: [change], withheld }, { ...WEB, drift: 'heal' })).toBe(
      'Drifted: service.web: drift, which waits for a person',
    );
    expect(ready({ drift_ignored: [WEB.address], changes: [change] })).toBe(
      'Synced: what runs equals what git declares',
    );
    expect(ready({ changes: [{ ...change, cause: 'git' }] })).toMatch(/^ChangesPending: 1 resource differs/);
  });

  it('say what is frozen, which stalls nothing', () => {
    const withheld = [{ address: WEB.address, reason: 'frozen', summary: 'service.web is frozen' }] as const;

    const status = statusOf([WEB], [observed(WEB)], NOTHING_RECORDED, { frozen: [freeze], withheld, drift: [drifted] });

    const found = Object.fromEntries(
      status.conditions.map(({ type, status: is, reason }) => [type, `${is} ${reason}`]),
    );
    expect(found).toMatchObject({ Ready: 'False Frozen', Stalled: 'False Nothing', Frozen: 'True AskedFor' });
    expect(status.resources[0]?.frozen).toEqual(freeze);
  });
});
