import { expect, it } from 'vitest';
import { steadyClock } from '../../../src/serve/steady-clock.ts';

it('begins at the time of the wall and goes on as time does, whatever is done to the clock of the wall', () => {
  let wall = 1_000_000;
  let elapsed = 500;
  const now = steadyClock(
    () => wall,
    () => elapsed,
  );

  wall = 5;
  elapsed += 2000;

  expect(now()).toBe(1_002_000);
});
