/**
 * What a service is doing, from its records and the operating system. A pure function of the two: records say what was
 * started and how it ended, the process table alone says what lives.
 */
import type { ObservedRunState } from '../../model/observed.ts';
import { findAlive, type ProcessInfo, type ProcessTable } from './processes.ts';
import type { ShimRecord } from './shim-record.ts';
import { signalNamed } from './signals.ts';

export interface Sight {
  readonly state: ObservedRunState;
  /** The run state as it is compared with the desired one. */
  readonly comparedState: string;
  readonly reason: string | null;
  readonly since: Date | null;
  readonly exitCode: number | null;
  readonly pid: number | null;
  /** The command has ended and its living shim has not recorded it yet: a matter of milliseconds, worth another look. */
  readonly inTransition: boolean;
}

export interface Records {
  readonly record: ShimRecord | null;
  /** A stop was requested, and no start since. */
  readonly told: boolean;
}

type Ended = Pick<Sight, 'state' | 'reason'> & Partial<Pick<Sight, 'since' | 'exitCode'>>;

export function sightOf({ record, told }: Records, table: ProcessTable, boot: string): Sight {
  if (record === null) return ended(told ? TOLD : { state: 'created', reason: null });
  const here = record.boot === boot;
  const main = here ? findAlive(table, record.main) : null;
  const shim = here ? findAlive(table, record.shim) : null;
  if (main !== null) return living(record, main, shim, told);
  if (shim !== null && record.phase !== 'exited') return supervised(record, shim, told);
  return ended(endOf(record, told, here));
}

const TOLD: Ended = { state: 'stopped', reason: 'told to stop' };

function living(record: ShimRecord, main: ProcessInfo, shim: ProcessInfo | null, told: boolean): Sight {
  const found = livingState(main, shim, told);
  return {
    ...found,
    comparedState: told ? 'stopping' : found.state,
    since: found.state === 'running' ? record.changedAt : null,
    exitCode: null,
    pid: main.pid,
    inTransition: false,
  };
}

function livingState(main: ProcessInfo, shim: ProcessInfo | null, told: boolean): Pick<Sight, 'state' | 'reason'> {
  if (shim === null) {
    return { state: 'dead', reason: `its supervisor is gone, and its command still runs as process ${main.pid}` };
  }
  if (main.state === 'T') return { state: 'paused', reason: 'its process is stopped by a signal' };
  return { state: 'running', reason: told ? 'told to stop, and still running' : null };
}

/** The shim lives and the command does not. */
function supervised(record: ShimRecord, shim: ProcessInfo, told: boolean): Sight {
  const state = shim.state === 'T' ? 'paused' : 'restarting';
  const reasons = {
    starting: 'its command is being started',
    backoff: `${exitText(record.exitCode)}, and is started again after a pause`,
    running: 'its command has ended, and its supervisor has yet to record how',
    exited: null,
  };
  return {
    state,
    comparedState: told ? 'stopping' : state === 'restarting' ? 'running' : state,
    reason: state === 'paused' ? 'its supervisor is stopped by a signal' : reasons[record.phase],
    since: record.changedAt,
    exitCode: record.exitCode,
    pid: null,
    inTransition: record.phase === 'running' && state !== 'paused',
  };
}

/** Nothing of it lives. */
function endOf(record: ShimRecord, told: boolean, here: boolean): Ended {
  const { exitCode, changedAt: since } = record;
  if (record.phase === 'exited' && !told) {
    const state = exitCode === 0 ? 'completed' : 'failed';
    return { state, reason: exitText(exitCode), since, exitCode };
  }
  if (told) return { ...TOLD, since: record.phase === 'exited' ? since : null, exitCode };
  if (!here) return { state: 'dead', reason: 'it ran in an earlier boot of this machine and was not started since' };
  if (record.phase === 'running') return { state: 'failed', reason: 'it was killed together with its supervisor' };
  if (record.phase === 'starting')
    return { state: 'failed', reason: 'its supervisor was killed before it could start it' };
  return {
    state: 'failed',
    reason: `${exitText(exitCode)}, and its supervisor was killed before starting it again`,
    exitCode,
  };
}

function ended(end: Ended): Sight {
  return {
    state: end.state,
    comparedState: end.state,
    reason: end.reason,
    since: end.since ?? null,
    exitCode: end.exitCode ?? null,
    pid: null,
    inTransition: false,
  };
}

/** A shell reports death by a signal as 128 and its number. */
function exitText(code: number | null): string {
  if (code === null) return 'it was stopped before it could run';
  const signal = signalNamed(code - 128);
  return signal === null ? `exited with status ${code}` : `exited with status ${code} (${signal})`;
}
