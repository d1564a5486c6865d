import { expect, test } from 'vitest';
import { choosePorts } from '../../../../../src/drivers/kwok/actuate/choose-ports.ts';

test('each process gets a port of its own, and two clusters do not get the same ones', async () => {
  const [one, other] = [await choosePorts(), await choosePorts()];

  expect(new Set(Object.values(one)).size).toBe(6);
  expect(Object.values(one)).not.toEqual(Object.values(other));
});
