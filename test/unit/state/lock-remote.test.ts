import { describe, expect, it } from 'vitest';
import type { LockHolder } from '../../../src/state/locks/lock-holder.ts';
import { leaseOf } from '../../../src/state/locks/lock-lease.ts';
import { claimsAmong, remoteKey } from '../../../src/state/locks/lock-remote-claims.ts';
import { ClaimMemory } from '../../support/claim-memory.ts';
import { eventually } from '../../support/eventually.ts';
import { failureOf, isHeld, leaveDead, SHORT, STEADY, take } from './taking-remote-locks.ts';

describe('a lock on an engine of several machines', () => {
  it('is free after its release, and leaves nothing there', async () => {
    const engine = new ClaimMemory();

    const claim = await take(engine);
    expect(engine.claims.size).toBeGreaterThan(0);
    await claim.release();
    await claim.release();

    expect([...engine.claims]).toEqual([]);
    await take(engine);
  });

  it('that is held says by whom, on which machine and since when', async () => {
    const engine = new ClaimMemory();
    await take(engine);

    const error = await failureOf(take(engine));

    expect(error).toMatchObject({ code: 'locked', retryable: true });
    expect(error.message).toMatch(
      /^environment local is being changed by pid 4711 on \S+ \(trueup apply, since .*, user x\)$/,
    );
    expect(error.next).toContain('trueup lock release local');
    expect(error.fields).toMatchObject({ pid: 4711, user: 'x', environment: 'local', answers: true });
  });

  it('is not held against claims of the same caller on the same engine under another name', async () => {
    const engine = new ClaimMemory();
    const first = await take(engine, { session: 'one' });
    const second = await take(engine, { session: 'one' });

    expect([isHeld(first), isHeld(second)]).toEqual([true, true]);
  });

  it('is taken over at once where the local lock proves that its holder is dead', async () => {
    const engine = new ClaimMemory();
    await take(engine, { machine: 'here', session: 'before' });

    const claim = await take(engine, { machine: 'here', session: 'after' });

    expect(claimsAmong([...engine.claims.values()], remoteKey('shop')).map(({ id }) => id)).toEqual([claim.id]);
  });

  it('never uses a name twice, and never stands under none', async () => {
    const engine = new ClaimMemory();
    const claim = await take(engine, { lease: STEADY });
    const sizes: number[] = [];

    await eventually(() => {
      sizes.push(engine.claims.size);
      return engine.put.length > 6;
    }, 'six beats');

    expect(isHeld(claim)).toBe(true);
    expect(new Set(engine.put).size).toBe(engine.put.length);
    expect(Math.min(...sizes)).toBeGreaterThan(0);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(3);
  });

  it('whose holder cannot be read is held, and has no pid', async () => {
    const engine = new ClaimMemory();
    const name = `${remoteKey('shop')}.${'0'.repeat(16)}.1`;
    engine.claims.set(name, { name, fields: {}, putAt: performance.now() });

    const error = await failureOf(take(engine));

    expect(error).toMatchObject({ code: 'locked', fields: { pid: null, host: null } });
    expect(error.message).toContain('somebody on another machine');
  });

  it('is not held by what is no claim, nor by claims on other projects', async () => {
    const engine = new ClaimMemory();
    const names = ['data', `${remoteKey('shop')}.1`, `${remoteKey('other')}.${'0'.repeat(16)}.1`];
    for (const name of names) engine.claims.set(name, { name, fields: { state: 'holding' }, putAt: null });

    const claim = await take(engine);
    await claim.release();

    expect([...engine.claims.keys()]).toEqual(names);
  });
});

describe('waiting for a lock on an engine of several machines', () => {
  it('says once for whom it waits, and gets the lock when it is released', async () => {
    const engine = new ClaimMemory();
    const held = await take(engine);
    const waits: LockHolder[] = [];

    await take(engine, {
      timeoutMs: 60_000,
      onWait: (holder) => {
        waits.push(holder);
        void held.release();
      },
    });

    expect(waits).toEqual([expect.objectContaining({ pid: 4711, remote: true, answers: true })]);
  });

  it('ends with the reason of its signal, and leaves nothing', async () => {
    const engine = new ClaimMemory();
    const held = await take(engine);
    const controller = new AbortController();
    const reason = new Error('enough');

    const waiting = take(engine, {
      timeoutMs: 60_000,
      signal: controller.signal,
      onWait: () => controller.abort(reason),
    });

    await expect(waiting).rejects.toBe(reason);
    await held.release();
    expect([...engine.claims]).toEqual([]);
  });

  it('gets the lock of a holder that gave no sign of life for its own lease, whatever lease the caller has', async () => {
    const engine = new ClaimMemory();
    await leaveDead(engine, SHORT);
    const begun = performance.now();

    const claim = await take(engine, { lease: leaseOf(600), timeoutMs: 60_000 });

    expect(performance.now() - begun).toBeGreaterThanOrEqual(SHORT.leaseMs);
    expect(isHeld(claim)).toBe(true);
  });

  it('is longer than nothing for one that does not want to wait, where the holder seems to be dead', async () => {
    const engine = new ClaimMemory();
    await leaveDead(engine, SHORT);
    engine.clockOffset = 60_000;
    const waits: LockHolder[] = [];

    const claim = await take(engine, { lease: SHORT, onWait: (holder) => void waits.push(holder) });

    expect(isHeld(claim)).toBe(true);
    expect(waits).toEqual([expect.objectContaining({ answers: false })]);
  });
});
