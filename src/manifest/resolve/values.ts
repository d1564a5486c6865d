/** Scalars in canonical form, so that equal values are equal texts. */
import { formatDuration, parseDuration } from '../../model/duration.ts';
import { compareText, type Json } from '../../model/json.ts';
import { formatSize, parseSize } from '../../model/quantity.ts';

/** For what the schema has found to be a duration. */
export function canonicalDuration(value: Json | undefined): string {
  const milliseconds = typeof value === 'string' || typeof value === 'number' ? parseDuration(value) : null;
  return formatDuration(milliseconds ?? 0);
}

/** `null` when it is not set, or larger than any size can be. */
export function canonicalSize(value: string | number | undefined | null): string | null {
  const bytes = value === undefined || value === null ? null : parseSize(value);
  return bytes === null ? null : formatSize(bytes);
}

/** For what the schema has found to be a number, or the text of one. */
export function canonicalNumber(value: string | number | undefined): number | null {
  return value === undefined ? null : Number(value);
}

/** Sorted, each once. */
export function canonicalSet<T extends string>(values: Iterable<T>): readonly T[] {
  return [...new Set(values)].sort(compareText);
}

/** `on-failure:0` is `on-failure`. */
export function canonicalRestart(restart: string): string {
  return restart.replace(/^(on-failure):0*(\d*)$/, (_, policy: string, attempts: string) =>
    attempts === '' ? policy : `${policy}:${attempts}`,
  );
}
