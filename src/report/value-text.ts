/**
 * Values for people, on one line: JSON's quotes for texts, so that `"5"` and `5` differ, and nothing of a secret but
 * whether it changed.
 */
import { isJsonObject, type Json } from '../model/json.ts';
import { isSecret, MASK } from '../model/secret.ts';
import { fits, lastPart, safeText, shorten } from './safe-text.ts';
import { markSecrets } from './secret-marks.ts';

const NOT_SET = '(not set)';

/** Of a digest people compare the first few digits; JSON has them all. */
const DIGEST = /^sha256:[0-9a-f]{64}$/;
const DIGEST_SHOWN = 'sha256:'.length + 12;

export interface ValuePair {
  readonly before: string;
  readonly after: string;
}

/** Both sides of a difference, whole. A secret that changed is said to have changed on the side that `moved`. */
export function valuePair(before: Json, after: Json, moved: 'before' | 'after'): ValuePair {
  const pair = markSecrets(before, after);
  return { before: valueText(pair.before, moved === 'before'), after: valueText(pair.after, moved === 'after') };
}

/** One value; a secret is `(secret)`, or `(secret, changed)` where its mark says so and `tellsChange` asks for it. */
export function valueText(value: Json, tellsChange = false): string {
  if (value === null) return NOT_SET;
  return innerText(value, tellsChange);
}

function innerText(value: Json, tellsChange: boolean): string {
  if (isSecret(value)) return tellsChange && value.$secret === 'changed' ? '(secret, changed)' : MASK;
  if (typeof value === 'string')
    return DIGEST.test(value) ? value.slice(0, DIGEST_SHOWN) : safeText(JSON.stringify(value));
  if (Array.isArray(value)) return `[${value.map((item: Json) => innerText(item, tellsChange)).join(', ')}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  // What is not set says nothing of the whole that is.
  const set = Object.entries(value).filter(([, item]) => item !== null);
  const members = set.map(([key, item]) => `${keyText(key)}: ${innerText(item, tellsChange)}`);
  return `{${members.join(', ')}}`;
}

function keyText(key: string): string {
  return /^[\w./-]+$/.test(key) ? key : safeText(JSON.stringify(key));
}

/**
 * Both texts in at most `columns` each. What both begin with is left out where it would hide the difference, so two long
 * values never look the same after they were shortened.
 */
export function shortenPair({ before, after }: ValuePair, columns: number): ValuePair {
  if (fits(before, columns) && fits(after, columns)) return { before, after };
  const common = before.slice(0, commonLength(before, after));
  const isHidden = !fits(common, columns / 2) && before !== after;
  const skipped = isHidden ? common.length - lastPart(common, columns / 3).length : 0;
  return { before: excerpt(before, skipped, columns), after: excerpt(after, skipped, columns) };
}

function excerpt(text: string, skipped: number, columns: number): string {
  return shorten(skipped > 0 ? `…${text.slice(skipped)}` : text, columns);
}

/** How much both begin with, never ending between the two halves of one character. */
function commonLength(left: string, right: string): number {
  let length = 0;
  while (length < left.length && left[length] === right[length]) length += 1;
  return isHighSurrogate(left.charCodeAt(length - 1)) ? length - 1 : length;
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}
