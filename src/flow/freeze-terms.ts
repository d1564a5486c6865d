/** On which terms something may be frozen, whoever asks for it: for a reason that others can read, and not for ever. Pure. */
import { formatDuration, parseDuration } from '../model/duration.ts';
import { TrueupError } from '../model/failure.ts';
import { isOneLine } from '../model/one-line.ts';

const SHORTEST_MS = 1000;

/** What nobody remembers having frozen is no longer being debugged. */
const LONGEST_MS = 7 * 24 * 3_600_000;

/** Others read it in a line of a table. */
const LONGEST_REASON = 500;

/** How long something is frozen: `30m`, or until a time in ISO 8601 as seen from `now`. */
export type FreezeLength = { readonly for: string } | { readonly until: string; readonly now: number };

export interface FreezeTerms {
  readonly reason: string;
  readonly lengthMs: number;
}

/** Throws `usage`. `example` is how whoever asks gives a reason. */
export function freezeTerms(reason: string | undefined, length: FreezeLength, example: string): FreezeTerms {
  const said = (reason ?? '').trim();
  if (said === '') {
    throw new TrueupError('usage', 'freeze needs a reason: others see it wherever they wonder why nothing is done', {
      next: example,
    });
  }
  if (said.length > LONGEST_REASON) {
    throw new TrueupError('usage', `the reason has ${said.length} characters, and may have ${LONGEST_REASON}`, {
      next: 'say it in a sentence',
    });
  }
  if (!isOneLine(said)) {
    throw new TrueupError('usage', 'the reason holds a line break or another control character', {
      next: 'say it in one line of text',
    });
  }
  return { reason: said, lengthMs: lengthOf(length) };
}

function lengthOf(wanted: FreezeLength): number {
  const isUntil = 'until' in wanted;
  const [text, name] = isUntil ? [wanted.until, 'until'] : [wanted.for, 'for'];
  const lengthMs = isUntil ? Date.parse(text) - wanted.now : durationOf(text);
  if (Number.isNaN(lengthMs)) {
    throw new TrueupError('usage', `${name}: "${text}" is no ${isUntil ? 'time' : 'duration'}`, {
      next: isUntil ? 'write it as 2027-01-01T12:00:00Z' : 'write it as 30m, 1h30m or 90s',
    });
  }
  if (lengthMs >= SHORTEST_MS && lengthMs <= LONGEST_MS) return lengthMs;
  const isShort = lengthMs < SHORTEST_MS;
  const what = isShort ? 'shorter than 1s' : `longer than ${formatDuration(LONGEST_MS)}, which is 7 days`;
  throw new TrueupError('usage', `${name}: ${text} is ${what}`, {
    next: isShort
      ? 'give a time that lies ahead'
      : 'freeze it anew when the time is over, or leave it to `ignore_differences` or `policies.drift`',
  });
}

/** A bare number would be milliseconds, which nobody means here. */
function durationOf(text: string): number {
  return /^\s*\d+(\.\d+)?\s*$/.test(text) ? Number.NaN : (parseDuration(text) ?? Number.NaN);
}
