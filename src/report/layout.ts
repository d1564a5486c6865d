/** Laying out lines on a terminal of a given width. Nothing is lost: what does not fit goes to a line of its own. */
import { displayWidth } from './safe-text.ts';

/** `parts` with a space between, broken before the first that does not fit; later lines are indented by `hang`. */
export function wrapParts(parts: readonly string[], width: number, hang: number): string {
  const lines: string[] = [];
  let line = '';
  for (const part of parts) {
    if (part === '') continue;
    if (line === '') line = part;
    else if (displayWidth(line) + 1 + displayWidth(part) <= width) line += ` ${part}`;
    else {
      lines.push(line);
      line = `${' '.repeat(hang)}${part}`;
    }
  }
  return [...lines, line].join('\n');
}

/** Words of one line, wrapped; what it is indented by itself is kept. */
export function wrapWords(text: string, width: number, indent: number): string {
  const [first = '', ...rest] = text.trim().split(/ +/);
  const columns = indent + text.length - text.trimStart().length;
  return wrapParts([' '.repeat(columns) + first, ...rest], width, columns);
}

export function indented(lines: readonly string[], columns: number): string {
  return lines.map((line) => (line === '' ? '' : ' '.repeat(columns) + line)).join('\n');
}
