import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { KeptClaim } from '../../../src/state/locks/lock-kept-claim.ts';
import { leaseOf } from '../../../src/state/locks/lock-lease.ts';
import { remoteKey } from '../../../src/state/locks/lock-remote-claims.ts';
import { pause } from '../../../src/state/pause.ts';
import { ClaimMemory, Cut } from '../../support/claim-memory.ts';
import { eventually } from '../../support/eventually.ts';
import { never } from './scratch.ts';
import { failureOf, isHeld, LONG, SHORT, STEADY, take } from './taking-remote-locks.ts';

const INTRODUCTION = {
  pid: 1,
  user: 'x',
  command: 'trueup apply',
  environment: 'local',
  project: 'shop',
  host: 'here',
  since: '2026-01-01T12:03:04.000Z',
  cwd: '/',
};

describe('a holder', () => {
  it('whose claim is removed by somebody else loses the lock, and says so', async () => {
    const engine = new ClaimMemory();
    const claim = await take(engine, { lease: STEADY });

    engine.claims.clear();

    await eventually(() => claim.lost.aborted, 'the loss');
    expect(claim.lost.reason).toMatchObject({ code: 'lock_lost' });
    expect(() => claim.confirm()).toThrow(/taken for dead, or removed by hand/);
    await claim.release();
    expect([...engine.claims]).toEqual([]);
  });

  it('gives signs of life whatever its lease is', async () => {
    const engine = new ClaimMemory();
    const claim = await take(engine, { lease: leaseOf(4000) });

    await eventually(() => engine.put.length > 3, 'two beats');

    expect(isHeld(claim)).toBe(true);
  });

  it('that is cut off from the engine loses the lock before anybody else can have it', async () => {
    const engine = new ClaimMemory();
    const cut = new Cut();
    const first = await take(engine, { lease: SHORT, trouble: cut.trouble });
    cut.cut();
    onTestFinished(() => cut.mend());
    let wasHeld = true;

    await take(engine, { lease: SHORT, timeoutMs: 60_000 }).then(() => (wasHeld = isHeld(first)));

    expect(wasHeld).toBe(false);
    expect(first.lost.reason).toMatchObject({ code: 'lock_lost', retryable: true });
  });

  it('goes on after a short cut', async () => {
    const engine = new ClaimMemory();
    const cut = new Cut();
    const lease = leaseOf(5000);
    const claim = await take(engine, { lease, trouble: cut.trouble });
    const before = engine.put.length;
    cut.cut();
    await pause(lease.beatMs * 1.2, never);
    cut.mend();

    await eventually(() => engine.put.length >= before + 3, 'more beats');

    expect(isHeld(claim)).toBe(true);
  });

  it('goes on where the disk of the engine is full', async () => {
    const engine = new ClaimMemory();
    const claim = await take(engine, { lease: STEADY });
    await eventually(() => engine.put.length >= 4, 'some beats');
    engine.room = 2;
    const before = engine.put.length;

    await eventually(() => engine.put.length >= before + 6, 'beats on a full disk');

    expect(isHeld(claim)).toBe(true);
  });

  it('finds no room for a lock on a full disk, and leaves nothing', async () => {
    const engine = new ClaimMemory();
    engine.room = 0;

    expect(await failureOf(take(engine))).toMatchObject({ code: 'step_failed' });
    expect([...engine.claims]).toEqual([]);
  });

  it('that slept has lost the lock when it wakes, before any timer tells it', async () => {
    const engine = new ClaimMemory();
    let now = 0;
    const content = {
      introduction: INTRODUCTION,
      place: 'p',
      session: 's',
    };
    const claim = await KeptClaim.open(
      { store: engine.seenFrom(), key: remoteKey('shop'), content, lease: LONG, clock: () => now },
      never,
    );
    onTestFinished(() => claim.release());
    expect(isHeld(claim)).toBe(true);

    now += LONG.leaseMs;

    expect(() => claim.confirm()).toThrow(/no sign of life for 60s/);
    expect(claim.lost.aborted).toBe(true);
  });
});

describe('a time of day that jumps', () => {
  it.each([86_400_000, -86_400_000])('by %d ms costs no holder its lock', async (jump) => {
    const engine = new ClaimMemory();
    const held = await take(engine, { lease: STEADY });
    const before = engine.put.length;
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + jump });
    onTestFinished(() => void vi.useRealTimers());
    engine.clockOffset = jump;

    await eventually(() => engine.put.length >= before + 4, 'beats after the jump');

    expect(isHeld(held)).toBe(true);
    expect(await failureOf(take(engine, { lease: STEADY, timeoutMs: 2000 }))).toMatchObject({ code: 'locked' });
    expect(isHeld(held)).toBe(true);
  });
});
