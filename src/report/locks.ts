/** Locks for people and machines: who holds which, since when, and what became of those that were to be released. */
import type { JsonObject } from '../model/json.ts';
import { painter } from './paint.ts';
import type { RenderOptions } from './render-options.ts';
import { safeText } from './safe-text.ts';
import { type Column, renderTable } from './table.ts';

const LOCK_FORMAT_VERSION = '1.0';

export interface LockRow {
  readonly project: string;
  /** The environment that its holder changes; `null` where it does not say. */
  readonly environment: string | null;
  /** The engine's name in the manifests. */
  readonly engine: string;
  /** Where it lies: a socket of this machine, or a claim on the engine. */
  readonly where: 'local' | 'remote';
  readonly pid: number | null;
  /** `null` for this machine. */
  readonly host: string | null;
  readonly user: string | null;
  readonly command: string | null;
  readonly since: string | null;
  readonly cwd: string | null;
  readonly answers: boolean;
  /** Seconds since its last sign of life, of a claim on an engine. */
  readonly silent_seconds: number | null;
  readonly released: boolean;
  /** Why it stays, and how to end it, where it was to be released and was not; why it is dead where it was. */
  readonly note: string | null;
}

export interface LockReport {
  readonly locks: readonly LockRow[];
  /** Engines whose claims could not be asked for. */
  readonly unreachable: readonly { readonly engine: string; readonly error: string }[];
}

/** The public JSON (schemas/lock.json). */
export function lockDocument({ locks, unreachable }: LockReport): JsonObject {
  return {
    format_version: LOCK_FORMAT_VERSION,
    locks: locks.map((lock) => ({ ...lock })),
    unreachable: unreachable.map(({ engine, error }) => ({ engine, error })),
  };
}

const COLUMNS: readonly Column<LockRow>[] = [
  { title: 'PROJECT', rank: 0, cell: ({ project }) => safeText(project) },
  { title: 'ENVIRONMENT', rank: 2, cell: ({ environment }) => safeText(environment ?? '?') },
  { title: 'ENGINE', rank: 1, cell: ({ engine }) => safeText(engine) },
  { title: 'HELD BY', rank: 0, cell: heldBy },
  { title: 'USER', rank: 4, cell: ({ user }) => safeText(user ?? '') },
  { title: 'COMMAND', rank: 0, shrinks: true, cell: ({ command }) => safeText(command ?? '?') },
  { title: 'SINCE', rank: 3, cell: ({ since }) => safeText(since ?? '?') },
  { title: 'STATE', rank: 0, cell: stateOf },
];

/** A table, then what is to be said of single ones. */
export function renderLocks({ locks, unreachable }: LockReport, options: RenderOptions): string {
  const paint = painter(options.color);
  const table = locks.length === 0 ? 'No lock is held.' : renderTable(COLUMNS, locks, options.width);
  const notes = locks.flatMap((lock) => (lock.note === null ? [] : [`${heldBy(lock)}: ${safeText(lock.note)}`]));
  const lost = unreachable.map(
    ({ engine, error }) =>
      `${paint('warning', 'warning')}: the locks on ${safeText(engine)} are unknown: ${safeText(error)}`,
  );
  return [table, ...notes, ...lost].join('\n');
}

function heldBy({ pid, host }: LockRow): string {
  return `${pid === null ? 'unknown' : `pid ${pid}`}${host === null ? '' : ` on ${safeText(host)}`}`;
}

function stateOf({ released, answers, silent_seconds: silent, where }: LockRow): string {
  if (released) return 'released';
  if (answers) return 'held';
  return where === 'local' || silent === null ? 'held, does not answer' : `no sign of life for ${silent}s`;
}
