import { expect, test } from 'vitest';
import { until } from '../../../../../src/drivers/kind/actuate/until.ts';

test('it is asked again until there is an answer, and told how much time has passed', async () => {
  const passed: number[] = [];

  const answer = await until(async (passedMs) => {
    passed.push(passedMs);
    return Promise.resolve(passed.length < 2 ? null : 'told');
  }, new AbortController().signal);

  expect(answer).toBe('told');
  expect(passed).toHaveLength(2);
  expect(passed.toSorted((one, other) => one - other)).toEqual(passed);
});

test('an abort ends it, with its own reason', async () => {
  const stop = new AbortController();

  const asking = until(() => {
    stop.abort(new Error('enough'));
    return Promise.resolve(null);
  }, stop.signal);

  await expect(asking).rejects.toThrow('enough');
});
