/**
 * The line of a manifest that a diagnostic points at, with a caret below. A line near a declared secret is not shown:
 * terminals are shared and their output is kept.
 */
import type { SourceRange } from '../model/source.ts';
import type { Paint } from './paint.ts';
import type { RenderOptions } from './render-options.ts';
import { displayWidth, lastPart, safeText, shorten } from './safe-text.ts';

/** How far around a line a secret is looked for. */
const NEIGHBOURHOOD = 6;
const MOST_CARETS = 60;
const LEAST_ROOM = 20;

/** Two lines, or `null` where there is nothing to show. */
export function snippetText(
  lines: readonly string[],
  source: SourceRange,
  options: RenderOptions,
  paint: Paint,
): readonly string[] | null {
  const { line: number, column } = source.start;
  const line = lines[number - 1];
  if (line === undefined || line.trim() === '' || isNearSecret(lines, number - 1, source.file)) return null;
  const gutter = `${String(number).padStart(5)} | `;
  const room = Math.max(LEAST_ROOM, options.width - gutter.length - 2);
  const end = source.end.line === number && source.end.column > column ? source.end.column - 1 : column;
  const { text, offset } = windowOf(line, column - 1, room);
  const indent = displayWidth(text.slice(0, offset));
  const marked = displayWidth(visible(line.slice(column - 1, end)));
  const carets = '^'.padEnd(Math.min(Math.max(1, marked), MOST_CARETS, Math.max(1, room - indent)), '~');
  return [
    `${paint('faint', gutter)}${shorten(text, room)}`,
    `${paint('faint', `${' '.repeat(5)} | `)}${' '.repeat(indent)}${paint('bad', carets)}`,
  ];
}

/** The part of a long line around its column, and where in that part the column is. */
function windowOf(line: string, index: number, room: number): { readonly text: string; readonly offset: number } {
  const before = visible(line.slice(0, index));
  const after = visible(line.slice(index));
  if (displayWidth(before) + displayWidth(after) <= room || displayWidth(before) < room / 2) {
    return { text: before + after, offset: before.length };
  }
  const kept = `…${lastPart(before, room / 3)}`;
  return { text: kept + after, offset: kept.length };
}

function visible(text: string): string {
  return safeText(text.replaceAll('\t', '  '));
}

function isNearSecret(lines: readonly string[], index: number, file: string): boolean {
  const around = lines.slice(Math.max(0, index - NEIGHBOURHOOD), index + NEIGHBOURHOOD + 1);
  // In the settings an address may be the secret, also where it is written down by mistake.
  const pattern = file === 'trueup.yaml' ? /\b(secret|url|chat|webhook)["']?\s*:/i : /\bsecret["']?\s*:/i;
  return around.some((line) => pattern.test(line));
}
