import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { MOST_IN_WINDOW, WINDOW_MS } from '../../../../src/serve/notify/episode.ts';
import { Ledger, type Told } from '../../../../src/serve/notify/ledger.ts';
import { type Finding, type Signal, signalsOf } from '../../../../src/serve/notify/signals.ts';
import { PROBLEM_KINDS } from '../../../../src/model/notification.ts';
import { result, run } from '../../../support/builders.ts';
import { oneOfEach, passEnded, served } from '../../../support/serve-events.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = Date.parse('2026-01-31T10:00:00.000Z');
const EVERYTHING = [...PROBLEM_KINDS, 'applied', 'recovered'] as const;

interface Line {
  readonly at: number;
  readonly told: Told;
}

/** A ledger in a world whose time passes only here. */
class World {
  now = START;
  ledger: Ledger;
  readonly lines: Line[] = [];
  readonly #sink: ConstructorParameters<typeof Ledger>[0];

  constructor(sink: Partial<ConstructorParameters<typeof Ledger>[0]> = {}) {
    this.#sink = { on: EVERYTHING, repeat_ms: 4 * HOUR, ...sink };
    this.ledger = new Ledger(this.#sink);
  }

  hear(...signals: readonly Signal[]): void {
    for (const told of this.ledger.hear('shop/local', signals, this.now)) this.lines.push({ at: this.now, told });
  }

  pass(milliseconds: number): void {
    const end = this.now + milliseconds;
    for (;;) {
      const at = this.ledger.wakeAt;
      if (at === null || at > end) break;
      this.now = Math.max(this.now, at);
      for (const told of this.ledger.wake(this.now)) this.lines.push({ at: this.now, told });
    }
    this.now = end;
  }

  restart(): void {
    const remembered: unknown = JSON.parse(JSON.stringify(this.ledger.remembered()));
    this.ledger = new Ledger(this.#sink, remembered as ReturnType<Ledger['remembered']>, this.now + MINUTE);
  }

  get statuses(): readonly string[] {
    return this.lines.map(({ told }) => (told.kind === 'applied' ? told.text : `${told.kind} ${told.notice.status}`));
  }
}

function finding(subject: string, cause = 'broken'): Finding {
  return { subject, cause, text: `${subject} is ${cause}` };
}

function found(...findings: readonly Finding[]): Signal {
  return { type: 'found', kind: 'failed', findings, whole: true };
}

const OVER: Signal = { type: 'over', kind: 'failed', subjects: null };

describe('one who is told', () => {
  it('hears once of what goes on, again at the repeat interval, and once that it is good again', () => {
    const world = new World();

    for (let minute = 0; minute < 9 * 60; minute += 5) {
      world.hear(found(finding('service.web')));
      world.pass(5 * MINUTE);
    }
    world.hear(OVER);
    world.hear(OVER);
    world.pass(24 * HOUR);

    expect(world.statuses).toEqual(['failed began', 'failed goes_on', 'failed goes_on', 'failed over']);
    expect(world.lines.map(({ at }) => (at - START) / HOUR)).toEqual([0, 4, 8, 9]);
  });

  it('hears of something new beside what goes on, and not of what is less than was told', () => {
    const world = new World();

    world.hear(found(finding('service.web')));
    world.pass(1000);
    world.hear(found(finding('service.web'), finding('service.db')));
    world.pass(1000);
    world.hear(found(finding('service.web'), finding('service.db', 'worse')));
    world.pass(10 * MINUTE);
    world.hear(found(finding('service.web')));
    world.pass(MINUTE);

    expect(world.statuses).toEqual(['failed began', 'failed changed']);
    expect(world.lines[1]).toMatchObject({ at: START + MINUTE, told: { notice: { findings: { length: 2 } } } });
  });

  it('never hears of what was healed within its time of grace', () => {
    const world = new World();
    const drift: Signal = { type: 'found', kind: 'drift', findings: [finding('service.web')], whole: false };

    for (let kill = 0; kill < 100; kill += 1) {
      world.hear(drift);
      world.pass(2000);
      world.hear({ type: 'over', kind: 'drift', subjects: ['service.web'] });
      world.pass(MINUTE);
    }
    expect(world.statuses).toEqual([]);
    world.hear(drift);
    world.pass(MINUTE);

    expect(world.statuses).toEqual(['drift began']);
  });

  it('is not flooded by what comes and goes, and hears in the end how it is', () => {
    const world = new World();

    for (let cycle = 0; cycle < 200; cycle += 1) {
      world.hear(found(finding('service.web')));
      world.pass(20_000);
      world.hear(OVER);
      world.pass(20_000);
    }
    world.pass(HOUR);

    expect(world.statuses).toEqual([
      'failed began',
      'failed over',
      'failed began',
      'failed over',
      'failed flapping',
      'failed over',
    ]);
  });

  it('hears how it is also where that is said again and again', () => {
    const world = new World();
    for (let cycle = 0; cycle < 20; cycle += 1) {
      world.hear(found(finding('service.web')));
      world.pass(5000);
      world.hear(OVER);
      world.pass(5000);
    }

    for (let minute = 0; minute < 30; minute += 1) {
      world.hear(found(finding('service.web')));
      world.pass(MINUTE);
    }

    expect(world.statuses.slice(-2)).toEqual(['failed flapping', 'failed goes_on']);
  });

  it('hears of each run that changed something, and of many in one line', () => {
    const world = new World();

    for (let count = 1; count <= 20; count += 1) {
      world.hear({ type: 'happened', text: `run ${count}` });
      world.pass(1000);
    }
    world.pass(HOUR);

    expect(world.statuses).toEqual(['run 1', 'run 2', 'run 3', 'run 4', 'run 20; 16 times since the last message']);
    expect(world.ledger.wakeAt).toBeNull();
  });

  it('hears of nothing that it did not ask for', () => {
    const world = new World({ on: ['failed'] });

    world.hear({ type: 'found', kind: 'drift', findings: [finding('service.web')], whole: false });
    world.hear({ type: 'happened', text: 'a run' }, found(finding('service.web')));
    world.pass(HOUR);
    world.hear(OVER);
    world.pass(HOUR);

    expect(world.statuses).toEqual(['failed began']);
  });

  it('is told once across restarts of the daemon, and of what got well meanwhile', () => {
    const world = new World();
    world.hear(found(finding('service.web')));

    for (let restart = 0; restart < 5; restart += 1) {
      world.restart();
      world.hear(found(finding('service.web')));
      world.pass(5 * MINUTE);
    }
    world.restart();
    world.hear(OVER);
    world.pass(HOUR);

    expect(world.statuses).toEqual(['failed began', 'failed over']);
  });

  it('hears nothing of an environment that is destroyed, and begins anew when it is back', () => {
    const world = new World();
    world.hear(found(finding('service.web')));

    world.hear({ type: 'gone', kind: 'failed' });
    world.pass(HOUR);
    world.hear(found(finding('service.web')));

    expect(world.statuses).toEqual(['failed began', 'failed began']);
  });

  it('survives a clock that is set back and one that is set ahead', () => {
    const world = new World();
    world.hear(found(finding('service.web')));

    world.now -= 24 * HOUR;
    world.hear(found(finding('service.web')));
    world.pass(5 * HOUR);
    expect(world.statuses).toEqual(['failed began', 'failed goes_on']);

    world.now += 30 * 24 * HOUR;
    world.pass(0);
    world.hear(OVER);
    expect(world.statuses).toEqual(['failed began', 'failed goes_on', 'failed goes_on', 'failed over']);
  });
});

const signal: fc.Arbitrary<Signal> = fc.oneof(
  fc
    .uniqueArray(fc.record({ subject: fc.constantFrom('a', 'b', 'c'), cause: fc.constantFrom('x', 'y') }), {
      minLength: 1,
      selector: ({ subject }) => subject,
    })
    .chain((findings) =>
      fc.boolean().map(
        (whole): Signal => ({
          type: 'found',
          kind: 'drift',
          findings: findings.map((one) => ({ ...one, text: '' })),
          whole,
        }),
      ),
    ),
  fc.constantFrom<Signal>(
    { type: 'over', kind: 'drift', subjects: null },
    { type: 'over', kind: 'drift', subjects: ['a'] },
    { type: 'over', kind: 'drift', subjects: ['b', 'c'] },
  ),
);
const pause = fc.oneof(fc.constantFrom(0, 500, 9999, 10_000, MINUTE, WINDOW_MS), fc.nat({ max: 3 * WINDOW_MS }));
const story = fc.array(fc.tuple(signal, pause, fc.boolean()), { maxLength: 60 });

function played(
  steps: readonly (readonly [Signal, number, boolean])[],
  { twice = false, restarts = false } = {},
): World {
  const world = new World();
  for (const [heard, after, restarted] of steps) {
    world.hear(heard);
    if (twice) world.hear(heard);
    if (restarts && restarted) world.restart();
    world.pass(after);
  }
  return world;
}

describe('whatever happens in whatever order', () => {
  test.prop([story])('no window holds more than a few messages', (steps) => {
    const world = played(steps);

    for (const { at } of world.lines) {
      const within = world.lines.filter((line) => line.at >= at && line.at < at + WINDOW_MS);
      // The few, that it comes and goes, and how it stood when it had been quiet.
      expect(within.length).toBeLessThanOrEqual(MOST_IN_WINDOW + 2);
    }
  });

  test.prop([story, fc.boolean()])('once it is quiet, what was told last is what is so', (steps, restarts) => {
    const world = played(steps, { restarts });
    world.pass(2 * WINDOW_MS);
    const bad = new Set<string>();
    for (const [heard] of steps) {
      if (heard.type === 'found') {
        if (heard.whole) bad.clear();
        for (const { subject, cause } of heard.findings) {
          for (const one of ['x', 'y']) bad.delete(`${subject} ${one}`);
          bad.add(`${subject} ${cause}`);
        }
      } else if (heard.type === 'over') {
        for (const key of bad) if (heard.subjects?.includes(key.slice(0, 1)) ?? true) bad.delete(key);
      }
    }

    const last = world.lines.at(-1)?.told;

    if (bad.size === 0)
      expect(last === undefined || (last.kind !== 'applied' && last.notice.status === 'over')).toBe(true);
    else {
      const told = last === undefined || last.kind === 'applied' ? null : last.notice;
      expect(told?.status).not.toBe('over');
      const known = told?.findings.map(({ subject, cause }) => `${subject} ${cause}`) ?? [];
      expect(known).toEqual(expect.arrayContaining([...bad]));
    }
  });

  test.prop([story])(
    'nothing is good again that was not told to be wrong, and hearing it twice changes nothing',
    (steps) => {
      const world = played(steps);
      const statuses = world.statuses.map((status) => status.replace('drift ', ''));

      for (const [index, status] of statuses.entries()) {
        if (status === 'over') expect(statuses[index - 1]).toMatch(/^(began|changed|goes_on|flapping)$/);
        if (status === 'began') expect(statuses[index - 1] ?? 'over').toBe('over');
      }
      expect(played(steps, { twice: true }).statuses).toEqual(world.statuses);
    },
  );

  test.prop([story])('what is good and long past is forgotten', (steps) => {
    const world = played(steps);

    world.hear({ type: 'over', kind: 'drift', subjects: null });
    world.pass(3 * WINDOW_MS);

    expect(world.ledger.remembered()).toEqual({});
    expect(world.ledger.wakeAt).toBeNull();
  });
});

describe('signals', () => {
  it('are taken from every event without fail', () => {
    expect(() => oneOfEach().flatMap(signalsOf)).not.toThrow();
  });

  it('tell a failed run by what failed in it', () => {
    const failure = { code: 'step_failed' as const, message: 'no', retryable: false, fields: {}, next: null };
    const steps = [result('service.web', 'start', { status: 'failed', error: failure }), result('service.db', 'start')];

    expect(signalsOf(passEnded({ outcome: 'failed', run: run({ status: 'failed', steps }) }))[0]).toEqual({
      type: 'found',
      kind: 'failed',
      findings: [{ subject: 'service.web', cause: 'step_failed', text: 'no' }],
      whole: true,
    });
  });

  it('are silent of a lock that another run holds, and of what holds the last healthy revision', () => {
    const locked = { code: 'locked' as const, message: 'no', retryable: false, fields: {}, next: null };

    expect(signalsOf(passEnded({ outcome: 'blocked', failure: locked }))).toEqual([]);
    expect(signalsOf(passEnded({ outcome: 'held' }))).toEqual([]);
    expect(signalsOf(passEnded({ outcome: 'blocked' }))).toMatchObject([{ kind: 'stalled', type: 'found' }]);
    expect(
      signalsOf(served({ type: 'planned', changes: 1, drift: ['service.web'], withheld: 0, after_ms: 1 })),
    ).toEqual([]);
  });
});
