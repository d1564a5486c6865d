/** What objects of a registry are like at one look, in short: enough to tell whether something happened to them since. */
import { existsSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Scope } from '../scope.ts';
import type { Engine } from './engine.ts';
import { readRegistered, type Registered } from './entry.ts';
import { dataFolder, type EntryKind, FILES, objectFolder } from './layout.ts';
import { type Look, lookOnce } from './sights.ts';

/** Whose an object is. */
export interface Mark {
  readonly kind: EntryKind;
  readonly name: string;
  /** Of the file that says so. */
  readonly stamp: string;
  readonly ownership: Registered['ownership'];
}

export interface Trace extends Mark {
  /** `null` where it was not looked at, because nobody asked. */
  readonly signature: string | null;
  /** The run state, where there is one. */
  readonly state: string | null;
  /** The process whose end nobody would record: the supervisor, or a command that has lost it. */
  readonly guard: number | null;
  /** Otherwise its end is just being recorded, and another look is worth it. */
  readonly isSettled: boolean;
}

/** `null` of what is not there, or says nothing of itself. The entry is read only when it has changed. */
export function markOf({ root }: Engine, kind: EntryKind, name: string, before: Mark | null): Mark | null {
  const stats = statsOf(join(objectFolder(root, kind, name), FILES.entry));
  const stamp = stats === null ? 'damaged' : `${stats.ino}:${stats.mtimeMs}`;
  if (before !== null && before.stamp === stamp && stamp !== 'damaged') return before;
  const found = readRegistered(root, kind, name);
  return found === null ? null : { kind, name, stamp, ownership: found.ownership };
}

/** What one may not look into reads as damaged, as it does to whoever observes. */
function statsOf(path: string): Stats | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}

export function unseen(mark: Mark): Trace {
  const { kind, name, stamp, ownership } = mark;
  return { kind, name, stamp, ownership, signature: null, state: null, guard: null, isSettled: true };
}

/** What is known of whose they are is looked up again, and so is what they do; `null` of what is not there as a whole. */
export async function takeTraces(
  engine: Engine,
  known: readonly Mark[],
  signal: AbortSignal,
): Promise<readonly (Trace | null)[]> {
  const services = known.filter(({ kind }) => kind === 'service').map(({ name }) => name);
  const looks = await lookOnce(engine, services, signal);
  return known.map((before) => {
    const mark = markOf(engine, before.kind, before.name, before);
    if (mark === null || !isWhole(engine, mark)) return null;
    const look = mark.kind === 'service' ? looks.get(mark.name) : undefined;
    return look === undefined ? { ...unseen(mark), signature: mark.stamp } : seen(mark, look);
  });
}

/** A volume whose folder is gone does not exist. */
function isWhole({ root }: Engine, { kind, name }: Mark): boolean {
  return kind !== 'volume' || existsSync(dataFolder(root, name));
}

function seen(mark: Mark, { sight, record, isSettled }: Look & { readonly isSettled: boolean }): Trace {
  const signature = [mark.stamp, sight.comparedState, sight.state, sight.pid, record?.id, record?.restarts].join(' ');
  return { ...unseen(mark), signature, state: sight.state, guard: guardOf(sight, record), isSettled };
}

/** Ours, or under a wanted name. */
export function isInScope({ kind, name, ownership }: Mark, { only, names, owners, environment }: Scope): boolean {
  if (only !== undefined) return only.some((object) => object.type === kind && object.name === name);
  if ((names[kind] ?? []).includes(name)) return true;
  return ownership.environment === environment && owners.includes(ownership.owner);
}

function guardOf(sight: Look['sight'], record: Look['record']): number | null {
  if (record === null || sight.state === 'dead') return sight.pid;
  const isSupervised = sight.pid !== null || sight.state === 'restarting' || sight.state === 'paused';
  return isSupervised ? record.shim.pid : null;
}
