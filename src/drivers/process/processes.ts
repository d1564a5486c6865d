/**
 * What the operating system says of processes. A pid alone names nobody, because it is used again: a process is the
 * pair of pid and start time, within one boot. No signal is ever sent on less.
 */
import { setTimeout as sleep } from 'node:timers/promises';

export interface ProcessIdentity {
  readonly pid: number;
  /** Opaque: clock ticks since boot on Linux, a date elsewhere. The shim writes it in the same form. */
  readonly start: string;
}

export interface ProcessInfo extends ProcessIdentity {
  readonly ppid: number;
  readonly pgid: number;
  readonly session: number;
  /** One letter: `T` stopped by a signal, `Z` dead and not reaped, others alive. */
  readonly state: string;
}

/** One look at the processes of the machine. */
export interface ProcessTable {
  get(pid: number): ProcessInfo | null;
  all(): readonly ProcessInfo[];
  /** Whether the process was started with this environment variable; false where that cannot be known. */
  hasVariable(pid: number, name: string, value: string): boolean;
  /** The command line, for people. */
  commandOf(pid: number): string;
}

export interface Processes {
  /** Names this boot, and on Linux this pid namespace: outside of it recorded pids mean nothing. */
  boot(): Promise<string>;
  /** Whether a look costs nothing before it is asked for a process; where not, all of them cost as much as one. */
  readonly isLive: boolean;
  look(signal?: AbortSignal): Promise<ProcessTable>;
  /** Whether something that has this pid lives. It may be another process by now. Costs next to nothing. */
  isLiving(pid: number): boolean;
}

/** The process of this identity, if it still is that one and alive. */
export function findAlive(table: ProcessTable, identity: ProcessIdentity | null): ProcessInfo | null {
  const found = identity === null ? null : table.get(identity.pid);
  return found !== null && found.start === identity?.start && isAlive(found) ? found : null;
}

export function isAlive(info: ProcessInfo): boolean {
  return info.state !== 'Z' && info.state !== 'X';
}

/** Sends a signal to exactly this process, and to nobody when it is gone. Says whether it was sent. */
export function sendSignal(table: ProcessTable, identity: ProcessIdentity, signal: NodeJS.Signals): boolean {
  return findAlive(table, identity) !== null && kill(identity.pid, signal);
}

/** Sends a signal to a whole process group, whose leader or member the caller has just found alive. */
export function signalGroup(pgid: number, signal: NodeJS.Signals): boolean {
  return pgid > 1 && kill(-pgid, signal);
}

function kill(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    // Gone in between, or run by another user: what is left over shows in the next look.
    return false;
  }
}

/** Looks again and again, at growing pauses up to 50 ms, until the condition holds; false once the time is over. */
export async function waitUntil(
  condition: () => boolean | Promise<boolean>,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  for (let pause = 2; ; pause = Math.min(pause * 2, 50)) {
    signal.throwIfAborted();
    if (await condition()) return true;
    const left = deadline - performance.now();
    if (left <= 0) return false;
    await waitFor(Math.min(pause, left), signal);
  }
}

/** Rejects with the reason of the signal, where Node's own timer rejects with an error around it. */
export async function waitFor(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => signal.throwIfAborted());
}
