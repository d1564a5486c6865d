import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { TrueupError } from '../../../src/model/failure.ts';
import { acquireLock, acquireLocks, type LockRequest } from '../../../src/state/locks/lock.ts';
import { lockFolder } from '../../../src/state/locks/lock-folder.ts';
import { isPassing, type LockHolder } from '../../../src/state/locks/lock-holder.ts';
import { type Child, child, matching, never, scratchFolder } from './scratch.ts';

const REQUEST: LockRequest = { engine: 'process:/x', project: 'shop', environment: 'local', command: 'trueup apply' };

/** A child that holds the lock. */
async function holder(folder: string, request: LockRequest = REQUEST): Promise<Child> {
  const held = child('hold-lock.ts', { folder, request });
  expect(await held.next()).toBe('held');
  return held;
}

/** The failure of an attempt; throws when it succeeds. */
async function failureOf(attempt: Promise<AsyncDisposable>): Promise<TrueupError> {
  try {
    const lock = await attempt;
    await lock[Symbol.asyncDispose]();
  } catch (error) {
    if (error instanceof TrueupError) return error;
    throw error;
  }
  throw new Error('The lock was free');
}

async function isFree(folder: string, request: LockRequest = REQUEST): Promise<boolean> {
  try {
    const lock = await acquireLock(request, { signal: never, folder });
    await lock[Symbol.asyncDispose]();
    return true;
  } catch {
    return false;
  }
}

describe('a lock', () => {
  it('is free after its release, and leaves no file', async () => {
    const folder = scratchFolder();

    const lock = await acquireLock(REQUEST, { signal: never, folder });
    expect(readdirSync(folder)).toHaveLength(1);
    await lock[Symbol.asyncDispose]();
    await lock[Symbol.asyncDispose]();

    expect(readdirSync(folder)).toEqual([]);
    expect(await isFree(folder)).toBe(true);
  });

  it('is waited for without a limit where it is held by a pass of the daemon, and by nobody else', async () => {
    const folder = scratchFolder();
    const held = await acquireLock({ ...REQUEST, command: 'trueup serve' }, { signal: never, folder });
    const waited: LockHolder[] = [];
    const onWait = (holder: LockHolder): void => {
      waited.push(holder);
      void held[Symbol.asyncDispose]();
    };

    const mine = await acquireLock(REQUEST, { signal: never, folder, waitsFor: isPassing, onWait });

    expect(waited.map(({ command }) => command)).toEqual(['trueup serve']);
    const error = await failureOf(acquireLock(REQUEST, { signal: never, folder, waitsFor: isPassing }));
    expect(error.code).toBe('locked');
    await mine[Symbol.asyncDispose]();
  });

  it('is waited for no longer than it was said to be, also where a pass of the daemon holds it', async () => {
    const folder = scratchFolder();
    await using _held = await acquireLock({ ...REQUEST, command: 'trueup serve' }, { signal: never, folder });

    const waiting = acquireLock(REQUEST, { signal: never, folder, waitsFor: isPassing, timeoutMs: 50 });

    expect(await failureOf(waiting)).toMatchObject({ code: 'locked', fields: { command: 'trueup serve' } });
  });

  it('is waited for no more once nobody wants it, and is free then', async () => {
    const folder = scratchFolder();
    const leaving = new AbortController();
    const gone = new TrueupError('interrupted', 'Ctrl-C');
    const { signal } = leaving;
    {
      await using _held = await acquireLock({ ...REQUEST, command: 'trueup watch' }, { signal: never, folder });
      const onWait = (): void => leaving.abort(gone);

      expect(await failureOf(acquireLock(REQUEST, { signal, folder, waitsFor: isPassing, onWait }))).toBe(gone);
    }

    expect(await isFree(folder)).toBe(true);
  });

  it('that is held says by whom, since when, from where and with which command', async () => {
    const folder = scratchFolder();
    const held = await holder(folder);

    const error = await failureOf(acquireLock({ ...REQUEST, environment: 'other' }, { signal: never, folder }));

    expect(error.code).toBe('locked');
    expect(error.retryable).toBe(true);
    expect(error.message).toMatch(
      new RegExp(
        `^environment local is being changed by pid ${held.pid} \\(trueup apply, since \\d\\d:\\d\\d:\\d\\d\\)$`,
      ),
    );
    expect(error.fields).toEqual({
      pid: held.pid,
      user: matching(/./),
      command: 'trueup apply',
      environment: 'local',
      since: matching(/^\d{4}-\d\d-\d\dT/),
      cwd: process.cwd(),
      answers: true,
    });
  });

  it('is one per engine and project', async () => {
    const folder = scratchFolder();
    await holder(folder);

    expect(await isFree(folder, { ...REQUEST, project: 'other' })).toBe(true);
    expect(await isFree(folder, { ...REQUEST, engine: 'docker:/y' })).toBe(true);
    expect(await isFree(folder, { ...REQUEST, environment: 'other', command: 'trueup destroy' })).toBe(false);
  });

  it('is held against other callers of the same process too', async () => {
    const folder = scratchFolder();
    await using _lock = await acquireLock(REQUEST, { signal: never, folder });

    expect((await failureOf(acquireLock(REQUEST, { signal: never, folder }))).fields).toMatchObject({
      pid: process.pid,
    });
  });

  it('is free at once after kill -9 of its holder, whose children live on, and the dead socket is cleaned up', async () => {
    const folder = scratchFolder();
    const held = child('hold-lock.ts', { folder, request: REQUEST, offspring: true });
    const offspring = Number(await held.next());
    onTestFinished(() => void process.kill(offspring, 'SIGKILL'));
    expect(await held.next()).toBe('held');

    held.process.kill('SIGKILL');
    await held.exited;

    expect(readdirSync(folder)).toHaveLength(1);
    await using _lock = await acquireLock(REQUEST, { signal: never, folder });
    expect(process.kill(offspring, 0)).toBe(true);
    expect(readdirSync(folder)).toHaveLength(1);
  });

  it('neither keeps its process alive nor outlives its normal end', async () => {
    const folder = scratchFolder();
    const held = child('hold-lock.ts', { folder, request: REQUEST, thenExit: true });
    expect(await held.next()).toBe('held');

    expect(await held.exited).toBe(0);
    expect(await isFree(folder)).toBe(true);
  });

  it('of a frozen process is held, and says that it does not answer', async () => {
    const folder = scratchFolder();
    const held = await holder(folder);
    held.process.kill('SIGSTOP');

    const error = await failureOf(acquireLock(REQUEST, { signal: never, folder }));

    expect(error.code).toBe('locked');
    expect(error.message).toContain(`pid ${held.pid}`);
    expect(error.message).toContain('does not answer');
    expect(error.next).toContain(`kill -CONT ${held.pid}`);
    expect(error.fields).toMatchObject({ pid: held.pid, answers: false, command: null });
    held.process.kill('SIGKILL');
    await held.exited;
    expect(await isFree(folder)).toBe(true);
  });

  it('of a holder that cannot be understood is held', async () => {
    const folder = scratchFolder();
    const lock = await acquireLock(REQUEST, { signal: never, folder });
    const [name = ''] = readdirSync(folder);
    await lock[Symbol.asyncDispose]();
    const server = createServer((socket) => socket.end('{"from": "the future"}\n')).listen(join(folder, name));
    onTestFinished(() => void server.close());

    expect((await failureOf(acquireLock(REQUEST, { signal: never, folder }))).message).toContain(`pid ${process.pid}`);
  });

  it('of a holder that hangs up on everybody is held as long as its name is there', async () => {
    const folder = scratchFolder();
    const lock = await acquireLock(REQUEST, { signal: never, folder });
    const [name = ''] = readdirSync(folder);
    await lock[Symbol.asyncDispose]();
    const server = createServer((socket) => socket.destroy()).listen(join(folder, name));
    onTestFinished(() => void server.close());

    expect((await failureOf(acquireLock(REQUEST, { signal: never, folder }))).message).toContain('does not answer');
  });

  it('is not taken under an aborted signal', async () => {
    const reason = new Error('enough');
    const folder = scratchFolder();

    await expect(acquireLock(REQUEST, { signal: AbortSignal.abort(reason), folder })).rejects.toBe(reason);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('waiting for a lock', () => {
  it('says once for whom it waits, and gets the lock when it is released', async () => {
    const folder = scratchFolder();
    const held = await holder(folder);
    const waits: LockHolder[] = [];

    const waiting = acquireLock(REQUEST, {
      signal: never,
      folder,
      timeoutMs: 60_000,
      onWait: (one) => {
        waits.push(one);
        held.tell('release');
      },
    });
    await using _lock = await waiting;

    expect(waits).toEqual([expect.objectContaining({ pid: held.pid, command: 'trueup apply', answers: true })]);
  });

  it('gets the lock of a holder that is killed', async () => {
    const folder = scratchFolder();
    const held = await holder(folder);

    await using _lock = await acquireLock(REQUEST, {
      signal: never,
      folder,
      timeoutMs: 60_000,
      onWait: () => void held.process.kill('SIGKILL'),
    });
  });

  it('gets the lock of a frozen holder once that went on and ended', async () => {
    const folder = scratchFolder();
    const held = await holder(folder);
    held.process.kill('SIGSTOP');

    await using _lock = await acquireLock(REQUEST, {
      signal: never,
      folder,
      timeoutMs: 60_000,
      onWait: () => {
        held.process.kill('SIGCONT');
        held.tell('release');
      },
    });
  });

  it('ends with the failure when time is up', async () => {
    const folder = scratchFolder();
    const held = await holder(folder);

    const error = await failureOf(acquireLock(REQUEST, { signal: never, folder, timeoutMs: 50 }));

    expect(error).toMatchObject({ code: 'locked', fields: { pid: held.pid } });
  });

  it('ends with the reason of its signal', async () => {
    const folder = scratchFolder();
    await holder(folder);
    const controller = new AbortController();
    const reason = new Error('enough');

    const waiting = acquireLock(REQUEST, {
      signal: controller.signal,
      folder,
      timeoutMs: Number.POSITIVE_INFINITY,
      onWait: () => controller.abort(reason),
    });

    await expect(waiting).rejects.toBe(reason);
    expect(readdirSync(folder)).toHaveLength(1);
  });
});

describe('many callers at once', () => {
  it('get a lock one at a time: 20 processes, beside the socket of a dead holder', { timeout: 180_000 }, async () => {
    const folder = scratchFolder();
    const dead = await holder(folder);
    dead.process.kill('SIGKILL');
    await dead.exited;
    const arena = scratchFolder();
    const racers = Array.from({ length: 20 }, () =>
      child('race-lock.ts', { folder, arena, request: REQUEST, rounds: 3, wait: true }),
    );
    await Promise.all(racers.map((one) => one.next()));
    for (const one of racers) one.tell('go');

    const results = await Promise.all(racers.map((one) => one.next()));

    expect(results).toEqual(racers.map(() => ({ inside: 3, overlaps: 0, refused: 0 })));
    expect(readdirSync(folder)).toEqual([]);
  });

  it('who do not wait: one gets it, and all others are told who', { timeout: 180_000 }, async () => {
    const folder = scratchFolder();
    const arena = scratchFolder();
    for (let round = 0; round < 3; round += 1) {
      const dead = await holder(folder);
      dead.process.kill('SIGKILL');
      await dead.exited;
      const racers = Array.from({ length: 8 }, () =>
        child('race-lock.ts', { folder, arena, request: REQUEST, rounds: 1, wait: false }),
      );
      await Promise.all(racers.map((one) => one.next()));
      for (const one of racers) one.tell('go');

      // The winner stays inside until it is told to leave.
      const results = await Promise.all(racers.map((one) => one.next()));
      for (const one of racers) one.tell('leave');
      await Promise.all(racers.map((one) => one.exited));

      const inside = results.filter((result) => JSON.stringify(result).includes('"inside":1'));
      expect(inside).toHaveLength(1);
      expect(results.filter((result) => JSON.stringify(result).includes('"refused":1'))).toHaveLength(7);
    }
  });

  it('stay alone while holders are killed at random', { timeout: 180_000 }, async () => {
    const folder = scratchFolder();
    const arena = scratchFolder();
    const settings = { folder, arena, request: REQUEST, rounds: 1_000_000, wait: true, pidFile: true };
    const racers = Array.from({ length: 6 }, () => child('race-lock.ts', settings));
    await Promise.all(racers.map((one) => one.next()));
    for (const one of racers) one.tell('go');

    for (const racer of racers.slice(0, -1)) {
      await vi.waitUntil(() => existsSync(join(arena, `was-${racer.pid}`)), { timeout: 100_000, interval: 5 });
      racer.process.kill('SIGKILL');
      await racer.exited;
    }
    const last = racers.at(-1);
    last?.tell('leave');

    expect(await last?.next()).toMatchObject({ overlaps: 0, refused: 0 });
    expect(await isFree(folder)).toBe(true);
    // One that was killed before its name appeared leaves a file that means nothing and goes after an hour.
    expect(readdirSync(folder).filter((file) => !file.endsWith('.tmp'))).toEqual([]);
  });
});

describe('several locks', () => {
  const first = { ...REQUEST, engine: 'a' };
  const second = { ...REQUEST, engine: 'b' };

  it('are taken all or none', async () => {
    const folder = scratchFolder();
    const held = await holder(folder, second);

    expect((await failureOf(acquireLocks([first, second], { signal: never, folder }))).fields).toMatchObject({
      pid: held.pid,
    });
    expect(await isFree(folder, first)).toBe(true);

    held.tell('release');
    await held.next();
    const locks = await acquireLocks([first, second, { ...first, environment: 'again' }], { signal: never, folder });
    expect(readdirSync(folder)).toHaveLength(2);
    await locks[Symbol.asyncDispose]();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('never block two callers that name them in different orders', async () => {
    const folder = scratchFolder();
    async function takeAndRelease(requests: readonly LockRequest[]): Promise<void> {
      for (let round = 0; round < 20; round += 1) {
        const locks = await acquireLocks(requests, { signal: never, folder, timeoutMs: 60_000 });
        await locks[Symbol.asyncDispose]();
      }
    }

    await Promise.all([takeAndRelease([first, second]), takeAndRelease([second, first])]);

    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('the folder of locks', () => {
  it('lies in the XDG runtime folder, for this user alone', async () => {
    const runtime = scratchFolder();

    expect(await lockFolder({ XDG_RUNTIME_DIR: runtime })).toBe(join(runtime, 'trueup'));
    expect(statSync(join(runtime, 'trueup')).mode & 0o777).toBe(0o700);
    chmodSync(join(runtime, 'trueup'), 0o755);
    await lockFolder({ XDG_RUNTIME_DIR: runtime });
    expect(statSync(join(runtime, 'trueup')).mode & 0o777).toBe(0o700);
  });

  it('is the same for every environment that names none, or one that cannot be used', async () => {
    const long = join(scratchFolder(), 'x'.repeat(80));
    mkdirSync(long);
    const taken = scratchFolder();
    writeFileSync(join(taken, 'trueup'), '');
    const linked = scratchFolder();
    symlinkSync(scratchFolder(), join(linked, 'trueup'));
    const standard = await lockFolder({});

    for (const runtime of ['', 'relative', '/nonexistent', long, taken, linked]) {
      expect([runtime, await lockFolder({ XDG_RUNTIME_DIR: runtime, TMPDIR: scratchFolder() })]).toEqual([
        runtime,
        standard,
      ]);
    }
  });
});
