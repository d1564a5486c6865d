/** Colours, only when asked for. Renderers name meanings; this table alone knows the colours. */
import { styleText } from 'node:util';

const TONES = {
  create: 'green',
  change: 'yellow',
  replace: 'magenta',
  remove: 'red',
  move: 'cyan',
  good: 'green',
  warning: 'yellow',
  bad: 'red',
  strong: 'bold',
  faint: 'dim',
} as const;

export type Tone = keyof typeof TONES;

export type Paint = (tone: Tone, text: string) => string;

/** `text` has been made safe before: paint adds escape sequences and never removes any. */
export function painter(color: boolean): Paint {
  if (!color) return (_tone, text) => text;
  return (tone, text) => styleText(TONES[tone], text, { validateStream: false });
}
