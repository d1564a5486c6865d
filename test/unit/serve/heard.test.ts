import { expect, it } from 'vitest';
import type { EngineEvent } from '../../../src/drivers/engine-event.ts';
import { NOTHING_REMEMBERED } from '../../../src/model/served-memory.ts';
import { withHeard } from '../../../src/serve/sight/heard.ts';

const OBJECT = { type: 'service', name: 'local-web-1' } as const;

it('the time of the last event of each engine is remembered, as the engine tells it', () => {
  const at = (time: string): EngineEvent => ({ type: 'changed', object: OBJECT, action: 'die', at: time });
  const first = withHeard(NOTHING_REMEMBERED, 'docker', at('2026-01-31T10:00:00.250Z'));
  const other = withHeard(first, 'vm', at('2026-01-31T09:00:00.000Z'));
  const back = withHeard(other, 'docker', at('2026-01-30T10:00:00.000Z'));

  expect(back.heard).toEqual({ docker: '2026-01-30T10:00:00.000Z', vm: '2026-01-31T09:00:00.000Z' });
  expect(withHeard(back, 'docker', { type: 'gap', reason: 'listening again' })).toBe(back);
  expect(withHeard(back, 'docker', { type: 'changed', object: OBJECT, action: 'die' })).toBe(back);
});
