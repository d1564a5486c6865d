/** Who holds a lock, in fields and in words. */
import { TrueupError } from '../model/failure.ts';
import type { LiveAnswer } from './lock-answer.ts';
import type { Introduction } from './lock-claim.ts';

export interface LockHolder extends Partial<Omit<Introduction, 'pid'>> {
  readonly pid: number;
  /** False for a process that is stopped or very busy; then only its pid is known. */
  readonly answers: boolean;
}

/** The pid stands in the name of the claim too, so that one which does not answer can be named. */
export function holderOf(file: string, answer: LiveAnswer): LockHolder {
  const pid = Number(file.split('.')[1]);
  return { pid, ...answer.introduction, answers: answer.status !== 'silent' };
}

/** The failure of a caller that got no lock. */
export function lockedError(
  holder: LockHolder,
  wanted: { readonly environment: string; readonly project: string },
  waitedMs: number,
): TrueupError {
  const { pid, environment, command, since, answers } = holder;
  const by = [command, since === undefined ? undefined : `since ${clockTime(since)}`].filter(
    (part) => part !== undefined,
  );
  const who = by.length === 0 ? `pid ${pid}` : `pid ${pid} (${by.join(', ')})`;
  const what = environment === undefined ? `project ${wanted.project}` : `environment ${environment}`;
  const waited = waitedMs >= 1000 ? `, also after waiting ${Math.round(waitedMs / 1000)}s` : '';
  const message = answers
    ? `${what} is being changed by ${who}${waited}`
    : `${what} is held by ${who}, which is alive but does not answer${waited}`;
  const next = answers
    ? `Wait until it has ended. \`ps -fp ${pid}\` shows it.`
    : `It is stopped or very busy: \`kill -CONT ${pid}\` lets a stopped one go on, \`kill -9 ${pid}\` ends it and frees the lock.`;
  return new TrueupError('locked', message, { retryable: true, fields: fieldsOf(holder), next });
}

function fieldsOf(holder: LockHolder): Record<string, string | number | boolean | null> {
  const { pid, user = null, command = null, environment = null, since = null, cwd = null, answers } = holder;
  return { pid, user, command, environment, since, cwd, answers };
}

/** The local time of day, with the day where it was another one. */
function clockTime(since: string): string {
  const at = new Date(since);
  const time = at.toTimeString().slice(0, 8);
  return at.toDateString() === new Date().toDateString() ? time : `${at.toLocaleDateString('sv')} ${time}`;
}
