/** `--since`: a moment, or a time before now. */
import { InvalidArgumentError } from 'commander';
import { parseDuration } from '../../model/duration.ts';

/** ISO 8601, from a date such as `2026-01-31T10:00:00Z` or a duration such as `10m`. */
export function sinceOption(text: string): string {
  const ago = /^[\d.]+$/.test(text) ? null : parseDuration(text);
  const moment = ago === null && /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Date.now() - (ago ?? Number.NaN);
  if (Number.isNaN(moment))
    throw new InvalidArgumentError('a duration such as 10m, or a date such as 2026-01-31T10:00:00Z');
  return new Date(moment).toISOString();
}

/** `--tail`: a number of lines, or `all`. */
export function tailOption(text: string): number | 'all' {
  if (text === 'all') return text;
  const lines = Number(text);
  if (!Number.isSafeInteger(lines) || lines < 0) throw new InvalidArgumentError('a number of lines, or all');
  return lines;
}
