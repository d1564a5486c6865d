/**
 * Takes a lock again and again, and proves by a folder that only one process can make at a time that nobody else is
 * inside. A killed process leaves its folder, so with `pidFile` the folder names who is inside and the dead are ignored.
 */
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { acquireLock, type LockRequest } from '../../../../src/state/locks/lock.ts';

interface Input {
  readonly folder: string;
  readonly arena: string;
  readonly request: LockRequest;
  readonly rounds: number;
  readonly wait: boolean;
  readonly pidFile?: boolean;
}

const { folder, arena, request, rounds, wait, pidFile = false } = JSON.parse(process.argv[2] ?? '{}') as Input;
const result = { inside: 0, overlaps: 0, refused: 0 };
console.log('"ready"');
await once(process.stdin, 'data');
const leave = once(process.stdin, 'data').then(() => 'leave' as const);
let leaving = false;
void leave.then(() => {
  leaving = true;
});

for (let round = 0; round < rounds && !leaving; round += 1) {
  try {
    const options = { signal: new AbortController().signal, folder, ...(wait ? { timeoutMs: 60_000 } : {}) };
    const lock = await acquireLock(request, options);
    result.inside += 1;
    enter();
    // Without waiting, the first one stays inside until all others have tried.
    if (wait) await delay(3);
    else console.log(JSON.stringify(result));
    if (!wait) await leave;
    exit();
    await lock[Symbol.asyncDispose]();
  } catch (error) {
    result.refused += 1;
    if (!(error instanceof Error && 'code' in error && error.code === 'locked')) throw error;
  }
}
if (wait || result.inside === 0) console.log(JSON.stringify(result));
process.stdin.destroy();

function enter(): void {
  if (pidFile) {
    for (const name of readdirSync(arena)) if (/^\d+$/.test(name) && isAlive(Number(name))) result.overlaps += 1;
    writeFileSync(join(arena, String(process.pid)), '');
    writeFileSync(join(arena, `was-${process.pid}`), '');
    return;
  }
  try {
    mkdirSync(join(arena, 'inside'));
  } catch {
    result.overlaps += 1;
  }
}

function exit(): void {
  if (pidFile) rmSync(join(arena, String(process.pid)));
  else rmdirSync(join(arena, 'inside'));
}

/**
 * A process that is being killed lets go of its lock a moment before it is gone, and is a zombie until somebody reaps it:
 * who is still there after that moment really is inside.
 */
function isAlive(pid: number): boolean {
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; ) {
    if (!isThere(pid)) return false;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
  }
  return true;
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return !/^ [ZX]/.test(stat.slice(stat.lastIndexOf(')') + 1));
  } catch (error) {
    // Without /proc the signal is all there is to ask.
    return error instanceof Error && 'code' in error && error.code === 'ENOENT' && !existsSync('/proc/self');
  }
}
