/**
 * Text that is safe on a terminal. Names and values come from manifests and engines, so what would move the cursor,
 * change colours, reorder text or start a new line is escaped before anything else is done with it.
 */
import { stripVTControlCharacters } from 'node:util';

const SHORT_ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** One line of text in which every control, format, separator and unassigned character is escaped. */
export function safeText(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, escapeCharacter);
}

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  return SHORT_ESCAPES[character] ?? (code > 0xffff ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`);
}

/** The same for JSON, which says what it said before. Its own line breaks stay: no string of JSON holds one. */
export function safeJson(text: string): string {
  return text.replace(/(?!\n)[\p{C}\p{Zl}\p{Zp}]/gu, (character) =>
    Array.from({ length: character.length }, (_none, at) => {
      return `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`;
    }).join(''),
  );
}

/** The lines of a text, each made safe. */
export function safeLines(text: string): readonly string[] {
  return text
    .replace(/\r?\n$/, '')
    .split(/\r?\n/)
    .map(safeText);
}

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}\p{Emoji_Presentation}]/u;

/** How many columns a line takes on a terminal, colours not counted. */
export function displayWidth(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const character of stripVTControlCharacters(text)) width += characterWidth(character);
  return width;
}

/** Whether a text without colours takes no more columns; of a huge one only so much is looked at. */
export function fits(text: string, columns: number): boolean {
  let width = 0;
  for (const character of text) {
    width += characterWidth(character);
    if (width > columns) return false;
  }
  return true;
}

function characterWidth(character: string): number {
  if (character <= '~') return 1;
  if (/\p{M}/u.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

/** The text itself, or as much of its beginning as fits with an ellipsis. For text without colours. */
export function shorten(text: string, columns: number): string {
  if (fits(text, columns)) return text;
  let kept = '';
  let width = 1;
  for (const character of text) {
    width += characterWidth(character);
    if (width > columns) break;
    kept += character;
  }
  return `${kept}…`;
}

/** As much of the end of a text as fits. */
export function lastPart(text: string, columns: number): string {
  let kept = '';
  let width = 0;
  // No character is narrower than a column but marks, which go with what they mark.
  for (const character of Array.from(text.slice(-2 * Math.ceil(columns))).toReversed()) {
    width += characterWidth(character);
    if (width > columns) break;
    kept = character + kept;
  }
  return kept;
}

/** The text filled up with spaces on the right. Colours do not count. */
export function padded(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - displayWidth(text)));
}
