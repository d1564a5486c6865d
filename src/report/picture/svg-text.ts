/** Text in a picture, exactly as wide as was reckoned: a font that runs wider is set closer, and nothing is cut off. */
import { smallTextWidth, textWidth } from './measures.ts';
import { element, escapeXml } from './xml.ts';

interface Place {
  readonly x: number;
  readonly y: number;
}

export function lineText(text: string, place: Place, textClass = ''): string {
  return written(text, textWidth(text), place, textClass);
}

export function smallText(text: string, place: Place): string {
  return written(text, smallTextWidth(text), place, 'small');
}

function written(text: string, width: number, { x, y }: Place, textClass: string): string {
  if (text === '') return '';
  const named = textClass === '' ? {} : { class: textClass };
  const size = { textLength: width, lengthAdjust: 'spacingAndGlyphs' };
  return element('text', { ...named, x, y, ...size }, escapeXml(text));
}
