import { describe, expect, it } from 'vitest';
import { Rounds } from '../../../../src/drivers/process/rounds.ts';

const MANY = Array.from({ length: 300 }, (_, index) => `service shop-${index}-1`);

describe('rounds', () => {
  it('come to everything within half a minute, a share in each turn', () => {
    const rounds = new Rounds(false);
    const looked = new Set<string>();
    let turns = 0;

    for (let now = 0; looked.size < MANY.length; now += 200) {
      expect(rounds.isDue(now)).toBe(true);
      for (const key of rounds.share(now, 0.01, MANY).due) looked.add(key);
      expect(rounds.isDue(now + 199)).toBe(false);
      turns += 1;
    }

    expect(turns).toBeLessThanOrEqual(150);
    expect(turns).toBeGreaterThan(100);
  });

  it('have longer turns where they cost more, and no longer ones than a second', () => {
    const rounds = new Rounds(false);

    rounds.share(0, 0.2, MANY);
    expect([rounds.isDue(499), rounds.isDue(500)]).toEqual([false, true]);
    rounds.share(500, 5, MANY);
    expect([rounds.isDue(1499), rounds.isDue(1500)]).toEqual([false, true]);
  });

  it('list anew at the begin of each, and pause until the next turn but where something is quick', () => {
    const rounds = new Rounds(false);

    expect(rounds.share(0, 0, ['a']).isNew).toBe(true);
    expect(rounds.share(200, 0, MANY).isNew).toBe(true);
    expect(rounds.share(400, 0, MANY).isNew).toBe(false);
    expect(rounds.pause(450, false, 1)).toBe(150);
    expect(rounds.pause(450, true, 1)).toBe(100);
    expect(rounds.pause(450, true, 12)).toBe(120);
    expect(rounds.pause(700, false, 1)).toBe(1);
  });

  it('look at all together, and seldom, where one look costs as much as all', () => {
    const rounds = new Rounds(true);
    const looks: number[] = [];

    for (let now = 0; now < 12_000; now += 200) if (rounds.share(now, 0, MANY).due.length > 0) looks.push(now);

    expect(looks).toEqual([0, 5000, 10_000]);
  });
});
