/** Small turns of phrase that several renderers share: counts, lists, revisions and times for people. */
import type { Revision } from '../model/desired.ts';

export function plural(count: number, singular: string, many = `${singular}s`): string {
  return `${count} ${count === 1 ? singular : many}`;
}

/** `2 created, 1 restarted`; parts that count nothing are left out. */
export function countList(parts: readonly (readonly [count: number, word: string])[]): string {
  return parts
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`)
    .join(', ');
}

/** The first names and how many more there are. */
export function listed(names: readonly string[], limit: number): string {
  const more = names.length - limit;
  return more > 0 ? `${names.slice(0, limit).join(', ')} and ${more} more` : names.join(', ');
}

/** `1a2b3c4`, `1a2b3c4 (dirty)`, or what there is before the first commit. */
export function revisionText(revision: Revision): string {
  if (revision.commit === null) return 'no commit yet';
  return `${revision.commit.slice(0, 7)}${revision.dirty ? ' (dirty)' : ''}`;
}

/** A measured time for people: `850 ms`, `4.2 s`, `1 m 05 s`, `2 h 03 m`, `4 d 07 h`. Declared durations keep their canonical text. */
export function elapsedText(milliseconds: number): string {
  const ms = Math.max(0, Math.round(milliseconds));
  if (ms < 1000) return `${ms} ms`;
  const tenths = Math.round(ms / 100);
  if (tenths < 600) return `${(tenths / 10).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} m ${twoDigits(seconds % 60)} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ${twoDigits(minutes % 60)} m`;
  return `${Math.floor(hours / 24)} d ${twoDigits(hours % 24)} h`;
}

/** A moment for people, by the clock of this machine: `2026-01-31 12:03`. */
export function momentText(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return '?';
  const day = [at.getFullYear(), twoDigits(at.getMonth() + 1), twoDigits(at.getDate())].join('-');
  return `${day} ${twoDigits(at.getHours())}:${twoDigits(at.getMinutes())}`;
}

/** When a freeze ends. Of one that lasts less than an hour, minutes would leave nobody knowing whether it is over. */
export function freezeEndText({ since, until }: { readonly since: string; readonly until: string }): string {
  const isShort = Date.parse(until) - Date.parse(since) < 3_600_000;
  const end = new Date(until);
  return isShort ? `${momentText(until)}:${twoDigits(end.getSeconds())}` : momentText(until);
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
