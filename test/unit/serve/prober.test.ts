import { describe, expect, it } from 'vitest';
import type { Planned } from '../../../src/flow/planning.ts';
import type { Workspace } from '../../../src/flow/workspace.ts';
import type { DesiredResource } from '../../../src/model/desired.ts';
import type { ProgressEvent } from '../../../src/model/events.ts';
import type { TrueupError } from '../../../src/model/failure.ts';
import type { HealthCheckResult } from '../../../src/model/health.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import type { ObservedObject, ObservedStatus } from '../../../src/model/observed.ts';
import type { ProbeResult } from '../../../src/model/run.ts';
import { Slots } from '../../../src/reconcile/gates/slots.ts';
import type { Clock } from '../../../src/serve/clock.ts';
import { Prober } from '../../../src/serve/probes/prober.ts';
import { environment, probe, result, run, step } from '../../support/builders.ts';
import { observed, service } from '../../support/planning.ts';

const CHECK = { test: ['CMD', 'check'], interval: '5s', timeout: '2s', retries: 2, start_period: '0s' };
const FAILED = probe({ passed: false, exit_code: 1, output: 'opening\nno such table\n' });
const PASSED = probe({ passed: true, exit_code: 0, output: '' });

function checked(key: string, check: JsonObject | null = CHECK, config: JsonObject = {}): DesiredResource {
  const plain = service(key);
  return { ...plain, config: { ...plain.config, run_state: 'running', health_check: check, ...config } };
}

/** As it was seen to run. */
function running(resource: DesiredResource, status: Partial<ObservedStatus> = {}): ObservedObject {
  const object = observed(resource);
  return { ...object, status: { ...object.status, run_state: 'running', incarnation: 'first', ...status } };
}

interface Timer {
  readonly at: number;
  readonly call: () => void;
}

interface Stage extends AsyncDisposable {
  readonly prober: Prober;
  readonly told: ProgressEvent[];
  /** What was probed, and when; what is answered to the next round of it is what `answers` says, and otherwise a pass. */
  readonly asked: { readonly key: string; readonly at: number }[];
  readonly answers: Map<string, readonly ProbeResult[] | Promise<readonly ProbeResult[]> | Error>;
  readonly changes: number;
  readonly problems: readonly TrueupError[];
  readonly closed: number;
  look(...seen: readonly (readonly [DesiredResource, ObservedObject | null])[]): void;
  /** Lets so many seconds pass. */
  pass(seconds: number): Promise<void>;
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

function stage(slots = new Slots(4), remembered: readonly HealthCheckResult[] = []): Stage {
  let now = 1_000_000;
  let timers: Timer[] = [];
  const began = now;
  const clock: Clock = {
    wall: () => now,
    now: () => now,
    random: () => 0.5,
    after(milliseconds, call) {
      const timer = { at: now + milliseconds, call };
      timers.push(timer);
      return { [Symbol.dispose]: () => void (timers = timers.filter((other) => other !== timer)) };
    },
  };
  const counts = { changes: 0, closed: 0 };
  const asked: Stage['asked'] = [];
  const answers: Stage['answers'] = new Map();
  const told: ProgressEvent[] = [];
  const problems: TrueupError[] = [];
  const prober = new Prober({
    clock,
    slots,
    probes: {
      async probe({ address }, signal) {
        const key = address.slice('service.'.length);
        asked.push({ key, at: (now - began) / 1000 });
        const answer = answers.get(key) ?? [PASSED];
        if (answer instanceof Error) throw answer;
        const either = new Promise<never>((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
        });
        return Promise.race([answer, either]);
      },
      [Symbol.asyncDispose]: () => {
        counts.closed += 1;
        return Promise.resolve();
      },
    },
    remembered: new Map(remembered.map((result) => [result.service_id, result])),
    tell: (event) => told.push(event),
    changed: () => (counts.changes += 1),
    onProblem: (problem) => problems.push(problem),
  });
  return {
    prober,
    told,
    asked,
    answers,
    problems,
    get changes() {
      return counts.changes;
    },
    get closed() {
      return counts.closed;
    },
    look(...seen) {
      const resources = seen.map(([resource]) => resource);
      const objects = seen.flatMap(([, object]) => object ?? []);
      const engines = new Map(resources.map(({ engine }) => [engine, objects]));
      const observations = new Map(
        [...engines].map(([engine]) => [
          engine,
          { status: 'known', engine, facts: { kind: 'any', version: '1' }, objects },
        ]),
      );
      const planned = { environment: environment(resources), observations: { observations } } as unknown as Planned;
      const owners = objects.map(({ ownership }) => ownership?.owner);
      prober.seen(planned, { owners } as unknown as Workspace);
    },
    async pass(seconds) {
      const until = now + seconds * 1000;
      for (;;) {
        const [next] = timers.filter(({ at }) => at <= until).sort((left, right) => left.at - right.at);
        if (next === undefined) break;
        timers = timers.filter((timer) => timer !== next);
        now = Math.max(now, next.at);
        next.call();
        await settled();
      }
      now = until;
    },
    [Symbol.asyncDispose]: () => prober[Symbol.asyncDispose](),
  };
}

describe('a prober', () => {
  it('probes at every interval from a moment by chance on, and says so', async () => {
    await using scene = stage();
    const web = checked('web');
    scene.look([web, running(web)]);

    await scene.pass(14);

    expect(scene.asked).toEqual([2.5, 7.5, 12.5].map((at) => ({ key: 'web', at })));
    expect(scene.told).toEqual(
      scene.asked.map(() => ({ type: 'probe', address: 'service.web', probe: PASSED, health: 'healthy' })),
    );
    expect(scene.prober.verdicts.get('service.web')).toEqual({ health: 'healthy', reason: null });
    expect(scene.changes).toBe(1);
  });

  it('goes on as before when a look sees the same again', async () => {
    await using scene = stage();
    const web = checked('web');
    for (let second = 0; second < 14; second += 1) {
      scene.look([checked('web'), running(web)]);
      await scene.pass(1);
    }

    expect(scene.asked.map(({ at }) => at)).toEqual([2.5, 7.5, 12.5]);
  });

  it('calls unhealthy what fails so often in a row, and healthy what passes once', async () => {
    await using scene = stage();
    const web = checked('web');
    scene.look([web, running(web)]);
    await scene.pass(3);
    scene.answers.set('web', [FAILED]);
    await scene.pass(5);

    expect(scene.prober.verdicts.get('service.web')?.health).toBe('healthy');
    expect(scene.told.at(-1)).toMatchObject({ health: 'healthy', probe: { passed: false } });

    await scene.pass(5);

    expect(scene.prober.verdicts.get('service.web')).toEqual({
      health: 'unhealthy',
      reason: 'its health check failed 2 times in a row: status 1: no such table',
    });
    expect(scene.told.at(-1)).toMatchObject({ health: 'unhealthy' });

    scene.answers.delete('web');
    await scene.pass(5);

    expect(scene.prober.verdicts.get('service.web')?.health).toBe('healthy');
    expect(scene.changes).toBe(3);
  });

  it('counts no failure during start_period before the first pass, and counts it after that', async () => {
    await using scene = stage();
    const web = checked('web', { ...CHECK, start_period: '60s' });
    scene.look([web, running(web, { since: new Date(1_000_000).toISOString() })]);
    scene.answers.set('web', [FAILED]);

    await scene.pass(30);

    expect(scene.asked).toHaveLength(6);
    expect(scene.prober.verdicts.has('service.web')).toBe(false);
    expect(scene.told.at(-1)).toMatchObject({ health: 'starting' });

    scene.answers.delete('web');
    await scene.pass(5);
    scene.answers.set('web', [FAILED]);
    await scene.pass(10);

    expect(scene.prober.verdicts.get('service.web')?.health).toBe('unhealthy');
  });

  it('probes what runs and is meant to, where the engine has no verdict, and endpoints of what it calls healthy', async () => {
    await using scene = stage();
    const endpoints = { a: { url: 'http://localhost:80/', method: 'GET', expected_status: 200 } };
    const both = { ...CHECK, endpoints };
    const [own, judged, asked] = [checked('own'), checked('judged'), checked('asked', both)];
    const [ill, stopped, down] = [
      checked('ill', both),
      checked('stopped', CHECK, { run_state: 'stopped' }),
      checked('down'),
    ];
    const unchecked = checked('unchecked', null);
    scene.look(
      [own, running(own)],
      [judged, running(judged, { health: 'healthy' })],
      [asked, running(asked, { health: 'healthy' })],
      [ill, running(ill, { health: 'unhealthy' })],
      [stopped, running(stopped)],
      [down, running(down, { run_state: 'failed' })],
      [unchecked, running(unchecked)],
      [checked('gone'), null],
    );

    await scene.pass(4);

    expect(scene.asked.map(({ key }) => key)).toEqual(['own', 'asked']);
  });

  it('drops what is gone, and begins anew with what was started anew', async () => {
    await using scene = stage();
    const [web, api] = [checked('web'), checked('api')];
    scene.look([web, running(web)], [api, running(api)]);
    await scene.pass(3);

    scene.look([web, running(web, { incarnation: 'second' })], [api, null]);

    expect([...scene.prober.verdicts]).toEqual([]);
    await scene.pass(5);
    expect(scene.asked.slice(2)).toEqual([{ key: 'web', at: 5.5 }]);
  });

  it('never probes one service twice at once, however long it takes', async () => {
    await using scene = stage();
    const web = checked('web');
    const answer = Promise.withResolvers<readonly ProbeResult[]>();
    scene.answers.set('web', answer.promise);
    scene.look([web, running(web)]);

    await scene.pass(60);
    expect(scene.asked).toHaveLength(1);

    answer.resolve([PASSED]);
    await settled();
    await scene.pass(1);
    expect(scene.asked).toHaveLength(2);
  });

  it('probes no more at once than there are slots, of all environments together', async () => {
    const slots = new Slots(1);
    await using one = stage(slots);
    await using other = stage(slots);
    const web = checked('web');
    const answer = Promise.withResolvers<readonly ProbeResult[]>();
    one.answers.set('web', answer.promise);
    one.look([web, running(web)]);
    other.look([web, running(web)]);

    await one.pass(3);
    await other.pass(3);
    expect(other.asked).toHaveLength(0);

    answer.resolve([PASSED]);
    await settled();
    expect(other.asked).toHaveLength(1);
  });

  it('leaves to a run what the run is at, and gives up what is under way of it', async () => {
    await using scene = stage();
    const [web, api] = [checked('web'), checked('api')];
    const answer = Promise.withResolvers<readonly ProbeResult[]>();
    scene.answers.set('web', answer.promise);
    scene.look([web, running(web)], [api, running(api)]);
    await scene.pass(3);
    const gate = step('service.web', 'wait', { phase: 'gate', args: { condition: 'service_healthy' } });

    const steps = [step('service.web', 'stop'), gate];
    scene.prober.heard({ type: 'run_started', run: 'R1', environment: 'local', steps });
    answer.resolve([FAILED]);
    await scene.pass(20);

    expect(scene.asked.filter(({ key }) => key === 'web')).toHaveLength(1);
    expect(scene.asked.filter(({ key }) => key === 'api')).toHaveLength(5);
    expect(scene.prober.verdicts.has('service.web')).toBe(false);

    for (const ended of steps) {
      scene.prober.heard({
        type: 'step_ended',
        step: ended,
        result: result('service.web', ended.verb, { status: 'done' }),
      });
    }
    // The run looks at every gate a last time.
    const before = scene.asked.length;
    await scene.pass(20);
    expect(scene.asked).toHaveLength(before);

    const gates = [
      { address: 'service.web', condition: 'service_healthy', met: true, reason: null, gate: null } as const,
    ];
    scene.prober.heard({ type: 'run_ended', run: run({ gates }) });
    scene.look([web, running(web, { incarnation: 'second' })], [api, running(api)]);
    scene.prober.passEnded();

    expect(scene.prober.verdicts.get('service.web')).toEqual({ health: 'healthy', reason: null });
    scene.answers.delete('web');
    await scene.pass(6);
    expect(scene.asked.filter(({ key }) => key === 'web')).toHaveLength(2);
  });

  it('probes again after a pass whose run never told its end', async () => {
    await using scene = stage();
    const web = checked('web');
    scene.look([web, running(web)]);
    scene.prober.heard({ type: 'run_started', run: 'R1', environment: 'local', steps: [] });
    await scene.pass(20);
    expect(scene.asked).toHaveLength(0);

    scene.prober.passEnded();
    await scene.pass(1);

    expect(scene.asked).toHaveLength(1);
  });

  it('says nothing of a service whose engine cannot be reached, and tries again', async () => {
    await using scene = stage();
    const web = checked('web', { ...CHECK, retries: 1 });
    const { TrueupError: Failure } = await import('../../../src/model/failure.ts');
    scene.answers.set('web', new Failure('engine_unreachable', 'it does not answer'));
    scene.look([web, running(web)]);

    await scene.pass(10);

    expect(scene.asked).toHaveLength(2);
    expect([scene.told, [...scene.prober.verdicts], scene.problems]).toEqual([[], [], []]);
  });

  it('holds to what an earlier daemon probed last of the same start, until it has probed by itself', async () => {
    const result: HealthCheckResult = {
      id: '1',
      service_id: 'service.web',
      timestamp: new Date(990_000).toISOString(),
      status: 'unhealthy',
      details: { exit_code: 3, output: 'refused', response_time_ms: 1, error_message: null },
      metadata: { check_type: 'script', triggered_by: 'automated_script', run_state: 'running' },
    };
    await using scene = stage(new Slots(4), [result, { ...result, service_id: 'service.api' }]);
    const [web, api] = [checked('web'), checked('api')];
    const before = { since: new Date(980_000).toISOString() };
    const after = { since: new Date(995_000).toISOString() };

    scene.look([web, running(web, before)], [api, running(api, after)]);

    expect([...scene.prober.verdicts.keys()]).toEqual(['service.web']);
    expect(scene.prober.verdicts.get('service.web')).toEqual({
      health: 'unhealthy',
      reason: 'its health check failed: status 3: refused (at 1970-01-01T00:16:30.000Z)',
    });
    await scene.pass(3);
    expect(scene.prober.verdicts.get('service.web')?.health).toBe('healthy');
    expect(scene.changes).toBe(2);
  });

  it('ends with nothing under way and nothing to come', async () => {
    const scene = stage();
    const web = checked('web');
    scene.answers.set('web', new Promise(() => undefined));
    scene.look([web, running(web)]);
    await scene.pass(3);

    await scene.prober[Symbol.asyncDispose]();
    scene.look([web, running(web)]);
    await scene.pass(60);

    expect(scene.asked).toHaveLength(1);
    expect(scene.closed).toBe(1);
    expect(scene.told).toEqual([]);
  });
});
