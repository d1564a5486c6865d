import { describe, expect, it } from 'vitest';
import type { Clock } from '../../../../src/serve/clock.ts';
import { Gathering } from '../../../../src/serve/watch/gathering.ts';

const BOUNDS = { quietMs: 100, longestMs: 1_000, heldMs: 10_000 };

interface Timer {
  readonly at: number;
  readonly call: () => void;
}

/** Time that passes when the test says so. */
class ManualClock implements Clock {
  #now = 0;
  #timers: Timer[] = [];

  wall(): number {
    return this.#now;
  }

  now(): number {
    return this.#now;
  }

  random(): number {
    return 0;
  }

  after(milliseconds: number, call: () => void): Disposable {
    const timer: Timer = { at: this.#now + milliseconds, call };
    this.#timers.push(timer);
    return { [Symbol.dispose]: () => (this.#timers = this.#timers.filter((other) => other !== timer)) };
  }

  /** Lets what waits for the disk come to its end between two timers. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    for (;;) {
      const next = this.#timers.filter(({ at }) => at <= end).sort((left, right) => left.at - right.at)[0];
      if (next === undefined) break;
      this.#now = next.at;
      this.#timers = this.#timers.filter((other) => other !== next);
      next.call();
      for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
    }
    this.#now = end;
  }

  get isIdle(): boolean {
    return this.#timers.length === 0;
  }
}

function gathered(isHeld: () => Promise<boolean> = () => Promise.resolve(false)): {
  readonly clock: ManualClock;
  readonly gathering: Gathering<string>;
  readonly told: { readonly at: number; readonly items: readonly string[] }[];
} {
  const clock = new ManualClock();
  const told: { readonly at: number; readonly items: readonly string[] }[] = [];
  const tell = (items: ReadonlySet<string>): void => void told.push({ at: clock.now(), items: [...items] });
  return { clock, told, gathering: new Gathering({ ...BOUNDS, clock, isHeld, tell }) };
}

describe('gathering', () => {
  it('waits no longer than its bound for what comes faster than it is found out whether git is at work', async () => {
    let answer = Promise.withResolvers<boolean>();
    const { clock, gathering, told } = gathered(() => answer.promise);

    // Each answer comes after one more item.
    for (let item = 0; item < 150; item += 1) {
      await clock.pass(10);
      const asked = answer;
      answer = Promise.withResolvers<boolean>();
      gathering.add(`item ${item}`);
      asked.resolve(false);
      for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
    }

    expect(told[0]?.at).toBeLessThanOrEqual(1_100);
  });

  it('tells once, when nothing more came for a moment', async () => {
    const { clock, gathering, told } = gathered();

    gathering.add('a');
    await clock.pass(90);
    gathering.add('b');
    gathering.add('a');
    await clock.pass(1_000);

    expect(told).toEqual([{ at: 190, items: ['a', 'b'] }]);
  });

  it('waits no longer than its bound for what never ends, and loses nothing of it', async () => {
    const { clock, gathering, told } = gathered();

    for (let index = 0; index < 30; index += 1) {
      gathering.add(`${index}`);
      await clock.pass(50);
    }
    await clock.pass(100);

    expect(told.map(({ at }) => at)).toEqual([1_000, 1_550]);
    expect(told.flatMap(({ items }) => items)).toHaveLength(30);
  });

  it('waits while it is held, and then as long as what is left of its bound', async () => {
    let isHeld = true;
    const { clock, gathering, told } = gathered(() => Promise.resolve(isHeld));

    gathering.add('a');
    await clock.pass(3_000);
    const whileHeld = [...told];
    gathering.add('b');
    isHeld = false;
    await clock.pass(200);

    expect(whileHeld).toEqual([]);
    expect(told.map(({ items }) => items)).toEqual([['a', 'b']]);
  });

  it('is not held for ever, whatever was left behind', async () => {
    const { clock, gathering, told } = gathered(() => Promise.resolve(true));

    gathering.add('a');
    await clock.pass(11_000);

    expect(told).toEqual([{ at: 10_000, items: ['a'] }]);
  });

  it('tells nothing once it is disposed of, and leaves no timer', async () => {
    const { clock, gathering, told } = gathered();

    gathering.add('a');
    gathering[Symbol.dispose]();
    gathering.add('b');
    await clock.pass(5_000);

    expect(told).toEqual([]);
    expect(clock.isIdle).toBe(true);
  });
});
