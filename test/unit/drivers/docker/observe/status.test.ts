import { describe, expect, it } from 'vitest';
import { statusOf } from '../../../../../src/drivers/docker/observe/status.ts';
import type { ContainerState } from '../../../../../src/drivers/docker/api/wire.ts';
import type { ObservedStatus } from '../../../../../src/model/observed.ts';
import { container, EXITED, NEVER_HAPPENED } from './fixtures.ts';

const SOON = Date.parse('2026-11-21T15:00:05Z');
const WITH_TIMERS = { facts: { health_timers: true }, now: SOON };

function status(state: Partial<ContainerState>, restarts = 0): ObservedStatus {
  return statusOf(container('web', { state, more: { RestartCount: restarts } }), WITH_TIMERS);
}

describe('the status of a container', () => {
  it.each<readonly [string, Partial<ContainerState>, number, Partial<ObservedStatus>]>([
    ['runs', {}, 0, { run_state: 'running', reason: null, exit_code: null, since: '2026-11-21T15:00:00.5Z' }],
    ['ended well', EXITED, 0, { run_state: 'completed', reason: 'exited with status 0', exit_code: 0 }],
    ['failed', { ...EXITED, ExitCode: 3 }, 0, { run_state: 'failed', reason: 'exited with status 3', exit_code: 3 }],
    [
      'was killed',
      { ...EXITED, ExitCode: 137 },
      0,
      { run_state: 'failed', reason: 'exited with status 137 (SIGKILL)', since: '2026-11-21T15:10:00.5Z' },
    ],
    [
      'was told to stop',
      { ...EXITED, ExitCode: 143 },
      0,
      { run_state: 'stopped', reason: 'exited with status 143 (SIGTERM)', exit_code: 143 },
    ],
    [
      'ran out of memory',
      { ...EXITED, ExitCode: 137, OOMKilled: true },
      0,
      { run_state: 'failed', reason: 'exited with status 137 (out of memory)' },
    ],
    [
      'could not be started again',
      { ...EXITED, ExitCode: 128, Error: 'network n1 not found' },
      0,
      { run_state: 'failed', reason: 'exited with status 128: network n1 not found' },
    ],
    [
      'restarts again and again',
      { ...EXITED, Status: 'restarting', Running: true, Restarting: true, ExitCode: 1 },
      4,
      { run_state: 'restarting', reason: 'restarting: exited with status 1, 4 times', restarts: 4, exit_code: 1 },
    ],
    ['is paused', { Status: 'paused', Paused: true }, 0, { run_state: 'paused', reason: 'paused', exit_code: null }],
    [
      'was never started',
      { Status: 'created', Running: false, StartedAt: NEVER_HAPPENED },
      0,
      { run_state: 'created', reason: null, since: '2026-11-21T14:59:59.5Z', exit_code: null, incarnation: null },
    ],
    [
      'could not be started',
      {
        Status: 'created',
        Running: false,
        StartedAt: NEVER_HAPPENED,
        ExitCode: 128,
        Error: 'port is already allocated',
      },
      0,
      { run_state: 'created', reason: 'created, never started: port is already allocated', exit_code: null },
    ],
    [
      'is half removed',
      { ...EXITED, Status: 'dead', Dead: true, Error: 'device or resource busy' },
      0,
      { run_state: 'dead', reason: 'the engine could not remove it: device or resource busy' },
    ],
    [
      'was being started when its engine died',
      { ...EXITED, Status: 'created', ExitCode: 128, Error: 'task aa923: already exists' },
      0,
      { run_state: 'dead', reason: 'the engine died while it was started: task aa923: already exists' },
    ],
    ['is being removed', { ...EXITED, Status: 'removing' }, 0, { run_state: 'dead', reason: 'it is being removed' }],
  ])('of one that %s', (_, state, restarts, expected) => {
    expect(status(state, restarts)).toMatchObject(expected);
  });

  it('has another incarnation with each start, and the same one through a pause', () => {
    const first = status({}).incarnation;

    expect(status({ StartedAt: '2026-11-21T15:20:00Z' }).incarnation).not.toBe(first);
    expect(status({ Status: 'paused', Paused: true }).incarnation).toBe(first);
  });
});

describe('health', () => {
  const check = (verdict: string, log: number, state: Partial<ContainerState> = {}): Partial<ContainerState> => ({
    Health: {
      Status: verdict,
      FailingStreak: log,
      Log: Array.from({ length: log }, () => ({ Start: '', End: '2026-11-21T15:00:03Z', ExitCode: 1, Output: 'no' })),
    },
    ...state,
  });

  it('is the verdict of the engine on what runs', () => {
    for (const verdict of ['healthy', 'unhealthy', 'starting']) expect(status(check(verdict, 3)).health).toBe(verdict);
  });

  it('is not yet known again after a pause, which the engine takes for a failure', () => {
    expect(status(check('unhealthy', 1)).health).toBe('starting');
  });

  it('is none where nothing is checked, and where nothing runs any more', () => {
    expect(status({}).health).toBe('none');
    expect(status(check('none', 0)).health).toBe('none');
    expect(status(check('unhealthy', 3, EXITED)).health).toBe('none');
  });

  it('is none on an engine without timers for checks', () => {
    const checked = container('web', { state: check('starting', 0) });

    expect(statusOf(checked, { facts: { health_timers: false }, now: SOON }).health).toBe('none');
  });

  it('is none once the first check is long overdue, for then the engine makes none', () => {
    const Healthcheck = { Test: ['CMD', 'true'], Interval: 1e9, Timeout: 2e9, StartPeriod: 3e9 };
    const checked = container('web', { state: check('starting', 0), more: { Config: { Healthcheck } } });
    const at = (seconds: number): string =>
      statusOf(checked, { facts: { health_timers: true }, now: Date.parse('2026-11-21T15:00:00.5Z') + seconds * 1000 })
        .health;

    expect(at(5)).toBe('starting');
    expect(at(7)).toBe('none');
  });

  it('tells how the last check ended', () => {
    expect(status(check('unhealthy', 2)).details['health_check']).toEqual({
      failing_streak: 2,
      exit_code: 1,
      at: '2026-11-21T15:00:03Z',
      output: 'no',
    });
  });
});

describe('the details', () => {
  it('name the ports that the engine really published, and the addresses by network', () => {
    const Ports = {
      '80/tcp': [
        { HostIp: '0.0.0.0', HostPort: '32768' },
        { HostIp: '::', HostPort: '32768' },
      ],
      '90/tcp': null,
    };
    const Networks = { shop_default: { IPAddress: '10.1.0.2', GlobalIPv6Address: 'fd00::2' }, idle: { IPAddress: '' } };

    const { details } = statusOf(container('web', { more: { NetworkSettings: { Ports, Networks } } }), WITH_TIMERS);

    expect(details['ports']).toEqual({ '80/tcp': ['0.0.0.0:32768', '[::]:32768'] });
    expect(details['addresses']).toEqual({ shop_default: ['10.1.0.2', 'fd00::2'] });
    expect(details).toMatchObject({ pid: 4711, image: 'app:1' });
  });
});
