import { describe, expect, it } from 'vitest';
import { badPeriods, mostAttempts } from '../../support/soak/attempts.ts';
import { flatnessOf } from '../../support/soak/flatness.ts';
import { busiest } from '../../support/soak/restlessness.ts';
import type { Sample } from '../../support/soak/sample.ts';
import type { Head } from '../../support/soak/soak-repo.ts';
import { goodState, type SoakState } from '../../support/soak/soak-state.ts';

const MIB = 2 ** 20;

/** Fifteen minutes of one life, a sample every five seconds; `memory` by the age in seconds. */
function life(memory: (age: number) => number, more: Partial<Sample> = {}): readonly Sample[] {
  return Array.from({ length: 180 }, (_, index) => {
    const age = index * 5;
    return {
      at: age,
      age,
      life: 1,
      rssBytes: memory(age) * MIB,
      heapBytes: null,
      openFiles: 30,
      threads: 12,
      stateFiles: 20,
      stateBytes: 4096,
      ...more,
    };
  });
}

describe('what is flat', () => {
  it('is what stays, or goes up and down', () => {
    expect(flatnessOf(life((age) => 100 + 20 * Math.sin(age))).wrong).toEqual([]);
  });

  it('is what rises only while it warms up', () => {
    expect(flatnessOf(life((age) => 100 + Math.min(age, 80))).wrong).toEqual([]);
  });

  it('is not what rises all the time', () => {
    const { wrong } = flatnessOf(life((age) => 100 + age / 10));

    expect(wrong).toEqual([expect.stringMatching(/^not flat: life 1: memory 1/)]);
  });

  it('is not a heap that rises all the time, also in a life of some minutes', () => {
    const short = life(() => 100).slice(0, 60);
    const rising = short.map((sample) => ({ ...sample, heapBytes: (30 + sample.age / 10) * MIB }));

    expect(flatnessOf(rising).wrong).toEqual([expect.stringMatching(/^not flat: life 1: heap/)]);
  });

  it('is not one file more that stays open every half a minute', () => {
    const rising = life(() => 100).map((sample) => ({ ...sample, openFiles: 30 + Math.floor(sample.age / 30) }));

    expect(flatnessOf(rising).wrong).toEqual([expect.stringMatching(/^not flat: life 1: open files/)]);
  });

  it('is judged in each life by itself', () => {
    const second = life((age) => 160 + age / 100, { life: 2 });

    expect(flatnessOf([...life(() => 100), ...second]).wrong).toEqual([]);
  });

  it('is never what was too much at any time, however short the life', () => {
    expect(flatnessOf(life(() => 5000).slice(0, 1)).wrong).toEqual(['life 1: memory reached 5000.0 MiB']);
  });
});

function head(at: number, alpha: SoakState['alpha'], broken: Head['broken'] = null): Head {
  return { at, commit: `commit-${at}`, state: { ...goodState('red'), alpha }, broken };
}

const SICK = { colour: 'bad', isSick: true, workers: 1 };
const WELL = { colour: 'good', isSick: false, workers: 1 };

describe('the attempts at what is bad', () => {
  it('are counted over all commits that leave it as it is, until the one that mends it', () => {
    const heads = [head(0, WELL), head(10, SICK), head(20, SICK), head(30, WELL, 'alpha'), head(40, WELL)];

    const periods = badPeriods(heads, 100);

    expect(periods).toEqual([
      { environment: 'alpha', from: 10, to: 40, commits: new Set(['commit-10', 'commit-20', 'commit-30']) },
    ]);
  });

  it('begin anew with another bad one, and where the same one comes back', () => {
    const heads = [head(0, SICK), head(10, { ...SICK, colour: 'worse' }), head(20, WELL), head(30, SICK)];

    expect(badPeriods(heads, 100).map(({ from, to }) => [from, to])).toEqual([
      [0, 10],
      [10, 20],
      [30, 100],
    ]);
  });

  it('may be two, those after the pauses, one for each word about it, and two more', () => {
    const period = { environment: 'alpha', from: 0, to: 60_000, commits: new Set<string>() } as const;
    const words = [
      { at: 10, environment: 'alpha' },
      { at: 20, environment: null },
      { at: 30, environment: 'beta' },
      { at: 60_001, environment: 'alpha' },
    ] as const;

    // Pauses of at least 0.75, 1.5, 3, 6, 12 and 24 seconds.
    expect(mostAttempts(period, words)).toBe(2 + 6 + 2 + 2);
  });
});

describe('the busiest moment', () => {
  it('is where most passes ended within ten seconds', () => {
    expect(busiest([0, 9000, 30_000, 31_000, 40_000, 40_001])).toEqual({ count: 3, from: 30_000 });
  });

  it('is nothing where there were none', () => {
    expect(busiest([])).toEqual({ count: 0, from: 0 });
  });
});
