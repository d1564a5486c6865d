import { expect, it } from 'vitest';
import { leftOutRungs } from '../../../src/model/readiness.ts';

const NOTHING = { serial: null, guest_agent: false, cloud_init: false, ssh: null, ports: [], timeout: '5m' };

it.each([
  { ready: NOTHING, leftOut: ['booted', 'reachable'] },
  { ready: { ...NOTHING, serial: 'READY' }, leftOut: ['reachable'] },
  { ready: { ...NOTHING, cloud_init: true, ports: [22] }, leftOut: [] },
  { ready: { ...NOTHING, ssh: { user: 'root' } }, leftOut: ['booted'] },
])('a rung that nothing is declared for is left out: $leftOut', ({ ready, leftOut }) => {
  expect(leftOutRungs({ ready })).toEqual(leftOut);
});
