import { describe, expect, it, vi } from 'vitest';
import type { TrueupError } from '../../../src/model/failure.ts';
import type { HealthCheckResult } from '../../../src/model/health.ts';
import type { Step } from '../../../src/model/plan.ts';
import type { ServeEvent } from '../../../src/model/serve-event.ts';
import type { EnvironmentStatus, ResourceStatus } from '../../../src/report/status.ts';
import { type HealthRecorder, recordHealth } from '../../../src/serve/probes/health-recorder.ts';
import type { Served, ServedEnvironment } from '../../../src/serve/served.ts';
import { stateFolder } from '../../../src/state/folder.ts';
import { readHealthHistory } from '../../../src/state/health-reading.ts';
import { probe } from '../../support/builders.ts';
import { served as event } from '../../support/serve-events.ts';
import { scratchFolder } from '../state/scratch.ts';

const MINUTE = 60_000;

function web(overrides: Partial<ResourceStatus> = {}): ResourceStatus {
  return {
    address: 'service.web',
    engine: 'docker',
    name: 'shop-web-1',
    run_state: 'running',
    health: 'healthy',
    reason: null,
    since: null,
    gate: null,
    restarts: 0,
    image: null,
    ports: [],
    frozen: null,
    details: {},
    ...overrides,
  };
}

function statusOf(resources: readonly ResourceStatus[]): EnvironmentStatus {
  const revisions = { last_applied: null, last_attempted: null, last_healthy: null };
  return { name: 'local', state: 'healthy', conditions: [], ...revisions, quarantine: null, resources };
}

interface Stage extends AsyncDisposable {
  readonly recorder: HealthRecorder;
  readonly problems: TrueupError[];
  resources: readonly ResourceStatus[];
  isServed: boolean;
  tell(told: ServeEvent): void;
  pass(minutes: number): void;
  stored(): Promise<readonly HealthCheckResult[]>;
}

/** A daemon that serves one environment, and time that passes when it is told to. */
function stage(): Stage {
  const folder = stateFolder(scratchFolder());
  const listeners = new Set<(told: ServeEvent) => void>();
  const problems: TrueupError[] = [];
  let elapsed = 0;
  const environment = {
    id: 'shop/local',
    name: 'local',
    source: 'shop',
    status: () => statusOf(made.resources),
  } as unknown as ServedEnvironment;
  const served: Served = {
    startedAt: '2026-01-31T10:00:00.000Z',
    environments: () => (made.isServed ? [environment] : []),
    subscribe(listener) {
      listeners.add(listener);
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
  };
  const recorder = recordHealth(served, {
    stateOf: () => folder,
    mask: (_environment, text) => text.replaceAll('hunter2', '(secret)'),
    onTrouble: (_environment, problem) => problems.push(problem),
    elapsed: () => elapsed,
  });
  const made: Stage = {
    recorder,
    problems,
    resources: [web()],
    isServed: true,
    tell: (told) => {
      for (const listener of listeners) listener(told);
    },
    pass: (minutes) => void (elapsed += minutes * MINUTE),
    async stored() {
      await recorder.flush();
      const found: HealthCheckResult[] = [];
      for await (const one of readHealthHistory(folder, 'local', {
        since: 0,
        onProblem: (problem) => problems.push(problem),
      }))
        found.push(...one);
      return found;
    },
    async [Symbol.asyncDispose]() {
      await recorder[Symbol.asyncDispose]();
      expect(listeners.size).toBe(0);
      expect(problems).toEqual([]);
    },
  };
  return made;
}

function changed(overrides: Partial<Extract<ServeEvent, { type: 'resource_changed' }>> = {}): ServeEvent {
  const detail = {
    type: 'resource_changed',
    address: 'service.web',
    run_state: 'running',
    health: 'healthy',
    reason: null,
  };
  return event({ ...detail, ...overrides } as Parameters<typeof event>[0]);
}

function probed(passed: boolean, output = 'said so'): ServeEvent {
  const made = probe({ passed, exit_code: passed ? 0 : 1, output });
  return event({ type: 'progress', event: { type: 'probe', address: 'service.web', probe: made } });
}

describe('the recorder of health', () => {
  it('stores a change of health or run state, and nothing where an event says nothing new', async () => {
    await using daemon = stage();
    daemon.tell(changed());
    daemon.tell(changed());
    daemon.tell(changed({ run_state: 'failed', health: 'none', reason: 'exited with status 1' }));
    daemon.tell(changed({ run_state: 'restarting', health: 'none' }));
    daemon.tell(changed());

    expect((await daemon.stored()).map(({ status, metadata }) => `${status} ${metadata.run_state}`)).toEqual([
      'healthy running',
      'unhealthy failed',
      'starting restarting',
      'healthy running',
    ]);
  });

  it('stores each probe of our own, whose verdict holds where the engine has none', async () => {
    await using daemon = stage();
    daemon.tell(probed(false));
    daemon.tell(probed(true));
    daemon.tell(changed({ health: 'unknown' }));
    daemon.tell(probed(true));
    daemon.tell(probed(false, 'token hunter2 is not valid'));
    daemon.tell(changed({ health: 'unknown' }));

    const stored = await daemon.stored();
    expect(stored.map(({ status }) => status)).toEqual(['starting', 'healthy', 'healthy', 'unhealthy']);
    expect(stored.at(-1)?.details).toMatchObject({ exit_code: 1, output: 'token (secret) is not valid' });
    expect(new Set(stored.map(({ id }) => id)).size).toBe(4);
  });

  it('stores what a probe makes of the service where the prober says so: one failure may not count yet', async () => {
    await using daemon = stage();
    const told = (passed: boolean, health: 'healthy' | 'unhealthy'): ServeEvent => {
      const made = probe({ passed, exit_code: passed ? 0 : 1, output: 'no' });
      return event({ type: 'progress', event: { type: 'probe', address: 'service.web', probe: made, health } });
    };
    daemon.tell(told(true, 'healthy'));
    daemon.tell(told(false, 'healthy'));
    daemon.tell(told(false, 'unhealthy'));
    // The same once more, as a change: it was our own probe that found it, and not the engine.
    daemon.tell(changed({ health: 'unhealthy' }));

    const stored = await daemon.stored();
    expect(stored.map(({ status }) => status)).toEqual(['healthy', 'healthy', 'unhealthy']);
    expect(stored[1]?.details).toMatchObject({ exit_code: 1, output: 'no' });
  });

  it('takes a probe that fails at the gate of a new start for a start, however well the one before was', async () => {
    await using daemon = stage();
    daemon.tell(probed(true));
    const step = { id: 'start', address: 'service.web', phase: 'start', verb: 'start' } as unknown as Step;
    daemon.tell(event({ type: 'progress', event: { type: 'step_started', step } }));
    daemon.tell(probed(false));

    expect((await daemon.stored()).map(({ status }) => status)).toEqual(['healthy', 'starting']);
  });

  it('believes its own probe until the engine has come to its first verdict', async () => {
    await using daemon = stage();
    daemon.tell(probed(true));
    daemon.tell(changed({ health: 'starting' }));
    daemon.tell(changed());
    daemon.tell(changed({ health: 'unhealthy' }));
    daemon.tell(changed({ health: 'starting' }));

    expect((await daemon.stored()).map(({ status }) => status)).toEqual(['healthy', 'unhealthy', 'starting']);
  });

  it('looks by itself, and stores what stays as it is every 10 minutes', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      await using daemon = stage();
      for (let minute = 0; minute < 25; minute += 1) {
        daemon.pass(1);
        vi.advanceTimersByTime(MINUTE);
      }

      expect(await daemon.stored()).toHaveLength(3);
    } finally {
      vi.useRealTimers();
    }
  });

  it('stores what a daemon finds at its first look, so that a fall right after it is one', async () => {
    await using daemon = stage();
    daemon.tell(event({ type: 'planned', changes: 0, drift: [], withheld: 0, after_ms: 12 }));
    daemon.tell(event({ type: 'planned', changes: 0, drift: [], withheld: 0, after_ms: 12 }));
    daemon.resources = [web({ run_state: 'failed', health: 'none' })];
    daemon.tell(changed({ run_state: 'failed', health: 'none', reason: 'exited with status 137' }));

    expect((await daemon.stored()).map(({ status }) => status)).toEqual(['healthy', 'unhealthy']);
  });

  it('counts nothing against a service whose engine does not answer', async () => {
    await using daemon = stage();
    daemon.tell(changed());
    daemon.tell(changed({ run_state: 'unknown', health: 'none', reason: 'the engine did not answer within 10 s' }));
    daemon.tell(changed());

    expect((await daemon.stored()).map(({ status }) => status)).toEqual(['healthy', 'unknown', 'healthy']);
  });

  it('finds by itself what no event told, and masks why', async () => {
    await using daemon = stage();
    daemon.recorder.look();
    daemon.resources = [web({ health: 'unhealthy', reason: 'its health check ends with status 1: hunter2' })];
    daemon.recorder.look();

    const stored = await daemon.stored();
    expect(stored.map(({ status }) => status)).toEqual(['healthy', 'unhealthy']);
    expect(stored[1]?.details.error_message).toBe('its health check ends with status 1: (secret)');
  });

  it('records services alone, and nothing of what is served no more', async () => {
    await using daemon = stage();
    daemon.resources = [web(), web({ address: 'volume.data', run_state: null })];
    daemon.recorder.look();
    daemon.tell(changed({ address: 'volume.data', run_state: null }));
    daemon.isServed = false;
    daemon.recorder.look();
    daemon.tell(changed({ health: 'unhealthy' }));

    expect((await daemon.stored()).map(({ service_id }) => service_id)).toEqual(['service.web']);
  });

  it('begins anew with a service that was not declared meanwhile', async () => {
    await using daemon = stage();
    daemon.recorder.look();
    daemon.resources = [];
    daemon.recorder.look();
    daemon.resources = [web()];
    daemon.recorder.look();

    expect(await daemon.stored()).toHaveLength(2);
  });
});
