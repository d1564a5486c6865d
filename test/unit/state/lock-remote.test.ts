import { array, assert, asyncProperty, integer, option, record } from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { TrueupError } from '../../../src/model/failure.ts';
import type { LockHolder } from '../../../src/state/lock-holder.ts';
import { KeptClaim } from '../../../src/state/lock-kept-claim.ts';
import { type Lease, leaseOf } from '../../../src/state/lock-lease.ts';
import { acquireRemoteLock } from '../../../src/state/lock-remote.ts';
import { claimsAmong, remoteKey } from '../../../src/state/lock-remote-claims.ts';
import { pause } from '../../../src/state/pause.ts';
import { ClaimMemory, Cut } from '../../support/claim-memory.ts';
import { eventually } from '../../support/eventually.ts';
import { never } from './scratch.ts';

const SHORT: Lease = leaseOf(300);
/** Long enough for a machine that has much else to do. */
const STEADY: Lease = leaseOf(1500);
/** No claim dies of it while a test runs. */
const LONG: Lease = leaseOf(60_000);

interface Taking {
  readonly machine?: string;
  readonly session?: string;
  readonly lease?: Lease;
  readonly timeoutMs?: number;
  readonly trouble?: (signal: AbortSignal) => Promise<void>;
  readonly signal?: AbortSignal;
  readonly onWait?: (holder: LockHolder) => void;
}

let machines = 0;

/** A lock taken as from a machine of its own; released when the test is over. */
async function take(engine: ClaimMemory, taking: Taking = {}): Promise<KeptClaim> {
  machines += 1;
  const { machine = `machine-${machines}`, session = machine, lease = LONG, timeoutMs = 0, trouble, onWait } = taking;
  const introduction = {
    pid: 4711,
    user: 'x',
    command: 'trueup apply',
    environment: 'local',
    since: '2026-01-01T12:03:04.000Z',
    cwd: '/work',
  };
  const request = { store: engine.seenFrom(trouble), project: 'shop', introduction, place: machine, session, lease };
  const claim = await acquireRemoteLock(request, {
    signal: taking.signal ?? never,
    deadline: performance.now() + timeoutMs,
    ...(onWait === undefined ? {} : { onWait }),
  });
  onTestFinished(() => claim.release());
  return claim;
}

async function failureOf(attempt: Promise<unknown>): Promise<TrueupError> {
  const error: unknown = await attempt.then(
    () => new Error('it succeeded'),
    (reason: unknown) => reason,
  );
  if (error instanceof TrueupError) return error;
  throw error;
}

function isHeld(claim: KeptClaim): boolean {
  try {
    claim.confirm();
    return true;
  } catch {
    return false;
  }
}

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

    const claim = await take(engine, { lease: leaseOf(600), timeoutMs: 20_000 });

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

/** What a holder leaves that dies without a word. */
async function leaveDead(engine: ClaimMemory, lease: Lease): Promise<void> {
  const claim = await take(engine, { lease });
  const left = [...engine.claims];
  await claim.release();
  for (const [name, stored] of left) engine.claims.set(name, stored);
}

describe('a holder', () => {
  it('whose claim is removed by somebody else loses the lock, and says so', async () => {
    const engine = new ClaimMemory();
    const claim = await take(engine, { lease: SHORT });

    engine.claims.clear();

    await eventually(() => claim.lost.aborted, 'the loss');
    expect(claim.lost.reason).toMatchObject({ code: 'lock_lost' });
    expect(() => claim.confirm()).toThrow(/taken for dead, or removed by hand/);
    await claim.release();
    expect([...engine.claims]).toEqual([]);
  });

  it('that is cut off from the engine loses the lock before anybody else can have it', async () => {
    const engine = new ClaimMemory();
    const cut = new Cut();
    const first = await take(engine, { lease: SHORT, trouble: cut.trouble });
    cut.cut();
    onTestFinished(() => cut.mend());
    let wasHeld = true;

    await take(engine, { lease: SHORT, timeoutMs: 20_000 }).then(() => (wasHeld = isHeld(first)));

    expect(wasHeld).toBe(false);
    expect(first.lost.reason).toMatchObject({ code: 'lock_lost', retryable: true });
  });

  it('goes on after a short cut', async () => {
    const engine = new ClaimMemory();
    const cut = new Cut();
    const lease = leaseOf(3000);
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
      introduction: { ...(await introductionOf(engine)), host: 'here', project: 'shop' },
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

  async function introductionOf(engine: ClaimMemory): Promise<{
    pid: number;
    user: string;
    command: string;
    environment: string;
    since: string;
    cwd: string;
  }> {
    expect(engine.claims.size).toBe(0);
    return { pid: 1, user: 'x', command: 'trueup apply', environment: 'local', since: '', cwd: '/' };
  }
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

describe('many machines at once', () => {
  it('never hold the lock at the same moment, whatever befalls their connections', { timeout: 60_000 }, async () => {
    const scenario = array(
      record({
        delay: integer({ min: 0, max: 12 }),
        cutAfter: option(integer({ min: 0, max: 150 })),
        cutFor: integer({ min: 50, max: 500 }),
        holdFor: integer({ min: 0, max: 250 }),
        begins: integer({ min: 0, max: 40 }),
      }),
      { minLength: 2, maxLength: 6 },
    );
    await assert(
      asyncProperty(scenario, async (callers) => {
        const engine = new ClaimMemory();
        const inside = new Set<KeptClaim>();
        let most = 0;
        await Promise.all(
          callers.map(async ({ delay, cutAfter, cutFor, holdFor, begins }) => {
            const cut = new Cut();
            await pause(begins + 1, never);
            if (cutAfter !== null) setTimeout(() => cut.cut(), cutAfter);
            if (cutAfter !== null) setTimeout(() => cut.mend(), cutAfter + cutFor);
            const trouble = async (signal: AbortSignal): Promise<void> => {
              await pause(Math.random() * delay, signal);
              await cut.trouble(signal);
            };
            const claim = await take(engine, { lease: leaseOf(150), timeoutMs: 8000, trouble }).catch(
              (error: unknown) => {
                if (error instanceof TrueupError && ['locked', 'lock_lost'].includes(error.code)) return null;
                throw error;
              },
            );
            if (claim === null) return;
            inside.add(claim);
            const until = performance.now() + holdFor;
            do {
              most = Math.max(most, [...inside].filter(isHeld).length);
              await pause(3, never);
            } while (performance.now() < until);
            inside.delete(claim);
            await claim.release();
          }),
        );
        expect(most).toBeLessThanOrEqual(1);
      }),
      { numRuns: 10 },
    );
  });
});
