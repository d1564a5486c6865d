import { describe, expect, it } from 'vitest';
import { eventDocument, eventText, type ShownEvent } from '../../../src/report/event.ts';
import { painter } from '../../../src/report/paint.ts';
import { schemaErrors } from '../../support/schemas.ts';

const AT = new Date(2026, 0, 31, 12, 0, 1, 250);
const STARTED: ShownEvent = {
  at: AT,
  environment: 'local',
  engine: 'docker',
  address: 'service.web',
  what: { type: 'changed', object: { type: 'service', name: 'shop-web-1' }, action: 'start' },
};
const UNKNOWN: ShownEvent = { ...STARTED, address: null };
const GAP: ShownEvent = { ...STARTED, address: null, what: { type: 'gap', reason: 'the connection was lost' } };

function text(event: ShownEvent, { color = false, qualified = false } = {}): string {
  return eventText(event, { paint: painter(color), qualified });
}

describe('an event', () => {
  it('is a document that fits its schema', () => {
    for (const event of [STARTED, UNKNOWN, GAP]) expect(schemaErrors('event', eventDocument(event))).toEqual([]);
    expect(eventDocument(STARTED)).toMatchObject({ at: AT.toISOString(), address: 'service.web', action: 'start' });
    expect(eventDocument(GAP)).toMatchObject({ type: 'gap', reason: 'the connection was lost' });
    expect(schemaErrors('event', { ...eventDocument(GAP), type: 'changed' })).not.toEqual([]);
  });

  it('is a line with the time of this place, who it is of, and what happened', () => {
    expect(text(STARTED)).toBe('12:00:01  service.web               start');
    expect(text(UNKNOWN)).toBe('12:00:01  service "shop-web-1"      start');
    expect(text(GAP)).toBe('12:00:01  engine docker             gap: the connection was lost');
  });

  it('names the environment where there are several', () => {
    expect(text(STARTED, { qualified: true })).toContain('local/service.web');
    expect(text(GAP, { qualified: true })).toContain('local/engine docker');
  });

  it('lets nothing but text reach the terminal', () => {
    const evil = '\u001B[2Ja\n';
    const object = { type: 'service', name: evil };

    const lines = [
      text({ ...UNKNOWN, what: { type: 'changed', object, action: evil } }),
      text({ ...GAP, what: { type: 'gap', reason: evil } }),
    ];

    for (const line of lines) expect(line).not.toMatch(/[\u0000-\u001f]/);
  });

  it('stands out when it is bad', () => {
    const line = (action: string): string =>
      text({ ...STARTED, what: { type: 'changed', object: { type: 'service', name: 'x' }, action } }, { color: true });

    expect(line('die')).toContain('\u001B[31mdie');
    expect(line('health_status: unhealthy')).toContain('\u001B[31m');
    expect(line('health_status: healthy')).toContain('\u001B[32m');
    expect(line('rename')).toContain('\u001B[33mrename');
  });
});
