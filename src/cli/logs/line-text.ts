/** Log lines for people: an aligned prefix with the service's name, each service in a colour of its own, as Compose does it. */
import { styleText } from 'node:util';
import { padded, safeText } from '../../report/safe-text.ts';

const COLORS = [
  'cyan',
  'yellow',
  'green',
  'magenta',
  'blue',
  'cyanBright',
  'yellowBright',
  'greenBright',
  'magentaBright',
  'blueBright',
] as const;

/** `web    | ` for each name, in the order given. */
export function linePrefixes(names: readonly string[], color: boolean): readonly string[] {
  const safe = names.map(safeText);
  const width = Math.max(0, ...safe.map((name) => name.length));
  return safe.map((name, index) => {
    const prefix = `${padded(name, width)} | `;
    return color ? styleText(COLORS[index % COLORS.length] ?? 'cyan', prefix, { validateStream: false }) : prefix;
  });
}

/** Colours of a service are its own business; whatever else would move the cursor is not. */
const COLOR_CODES = /(\x1b\[[\d;:]*m)/;

/** The line, safe on a terminal; colours stay where there are any, and never run into the next line. */
export function lineText(line: string, color: boolean): string {
  const parts = line.split(COLOR_CODES);
  if (parts.length === 1) return safeWithTabs(line);
  const text = parts.map((part, index) => (index % 2 === 0 ? safeWithTabs(part) : color ? part : '')).join('');
  return color ? `${text}\u001b[0m` : text;
}

function safeWithTabs(text: string): string {
  return text.split('\t').map(safeText).join('\t');
}
