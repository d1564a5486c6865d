import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import type { ScheduleRule } from '../../../src/model/notification.ts';
import type { ServeLog } from '../../../src/serve/log/log.ts';
import { SILENT_LOG } from '../../../src/serve/log/log.ts';
import { cronMoments, startSchedules, turnOf } from '../../../src/serve/schedules/schedule.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = Date.parse('2026-01-31T10:00:00.000Z');

function rule(cron: string, overrides: Partial<ScheduleRule> = {}): ScheduleRule {
  return { name: 'one', cron, time_zone: 'UTC', task: 'drift', environments: null, ...overrides };
}

/** A wall and timers that go only when they are told to; timers stand still while the machine sleeps. */
class World {
  now: number;
  #timers: { readonly at: number; readonly call: () => void }[] = [];
  #elapsed = 0;

  constructor(now: number = START) {
    this.now = now;
  }

  wall(): number {
    return this.now;
  }

  after(milliseconds: number, call: () => void): Disposable {
    const timer = { at: this.#elapsed + milliseconds, call };
    this.#timers.push(timer);
    return { [Symbol.dispose]: () => void (this.#timers = this.#timers.filter((other) => other !== timer)) };
  }

  get timers(): number {
    return this.#timers.length;
  }

  pass(milliseconds: number): void {
    const end = this.#elapsed + milliseconds;
    for (;;) {
      const next = this.#timers.toSorted((left, right) => left.at - right.at)[0];
      if (next === undefined || next.at > end) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.now += next.at - this.#elapsed;
      this.#elapsed = next.at;
      next.call();
    }
    this.now += end - this.#elapsed;
    this.#elapsed = end;
  }

  sleep(milliseconds: number): void {
    this.now += milliseconds;
  }
}

async function started(
  world: World,
  rules: readonly ScheduleRule[],
  act?: (signal: AbortSignal) => Promise<void>,
  log: ServeLog = SILENT_LOG,
): Promise<{ readonly times: string[] } & AsyncDisposable> {
  const times: string[] = [];
  const schedules = await startSchedules({
    rules,
    clock: world,
    log,
    act(_rule, signal) {
      times.push(new Date(world.now).toISOString().slice(0, 16));
      return act?.(signal) ?? Promise.resolve();
    },
  });
  return { times, [Symbol.asyncDispose]: () => schedules[Symbol.asyncDispose]() };
}

/** Lets what was begun come to its end. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

describe('a schedule', () => {
  it('is due at its times, and not at the start', async () => {
    const world = new World();
    await using schedules = await started(world, [rule('0 */6 * * *')]);

    for (let hour = 0; hour < 24; hour += 1) {
      world.pass(HOUR);
      await settled();
    }

    expect(schedules.times).toEqual(['2026-01-31T12:00', '2026-01-31T18:00', '2026-02-01T00:00', '2026-02-01T06:00']);
  });

  it('is told at the start, with the time when it is due next', async () => {
    const told: object[] = [];
    const log = { ...SILENT_LOG, info: (fields: object) => told.push(fields) };

    await using _schedules = await started(
      new World(),
      [rule('0 */6 * * *'), rule('0 0 30 2 *', { name: 'never' })],
      undefined,
      log,
    );

    expect(told).toEqual([
      { schedule: 'one', task: 'drift', next: '2026-01-31T12:00:00.000Z' },
      { schedule: 'never', task: 'drift', next: 'never' },
    ]);
  });

  it('that was slept through is due once at waking', async () => {
    const world = new World();
    await using schedules = await started(world, [rule('*/5 * * * *')]);

    world.sleep(8 * HOUR + 3 * MINUTE);
    world.pass(MINUTE);
    await settled();
    expect(schedules.times).toEqual(['2026-01-31T18:03']);
    world.pass(2 * MINUTE);

    expect(schedules.times).toEqual(['2026-01-31T18:03', '2026-01-31T18:05']);
  });

  it('is due once for a moment that a clock which is set back comes to again', async () => {
    const world = new World();
    await using schedules = await started(world, [rule('30 * * * *')]);

    world.pass(31 * MINUTE);
    await settled();
    world.sleep(-10 * MINUTE);
    world.pass(20 * MINUTE);
    await settled();
    expect(schedules.times).toEqual(['2026-01-31T10:30']);
    world.pass(HOUR);

    expect(schedules.times).toEqual(['2026-01-31T10:30', '2026-01-31T11:30']);
  });

  it('goes on after a clock that was years ahead is put right', async () => {
    const world = new World(START + 10 * 365 * 24 * HOUR);
    await using schedules = await started(world, [rule('30 * * * *')]);

    world.now = START;
    world.pass(HOUR);

    expect(schedules.times).toEqual(['2026-01-31T10:30']);
  });

  it('has one turn on the day on which its hour comes twice, and one on that on which it does not come', async () => {
    const nightly = rule('30 2 * * *', { time_zone: 'Europe/Berlin' });
    const spring = new World(Date.parse('2026-03-28T12:00:00Z'));
    const autumn = new World(Date.parse('2026-10-24T12:00:00Z'));

    for (const [world, times] of [
      [spring, ['2026-03-29T01:00', '2026-03-30T00:30']],
      [autumn, ['2026-10-25T00:30', '2026-10-26T01:30']],
    ] as const) {
      await using schedules = await started(world, [nightly]);
      for (let hour = 0; hour < 48; hour += 1) {
        world.pass(HOUR);
        await settled();
      }
      expect(schedules.times).toEqual(times);
    }
  });

  it('is not begun again while it is under way', async () => {
    const world = new World();
    const first = Promise.withResolvers<void>();
    const lines: string[] = [];
    const log = { ...SILENT_LOG, warn: (_fields: object, message: string) => lines.push(message) };
    await using schedules = await started(world, [rule('* * * * *')], () => first.promise, log);

    world.pass(5 * MINUTE);
    await settled();
    expect(schedules.times).toHaveLength(1);
    expect(lines).toHaveLength(4);
    first.resolve();
    await settled();
    world.pass(MINUTE);

    expect(schedules.times).toHaveLength(2);
  });

  it('that fails is logged and comes again, and leaves no timer behind', async () => {
    const world = new World();
    const lines: string[] = [];
    const log = { ...SILENT_LOG, error: (_fields: object, message: string) => lines.push(message) };
    {
      await using schedules = await started(world, [rule('* * * * *')], () => Promise.reject(new Error('no')), log);
      for (let turn = 0; turn < 3; turn += 1) {
        world.pass(MINUTE);
        await settled();
      }
      expect(schedules.times).toHaveLength(3);
      expect(lines).toHaveLength(3);
    }

    expect(world.timers).toBe(0);
  });

  it('ends what is under way when it is disposed of', async () => {
    const world = new World();
    let ended = false;
    {
      await using _ = await started(world, [rule('* * * * *')], async (signal) => {
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
        ended = true;
      });
      world.pass(MINUTE);
    }

    expect(ended).toBe(true);
  });

  test.prop([fc.array(fc.integer({ min: -2 * HOUR, max: 5 * HOUR }), { maxLength: 40 })])(
    'never has two turns for one moment, wherever the clock goes',
    async (jumps) => {
      const nextMoment = await cronMoments();
      const quarter = rule('*/15 * * * *', { time_zone: 'Europe/Berlin' });
      let now = Date.parse('2026-10-24T22:07:00Z');
      let until = now;
      const moments: number[] = [];

      for (const jump of jumps) {
        now += jump;
        const before = until;
        const turn = turnOf(quarter, until, now, nextMoment);
        until = turn.until;
        if (turn.due) moments.push(nextMoment(quarter, before) ?? 0);
      }

      expect(new Set(moments).size).toBe(moments.length);
      expect(moments.toSorted((left, right) => left - right)).toEqual(moments);
    },
  );
});
