import { describe, expect, it } from 'vitest';
import type { Address } from '../../../src/model/address.ts';
import type { Change } from '../../../src/model/change.ts';
import type { ProgressEvent } from '../../../src/model/events.ts';
import type { Step } from '../../../src/model/plan.ts';
import type { StepResult } from '../../../src/model/run.ts';
import { changeWhys } from '../../../src/report/change-why.ts';
import type { ResourceStatus } from '../../../src/report/status.ts';
import { WatchChanges } from '../../../src/report/watch-changes.ts';
import { creation } from '../../support/builders.ts';

const WEB: Address = 'service.web';
const CHANGE = creation(WEB, {});

function ended(phase: Step['phase'], status: StepResult['status'], message = ''): ProgressEvent {
  const step = { id: phase, address: WEB, changed: WEB, phase, verb: 'start' } as Step;
  return { type: 'step_ended', step, result: { status, error: message === '' ? null : { message } } as StepResult };
}

function scene(health: ResourceStatus['health'] = 'healthy') {
  const changes = new WatchChanges();
  changes.met([{ address: WEB, run_state: 'running', health } as ResourceStatus]);
  return {
    changes,
    text: () => changes.get(WEB)?.text,
    looks(
      run_state: 'running' | 'failed' | 'missing',
      to: ResourceStatus['health'],
      reason: string | null = null,
    ): void {
      changes.changed({ type: 'resource_changed', address: WEB, run_state, health: to, reason }, 1);
    },
    plans: (part: Partial<Change>): void => changes.planned(changeWhys([{ ...CHANGE, ...part }])),
    steps: (event: ProgressEvent): void => changes.progressed(event, 2),
  };
}

describe('what changed last, and why', () => {
  it('is what happened to a service and that it was healed, also once it runs again', () => {
    const { looks, plans, steps, text, changes } = scene();

    looks('failed', 'none', 'exited with status 137 (SIGKILL)');
    plans({ reason: 'not_running', action: 'update', cause: 'world' });
    steps(ended('start', 'done'));
    steps(ended('gate', 'done'));
    looks('running', 'healthy');
    changes.passEnded();

    expect(text()).toBe('exited with status 137 (SIGKILL), healed');
  });

  it('says that it could not be healed, and why', () => {
    const { looks, plans, steps, text } = scene();

    looks('failed', 'none', 'exited with status 1');
    plans({ reason: 'not_running', action: 'update', cause: 'world' });
    steps(ended('start', 'done'));
    steps(ended('gate', 'failed', 'it exited'));

    expect(text()).toBe('exited with status 1; it exited');
  });

  it('says that a gate was not met in the end', () => {
    const { plans, steps, text } = scene();

    plans({ cause: 'git' });
    steps(ended('start', 'done'));
    steps({
      type: 'run_ended',
      run: { gates: [{ address: WEB, met: false, reason: 'it exited' }] },
    } as unknown as ProgressEvent);

    expect(text()).toBe('it exited');
  });

  it('names fields with what they were and are, and of a secret only that it changed', () => {
    const { plans, steps, text } = scene();
    const difference = { cause: 'git', severity: 'info', impact: null, effect: 'restart', source: null } as const;

    plans({
      reason: 'differs',
      differences: [
        { ...difference, field_path: "$['environment_variables']['A']", before: 1, after: 2 },
        {
          ...difference,
          field_path: "$['environment_variables']['KEY']",
          before: { $secret: 'hmac-one' },
          after: { $secret: 'hmac-two' },
        },
        { ...difference, field_path: "$['process']['command']", before: ['a'], after: ['b'] },
      ],
    });
    steps(ended('start', 'done'));

    expect(text()).toBe(
      'environment_variables.A: 1 → 2, environment_variables.KEY: (secret) → (secret, changed) and 1 more',
    );
  });

  it('is nothing where only a verdict has become known', () => {
    const { looks, text } = scene('unknown');

    looks('running', 'healthy');

    expect(text()).toBeUndefined();
  });

  it('is nothing where what runs is met by an event before any look', () => {
    const changes = new WatchChanges();

    changes.changed(
      { type: 'resource_changed', address: WEB, run_state: 'running', health: 'healthy', reason: null },
      1,
    );

    expect(changes.get(WEB)).toBeUndefined();
  });

  it('says of what comes back by itself what it was', () => {
    const { looks, text } = scene();

    looks('running', 'unhealthy', 'its health check failed');
    looks('running', 'healthy');

    expect(text()).toBe('its health check failed; healthy again');
  });

  it('says that somebody else has started what was not there', () => {
    const { looks, changes, text } = scene();
    looks('missing', 'none', 'not created');
    expect(text()).toBe('not created');
    looks('running', 'none');
    expect(text()).toBe('not created; runs again');

    const other = new WatchChanges();
    other.met([{ address: WEB, run_state: 'missing', health: 'none' } as ResourceStatus]);
    other.changed({ type: 'resource_changed', address: WEB, run_state: 'running', health: 'none', reason: null }, 1);

    expect(other.get(WEB)?.text).toBe('started by somebody else');
    expect(changes.get(WEB)?.at).toBe(1);
  });
});
