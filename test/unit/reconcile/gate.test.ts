import { describe, expect, it } from 'vitest';
import type { ObservedObject, ObservedStatus } from '../../../src/model/observed.ts';
import { TrueupError } from '../../../src/model/failure.ts';
import type { ProbeResult } from '../../../src/model/run.ts';
import { type GateWorld, waitForGate } from '../../../src/reconcile/gates/gate.ts';
import { GateError } from '../../../src/reconcile/gates/gate-error.ts';
import type { HealthCheck } from '../../../src/reconcile/gates/health-check.ts';

const CHECK: HealthCheck = {
  readyMs: null,
  test: ['true'],
  endpoints: [],
  expectedResponse: { statusCode: null, bodyPattern: null, jsonPath: null },
  intervalMs: 1000,
  timeoutMs: 500,
  retries: 3,
  startPeriodMs: 2000,
};

const RUNNING: ObservedStatus = {
  run_state: 'running',
  reason: null,
  since: null,
  exit_code: null,
  restarts: 0,
  incarnation: '1',
  health: 'none',
  details: {},
};

interface Script {
  /** Whether the engine answers at a virtual time. */
  answers?(now: number): boolean;
  /** The status at a virtual time in milliseconds; `null` when the resource is gone. */
  status?(now: number): Partial<ObservedStatus> | null;
  /** Whether a probe at a virtual time passes. */
  passes?(now: number): boolean;
  /** What the resource brings along where nothing is declared. */
  readonly brings?: HealthCheck | null;
  /** Whether a test hung before a virtual time. */
  hangs?(now: number): boolean;
  /** How long it has been running, in milliseconds. */
  readonly age?: number;
  /** From when on its rungs are reached; absent where it has none. */
  readonly booted?: number;
  /** Whether the engine says where to probe, at a virtual time; what does not comes after the time of a probe. */
  leads?(now: number): boolean;
}

/** A world in virtual time: pauses only move the clock. */
function worldOf(script: Script): GateWorld & { readonly probedAt: number[]; readonly asked: HealthCheck[] } {
  const {
    status = () => ({}),
    passes = () => false,
    brings = null,
    hangs = () => false,
    age = 0,
    booted = null,
    answers = () => true,
    leads = () => true,
  } = script;
  let now = 0;
  const probedAt: number[] = [];
  const asked: HealthCheck[] = [];
  return {
    endsByItself: true,
    probedAt,
    asked,
    look() {
      if (!answers(now)) {
        now += 100;
        return Promise.reject(new TrueupError('engine_unreachable', 'no answer', { retryable: true }));
      }
      const current = status(now);
      return Promise.resolve(current === null ? null : objectOf({ ...RUNNING, ...current }));
    },
    probe(_object, check) {
      probedAt.push(now);
      asked.push(check);
      if (!leads(now)) {
        now += check.timeoutMs;
        return Promise.reject(new TrueupError('engine_unreachable', 'no word of where it is', { retryable: true }));
      }
      if (booted === null) return Promise.resolve([probeOf(passes(now), now)]);
      const rung = rungOf(now >= booted, now);
      return Promise.resolve(rung.passed ? [rung, probeOf(passes(now), now)] : [rung]);
    },
    pause(milliseconds, signal) {
      signal.throwIfAborted();
      now += milliseconds;
      return Promise.resolve();
    },
    now: () => now,
    ownCheck: () => brings,
    hasHung: () => hangs(now),
    ageOf: () => age,
  };
}

function objectOf(status: ObservedStatus): ObservedObject {
  return { type: 'service', name: 'shop-web-1', id: '1', ownership: null, configured: {}, effective: null, status };
}

function probeOf(passed: boolean, at: number): ProbeResult {
  return {
    at: new Date(at).toISOString(),
    check_type: 'test',
    target: 'true',
    passed,
    exit_code: passed ? 0 : 1,
    output: passed ? '' : 'connection refused',
    response_time_ms: 1,
  };
}

function rungOf(passed: boolean, at: number): ProbeResult {
  const output = passed ? '' : 'nothing in its console says so';
  return { ...probeOf(passed, at), check_type: 'rung', target: 'booted', exit_code: null, output };
}

const signal = new AbortController().signal;

async function failureOf(promise: Promise<unknown>): Promise<GateError> {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(GateError);
  return error instanceof GateError ? error : Promise.reject(new Error('not a gate error'));
}

describe('a gate', () => {
  it('probes at once and opens with the first pass', async () => {
    const world = worldOf({ passes: () => true });

    await waitForGate('service_healthy', CHECK, world, signal);

    expect(world.probedAt).toEqual([0]);
  });

  it('probes again at growing pauses that never exceed the interval', async () => {
    const world = worldOf({ passes: (now) => now >= 5000 });

    await waitForGate('service_healthy', { ...CHECK, startPeriodMs: 60_000 }, world, signal);

    const pauses = world.probedAt.slice(1).map((at, index) => at - (world.probedAt[index] ?? 0));
    expect(pauses[0]).toBe(50);
    expect(pauses).toEqual(pauses.toSorted((left, right) => left - right));
    expect(pauses.at(-1)).toBe(CHECK.intervalMs);
  });

  it('waits for the verdict of the engine where it has one and no check is declared', async () => {
    const world = worldOf({ status: (now) => ({ health: now < 3000 ? 'starting' : 'healthy' }) });

    await waitForGate('service_healthy', null, world, signal);

    expect(world.now()).toBeGreaterThanOrEqual(3000);
  });

  it('fails on the verdict of the engine also where no check is declared', async () => {
    const world = worldOf({ status: (now) => ({ health: now < 3000 ? 'starting' : 'unhealthy' }) });

    const error = await failureOf(waitForGate('service_healthy', null, world, signal));

    expect(error.code).toBe('gate_unhealthy');
  });

  it('counts one failure per interval and only after start_period, so early probes can only open', async () => {
    const world = worldOf({});

    const error = await failureOf(waitForGate('service_healthy', CHECK, world, signal));

    expect(error.code).toBe('gate_unhealthy');
    expect(world.probedAt.at(-1)).toBeGreaterThanOrEqual(CHECK.startPeriodMs + 2 * CHECK.intervalMs);
    expect(error.probes).toHaveLength(5);
    expect(error.probes.at(-1)?.output).toBe('connection refused');
  });

  describe('of what has to boot first', () => {
    const BOOTING: HealthCheck = { ...CHECK, readyMs: 25_000, intervalMs: 20_000, startPeriodMs: 3000 };

    it('fails with the rung that is not reached in its time, and says nothing of a health check that was never asked', async () => {
      const world = worldOf({ booted: Number.POSITIVE_INFINITY });

      const error = await failureOf(waitForGate('service_healthy', BOOTING, world, signal));

      expect(error.message).toBe('it was not ready within 25s: booted: nothing in its console says so');
      expect(world.now()).toBeGreaterThanOrEqual(25_000);
      expect(world.now()).toBeLessThan(25_000 + 2 * 2000);
    });

    it('fails at once where it has been running for longer than that', async () => {
      const world = worldOf({ booted: Number.POSITIVE_INFINITY, age: 60_000 });

      const error = await failureOf(waitForGate('service_healthy', BOOTING, world, signal));

      expect(error.message).toContain('it was not ready within 25s: booted');
      expect(world.probedAt).toEqual([0]);
    });

    it('looks at the rungs more often than at the health check', async () => {
      const world = worldOf({ booted: 19_000, passes: () => true });

      await waitForGate('service_healthy', BOOTING, world, signal);

      expect(world.now()).toBeLessThan(19_000 + 2001);
    });

    it('counts failures of the health check from when its start period, which begins with the last rung, is over', async () => {
      const world = worldOf({ booted: 10_000 });

      const error = await failureOf(waitForGate('service_healthy', { ...BOOTING, intervalMs: 1000 }, world, signal));

      expect(error.message).toBe('its health check failed 3 times, 1s apart');
      expect(world.now()).toBeGreaterThanOrEqual(10_000 + BOOTING.startPeriodMs + 2000);
    });
  });

  it('outlives a restart of its engine', async () => {
    const answers = (now: number): boolean => now < 1000 || now > 9000;
    const world = worldOf({ answers, passes: (now) => now > 10_000 });

    await waitForGate('service_healthy', { ...CHECK, startPeriodMs: 60_000 }, world, signal);

    expect(world.probedAt.filter((at) => at > 1100 && at < 9000)).toEqual([]);
  });

  it.each(['service_started', 'service_completed_successfully'] as const)(
    'of %s fails with the words of its engine, where that stays away',
    async (condition) => {
      const world = worldOf({ answers: (now) => now < 1000, status: () => ({ run_state: 'created' }) });

      const error: unknown = await waitForGate(condition, null, world, signal).catch((reason: unknown) => reason);

      expect(error).toMatchObject({ code: 'engine_unreachable', message: 'no answer' });
      expect(world.now()).toBeGreaterThanOrEqual(30_000);
      expect(world.now()).toBeLessThan(35_000);
    },
  );

  it('fails at once when the resource exits, with its status', async () => {
    const world = worldOf({
      status: (now) => (now < 100 ? {} : { run_state: 'failed', reason: 'exited with status 7', exit_code: 7 }),
    });

    const error = await failureOf(waitForGate('service_healthy', CHECK, world, signal));

    expect(error).toMatchObject({ code: 'gate_exited', message: 'exited with status 7', exitCode: 7 });
    expect(error).toMatchObject({ next: expect.stringContaining('trueup logs') as string });
  });

  it('fails when the resource is gone', async () => {
    const error = await failureOf(waitForGate('service_started', null, worldOf({ status: () => null }), signal));

    expect(error.code).toBe('object_missing');
  });

  it('counts no check that its engine kept from being made, and opens with the first that can be made', async () => {
    const world = worldOf({ passes: () => true, leads: (now) => now > 8000, age: 60_000 });

    const opened = await waitForGate('service_healthy', CHECK, world, signal);

    expect(opened.probes.map(({ passed }) => passed)).toEqual([true]);
  });

  it('blames the engine where no check could be made in all its time', async () => {
    const world = worldOf({ passes: () => true, leads: () => false, age: 60_000 });

    const error: unknown = await waitForGate('service_healthy', CHECK, world, signal).catch(
      (caught: unknown) => caught,
    );

    expect(error).toMatchObject({ code: 'engine_unreachable', message: 'no word of where it is' });
  });

  it('does not count the time in which its engine did not answer', async () => {
    const check = { ...CHECK, retries: 1, intervalMs: 100, timeoutMs: 100, startPeriodMs: 0 };
    const away = (now: number): boolean => (now > 5000 && now < 25_000) || (now > 30_000 && now < 50_000);
    // Of the 30.2 s that it has, it was there for no more than 20.
    const world = worldOf({
      status: (now) => ({ health: now < 60_000 ? 'starting' : 'healthy' }),
      answers: (now) => !away(now),
    });

    await expect(waitForGate('service_healthy', check, world, signal)).resolves.toBeDefined();
  });

  it("takes the engine's word for health without probing", async () => {
    const healthy = worldOf({ status: () => ({ health: 'healthy' }) });
    const unhealthy = worldOf({ status: () => ({ health: 'unhealthy' }) });

    await waitForGate('service_healthy', CHECK, healthy, signal);
    const error = await failureOf(waitForGate('service_healthy', CHECK, unhealthy, signal));

    expect(healthy.probedAt).toEqual([]);
    expect(error.code).toBe('gate_unhealthy');
  });

  it("does not count its own failures where the engine counts, and gives up at the gate's timeout", async () => {
    const world = worldOf({ status: () => ({ health: 'starting' }) });

    const error = await failureOf(waitForGate('service_healthy', CHECK, world, signal));

    expect(error).toMatchObject({ code: 'gate_timeout', message: 'it was not healthy within 36s500ms (running)' });
  });

  it('asks the endpoints, which the engine knows nothing of, and not the test again, once the engine says healthy', async () => {
    const url = 'http://localhost/health';
    const endpoints = [{ url, method: 'GET', expectedStatus: 200, timeoutMs: 500 }] as const;
    const world = worldOf({ status: () => ({ health: 'healthy' }), passes: (now) => now > 100 });

    await waitForGate('service_healthy', { ...CHECK, endpoints }, world, signal);

    expect(world.asked.map(({ test }) => test)).toEqual([null, null, null]);
  });

  it('counts the failures of endpoints also where the engine says healthy, as it has no verdict on them', async () => {
    const url = 'http://localhost/health';
    const endpoints = [{ url, method: 'GET', expectedStatus: 200, timeoutMs: 500 }] as const;
    const world = worldOf({ status: () => ({ health: 'healthy' }) });

    const error = await failureOf(waitForGate('service_healthy', { ...CHECK, endpoints }, world, signal));

    expect(error).toMatchObject({ code: 'gate_unhealthy', message: 'its health check failed 3 times, 1s apart' });
  });

  it('tests at once what the resource brings along where nothing is declared, by its own timings', async () => {
    const brings = { ...CHECK, test: ['pg_isready'], retries: 2 };
    const opens = worldOf({ brings, passes: (now) => now > 0, status: () => ({ health: 'starting' }) });
    const fails = worldOf({ brings });

    await waitForGate('service_healthy', null, opens, signal);
    const error = await failureOf(waitForGate('service_healthy', null, fails, signal));

    expect(opens.asked.map(({ test }) => test)).toEqual([['pg_isready'], ['pg_isready']]);
    expect(error.message).toBe('its health check failed 2 times, 1s apart');
  });

  it('fails where nothing says when it is healthy', async () => {
    const error = await failureOf(waitForGate('service_healthy', null, worldOf({}), signal));

    expect(error.code).toBe('gate_unhealthy');
    expect(error.next).toContain('health_check');
  });

  it('leaves the testing to the engine after a test that hangs, and goes on where the engine tests nothing', async () => {
    const hangs = (now: number): boolean => now > 0;
    const left = worldOf({ hangs, status: (now) => ({ health: now < 4000 ? 'starting' : 'healthy' }) });
    const alone = worldOf({ hangs, passes: (now) => now > 100 });

    await waitForGate('service_healthy', CHECK, left, signal);
    await waitForGate('service_healthy', CHECK, alone, signal);

    expect(left.probedAt).toEqual([0]);
    expect(alone.probedAt).toHaveLength(3);
  });

  it('believes unhealthy only after start_period, counted from the start of the resource', async () => {
    const young = worldOf({ status: () => ({ health: 'unhealthy' }) });
    const old = worldOf({ status: () => ({ health: 'unhealthy', reason: 'curl: (7)' }), age: 3_600_000 });

    await failureOf(waitForGate('service_healthy', CHECK, young, signal));
    const error = await failureOf(waitForGate('service_healthy', CHECK, old, signal));

    expect(young.now()).toBeGreaterThanOrEqual(CHECK.startPeriodMs);
    expect(old.now()).toBe(0);
    expect(error.message).toBe('the engine says that it is unhealthy: curl: (7)');
  });

  it('says that the test itself cannot be run, where that is why', async () => {
    const world = worldOf({ status: (now) => ({ health: now < 3000 ? 'starting' : 'unhealthy' }) });
    const probe: GateWorld['probe'] = () =>
      Promise.resolve([{ ...probeOf(false, 0), target: 'curl x', exit_code: 127 }]);

    const error = await failureOf(waitForGate('service_healthy', CHECK, { ...world, probe }, signal));

    expect(error.message).toContain('its health test cannot be run there (exit status 127): curl x');
    expect(error.next).toContain('declare a test');
  });

  it('remembers why it ended before it was started again', async () => {
    const world = worldOf({
      status: (now) =>
        now < 100
          ? { run_state: 'restarting', reason: 'killed for lack of memory', restarts: 0 }
          : { run_state: 'running', restarts: 3 },
    });

    const error = await failureOf(waitForGate('service_healthy', CHECK, world, signal));

    expect(error.message).toBe('it was restarted 3 times meanwhile: killed for lack of memory');
  });

  it('does not believe a pass when the resource was restarted meanwhile', async () => {
    let looks = 0;
    const world = worldOf({
      passes: () => true,
      status: () => {
        looks += 1;
        return { incarnation: looks === 2 ? 'restarted' : '1' };
      },
    });

    const opened = await waitForGate('service_healthy', CHECK, world, signal);

    expect(world.probedAt).toHaveLength(2);
    expect(opened.incarnation).toBe('1');
  });

  it('waits while the resource is being restarted by its engine', async () => {
    const world = worldOf({
      passes: () => true,
      status: (now) => ({ run_state: now < 500 ? 'restarting' : 'running' }),
    });

    await waitForGate('service_healthy', CHECK, world, signal);

    expect(world.probedAt[0]).toBeGreaterThanOrEqual(500);
  });

  it('gives up on what is restarted again and again', async () => {
    const world = worldOf({
      status: (now) => ({ restarts: 4 + Math.floor(now / 500), reason: 'exited with status 1', exit_code: 1 }),
    });

    const error = await failureOf(waitForGate('service_healthy', CHECK, world, signal));

    expect(error).toMatchObject({
      code: 'gate_exited',
      message: 'it was restarted 3 times meanwhile: exited with status 1',
    });
  });

  it('opens for completion only on success', async () => {
    const completed = worldOf({ status: (now) => ({ run_state: now < 3000 ? 'running' : 'completed', exit_code: 0 }) });
    const failed = worldOf({ status: () => ({ run_state: 'failed', exit_code: 2, reason: 'exited with status 2' }) });

    await waitForGate('service_completed_successfully', null, completed, signal);
    const error = await failureOf(waitForGate('service_completed_successfully', null, failed, signal));

    expect(error.exitCode).toBe(2);
  });

  it('fails for what ends, with success too, although it is to go on', async () => {
    const ended = { ...worldOf({ status: () => ({ run_state: 'completed', exit_code: 0 }) }), endsByItself: false };

    const error = await failureOf(waitForGate('service_started', null, ended, signal));

    expect(error).toMatchObject({ code: 'gate_exited', exitCode: 0 });
    expect(error.message).toContain('run: once');
  });

  it('says that a dependency was stopped or paused instead of waiting for ever', async () => {
    const stopped = worldOf({ status: () => ({ run_state: 'stopped', reason: 'stopped on purpose' }) });
    const paused = worldOf({ status: () => ({ run_state: 'paused' }) });

    await expect(waitForGate('service_started', null, stopped, signal)).rejects.toThrow('stopped on purpose');
    await expect(waitForGate('service_healthy', CHECK, paused, signal)).rejects.toThrow('it is paused');
  });

  it('ends with the reason of an abort', async () => {
    const controller = new AbortController();
    controller.abort(new Error('newer revision'));

    await expect(waitForGate('service_healthy', CHECK, worldOf({}), controller.signal)).rejects.toThrow(
      'newer revision',
    );
  });
});
