import { describe, expect, it } from 'vitest';
import { KnownTraces } from '../../../../src/drivers/process/known-traces.ts';
import type { Trace } from '../../../../src/drivers/process/traces.ts';

const OWNERSHIP = {
  owner: 'owner-1',
  project: 'shop',
  environment: 'local',
  address: 'service.web',
  checkout: null,
  created_revision: null,
} as const;

function trace(parts: Partial<Trace> = {}): Trace {
  const mark = { kind: 'service', name: 'web', stamp: '1', ownership: OWNERSHIP } as const;
  return { ...mark, signature: 'running 7', state: 'running', guard: 6, isSettled: true, ...parts };
}

describe('what is known of a registry', () => {
  it('has news where a look differs from the one before', () => {
    const known = new KnownTraces();

    expect(known.take('service web', trace(), true)).toEqual({ before: null, after: trace() });
    expect(known.take('service web', trace(), true)).toBeNull();
    const failed = trace({ signature: 'failed', state: 'failed' });
    expect(known.take('service web', failed, true)).toEqual({ before: trace(), after: failed });
    expect(known.take('service web', null, true)).toEqual({ before: failed, after: null });
    expect(known.keys).toEqual([]);
  });

  it('has no news of what is looked at for the first time, but of what changed hands meanwhile', () => {
    const known = new KnownTraces();
    const unseen = trace({ signature: null, state: null, guard: null });
    known.take('service web', unseen, true);

    expect(known.take('service web', trace(), true)).toBeNull();
    known.take('service web', unseen, true);
    expect(known.take('service web', trace({ stamp: '2' }), true)).not.toBeNull();
  });

  it('waits for the record of an end, but not of what nobody had asked for, and not where it cannot', () => {
    const known = new KnownTraces();
    const ending = trace({ signature: 'restarting', state: 'restarting', isSettled: false });
    known.take('service web', trace(), true);

    expect(known.take('service web', ending, true)).toBeNull();
    expect(known.unsettled).toEqual(['service web']);
    expect(known.take('service web', ending, false)).not.toBeNull();
    expect(known.unsettled).toEqual([]);
    known.take('service web', trace({ signature: null }), true);
    known.take('service web', ending, true);
    expect(known.get('service web')).toBe(ending);
  });

  it('tells of a service that somebody saw paused, whether it still is or not', () => {
    const known = new KnownTraces();
    const paused = trace({ signature: 'paused 7', state: 'paused' });
    known.take('service web', trace(), true);

    expect(known.suspect('service web', 'paused')).toBe(true);
    expect(known.take('service web', trace(), true), 'it went on before anybody looked').not.toBeNull();
    expect(known.suspect('service web', 'paused')).toBe(true);
    expect(known.take('service web', paused, true)).toMatchObject({ before: { state: 'running' }, after: paused });
    expect(known.suspect('service web', 'paused'), 'that is known').toBe(false);
    expect(known.suspect('service other', 'paused')).toBe(false);
  });

  it('lists what is new or gone, and never twice what stands there and says nothing of itself', () => {
    const known = new KnownTraces();
    const listed = new Set(['service web', 'service blank']);

    expect(known.list(listed)).toEqual(['service web', 'service blank']);
    known.take('service web', trace(), true);
    known.take('service blank', null, true);
    expect(known.list(new Set(listed))).toEqual([]);
    expect(known.keys, 'rounds come to it all the same').toContain('service blank');
    expect(known.list(new Set(['service blank', 'service new']))).toEqual(['service new', 'service web']);
  });
});
