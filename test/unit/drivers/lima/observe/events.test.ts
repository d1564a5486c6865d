import { describe, expect, it } from 'vitest';
import { changesBetween, eventOf } from '../../../../../src/drivers/lima/observe/events.ts';

describe('events', () => {
  it('are what limactl says of a machine, and when', () => {
    const line = '{"instance":"box","event":{"time":"2026-11-23T06:57:02.717058016Z","status":{"sshLocalPort":39595}}}';

    expect(eventOf(line)).toEqual({
      type: 'changed',
      object: { type: 'vm', name: 'box' },
      action: 'starting',
      at: '2026-11-23T06:57:02.717058016Z',
    });
    expect(eventOf('2026-11-23 06:57:01 Watching for events...')).toBeNull();
    expect(
      eventOf('{"instance":"box","event":{"time":"t","status":{"portForward":{"type":"forwarding"}}}}'),
    ).toBeNull();
  });

  it('are also what is otherwise in its list', () => {
    const before = new Map([
      ['gone', '1'],
      ['same', '1'],
      ['other', '1'],
    ]);
    const now = new Map([
      ['same', '1'],
      ['other', '2'],
      ['new', '1'],
    ]);

    expect(changesBetween(before, now)).toMatchObject([
      { object: { name: 'gone' }, action: 'deleted' },
      { object: { name: 'other' }, action: 'changed' },
      { object: { name: 'new' }, action: 'created' },
    ]);
  });
});
