import { expect, it } from 'vitest';
import type { Freeze } from '../../../src/model/served.ts';
import { FreezesTold } from '../../../src/serve/standing/freezes-told.ts';

const START = Date.UTC(2026, 0, 31, 10);

function freeze(key: string, seconds: number): Freeze {
  const [since, until] = [START, START + seconds * 1000].map((at) => new Date(at).toISOString()) as [string, string];
  return { address: `service.${key}`, since, until, reason: `why ${key}`, by: 'ada@host' };
}

function stage(): {
  readonly freezes: FreezesTold;
  readonly told: string[];
  pass(seconds: number): void;
} {
  let wall = START;
  const timers = new Set<{ readonly at: number; readonly call: () => void }>();
  const told: string[] = [];
  const freezes = new FreezesTold({
    clock: {
      wall: () => wall,
      after(milliseconds, call) {
        const timer = { at: wall + milliseconds, call };
        timers.add(timer);
        return { [Symbol.dispose]: () => void timers.delete(timer) };
      },
    },
    tell: (detail) => {
      if (detail.type === 'frozen' || detail.type === 'freeze_ended')
        told.push(`${detail.type} ${detail.address}: ${detail.reason}`);
    },
    changed: () => undefined,
  });
  return {
    freezes,
    told,
    pass(seconds) {
      wall += seconds * 1000;
      for (const timer of [...timers].filter(({ at }) => at <= wall)) {
        timers.delete(timer);
        timer.call();
      }
    },
  };
}

it('a freeze that begins and ends while nobody looks is told as it does, with its reason', () => {
  const { freezes, told, pass } = stage();
  freezes.looked([]);

  freezes.heard([freeze('web', 4)]);
  expect(told).toEqual(['frozen service.web: why web']);
  pass(5);

  expect(told).toEqual(['frozen service.web: why web', 'freeze_ended service.web: why web']);
  expect(freezes.all).toEqual([]);
  freezes.looked([]);
  expect(told).toHaveLength(2);
});

it('a freeze that was there before a pass ends at its time while the pass waits', () => {
  const { freezes, told, pass } = stage();
  freezes.looked([freeze('web', 4), freeze('db', 60)]);

  pass(5);
  pass(5);

  expect(told).toEqual(['freeze_ended service.web: why web']);
  expect(freezes.all).toEqual([freeze('db', 60)]);
});

it('a plan that was made before somebody froze something, or ended it, tells nothing else', () => {
  const { freezes, told } = stage();
  const [web, db] = [freeze('web', 600), freeze('db', 600)];
  freezes.looked([db]);

  freezes.heard([web]);
  freezes.looked([db]);
  expect(freezes.all).toEqual([web]);
  freezes.looked([web]);
  freezes.looked([]);

  expect(told).toEqual([
    'freeze_ended service.db: why db',
    'frozen service.web: why web',
    'freeze_ended service.web: why web',
  ]);
});

it('what was frozen before the first look is no news', () => {
  const { freezes, told } = stage();

  freezes.looked([freeze('web', 60)]);

  expect(told).toEqual([]);
  expect(freezes.all).toHaveLength(1);
});
