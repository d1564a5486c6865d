/** Who holds a lock, in fields and in words. */
import { TrueupError } from '../../model/failure.ts';
import type { LiveAnswer } from './lock-answer.ts';
import type { Introduction } from './lock-claim.ts';
import type { RemoteClaim } from './lock-remote-claims.ts';

export interface LockHolder extends Partial<Omit<Introduction, 'pid'>> {
  /** `null` for a claim on an engine that does not say. */
  readonly pid: number | null;
  /** Of a claim on an engine, the machine of its process; `null` for a process of this one. */
  readonly host: string | null;
  /** False for a process that is stopped or very busy, or a claim that gave no sign of life for its lease. */
  readonly answers: boolean;
  /** Whether its claim lies on the engine. */
  readonly remote: boolean;
}

/** The pid stands in the name of the claim too, so that one which does not answer can be named. */
export function holderOf(file: string, answer: Pick<LiveAnswer, 'introduction' | 'status'>): LockHolder {
  const pid = Number(file.split('.')[1]);
  return { pid, host: null, ...answer.introduction, answers: answer.status !== 'silent', remote: false };
}

/** The holder behind a claim on an engine. */
export function remoteHolderOf({ introduction }: RemoteClaim, answers: boolean): LockHolder {
  return { pid: null, host: null, ...introduction, answers, remote: true };
}

/** `pid 4711 on build-7 (trueup apply, since 12:03:04, user x)`. */
export function holderWords(holder: LockHolder, options: { readonly user: boolean } = { user: true }): string {
  const { pid, host, command, since, user } = holder;
  const process = pid === null ? 'somebody on another machine' : `pid ${pid}`;
  const by = [
    command,
    since === undefined ? undefined : `since ${clockTime(since)}`,
    options.user && user !== undefined ? `user ${user}` : undefined,
  ].filter((part) => part !== undefined);
  return `${process}${host === null ? '' : ` on ${host}`}${by.length === 0 ? '' : ` (${by.join(', ')})`}`;
}

/** Whether it is a pass of the long-lived side, which ends by itself, and of which a person's word comes next. */
export function isPassing({ command, answers, remote }: LockHolder): boolean {
  return answers && !remote && isOfPasses(command ?? null);
}

/** Whether it is the command of the long-lived side, of which each run is a pass. */
export function isOfPasses(command: string | null): boolean {
  return command === 'trueup serve' || command === 'trueup watch';
}

/** What a caller that waits for a lock says, once per holder. */
export function waitingWords(holder: LockHolder): string {
  const silence = holder.remote ? ', which gives no sign of life' : ', which does not answer';
  return `waiting for ${holderWords(holder)}${holder.answers ? '' : silence} …`;
}

/** The failure of a caller that got no lock. */
export function lockedError(
  holder: LockHolder,
  wanted: { readonly environment: string; readonly project: string },
  waitedMs: number,
): TrueupError {
  const { environment, answers } = holder;
  const who = holderWords(holder, { user: holder.remote });
  const what = environment === undefined ? `project ${wanted.project}` : `environment ${environment}`;
  const waited = waitedMs >= 1000 ? `, also after waiting ${Math.round(waitedMs / 1000)}s` : '';
  const message = answers
    ? `${what} is being changed by ${who}${waited}`
    : `${what} is held by ${who}, which is alive but does not answer${waited}`;
  return new TrueupError('locked', message, {
    retryable: true,
    fields: fieldsOf(holder),
    next: nextOf(holder, wanted),
  });
}

function nextOf({ pid, host, answers, remote }: LockHolder, wanted: { readonly environment: string }): string {
  if (remote) {
    const where = host ?? 'its machine';
    return `Wait until it has ended, with \`--lock-timeout 5m\` for example. If it is dead or ${where} is gone, \`trueup lock release ${wanted.environment}\` frees the lock.`;
  }
  return answers
    ? `Wait until it has ended, with \`--lock-timeout 5m\` for example. \`ps -fp ${pid}\` shows it.`
    : `It is stopped or very busy: \`kill -CONT ${pid}\` lets a stopped one go on, \`kill -9 ${pid}\` ends it and frees the lock.`;
}

function fieldsOf(holder: LockHolder): Record<string, string | number | boolean | null> {
  const { pid, user = null, command = null, environment = null, since = null, cwd = null, answers } = holder;
  const common = { pid, user, command, environment, since, cwd, answers };
  return holder.remote ? { ...common, host: holder.host } : common;
}

/** The local time of day, with the day where it was another one. */
function clockTime(since: string): string {
  const at = new Date(since);
  if (Number.isNaN(at.getTime())) return since;
  const time = at.toTimeString().slice(0, 8);
  return at.toDateString() === new Date().toDateString() ? time : `${at.toLocaleDateString('sv')} ${time}`;
}
