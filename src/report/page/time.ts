/** Moments on a page: in UTC, since nobody knows where it will be read, and equal reports give equal pages. */
import { el, type Html } from './html.ts';

export function timeHtml(iso: string): Html | string {
  const text = timeText(iso);
  return text === iso ? text : el('time', { datetime: iso }, text);
}

/** `2026-01-31 10:20:30 UTC`; what is no moment stays as it is written. */
export function timeText(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  return `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
