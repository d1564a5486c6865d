/** Ages, as whoever looks at what runs wants to know them. */
import { elapsedText } from './words.ts';

/** How long ago something began: `12 s`, `4.2 h`; nothing where nobody knows. */
export function ageText(since: string | null, now: number): string {
  const start = since === null ? Number.NaN : Date.parse(since);
  return Number.isNaN(start) ? '' : ageOf(Math.max(0, Math.floor((now - start) / 1000)));
}

/** Whole seconds are as much as anybody wants to know of an age. */
function ageOf(seconds: number): string {
  if (seconds < 1) return '<1 s';
  return seconds < 60 ? `${seconds} s` : elapsedText(seconds * 1000);
}
