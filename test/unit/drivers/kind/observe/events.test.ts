import { expect, test } from 'vitest';
import { eventOf } from '../../../../../src/drivers/kind/observe/events.ts';

test('what happens to a node happens to its cluster', () => {
  const line =
    '{"Type":"container","Action":"die","Actor":{"ID":"1","Attributes":{"io.x-k8s.kind.cluster":"shop-dev","name":"n"}},"timeNano":1793000000123456789}';

  expect(eventOf(line)).toEqual({
    type: 'changed',
    object: { type: 'cluster', name: 'shop-dev' },
    action: 'die',
    at: '2026-10-26T07:33:20.123Z',
  });
});

test.each(['', 'no JSON', '{"Action":"die","Actor":{"Attributes":{}}}'])('%j is no event', (line) => {
  expect(eventOf(line)).toBeNull();
});
