/** XML in which text of others can become neither an element nor an attribute. */
import { safeText } from '../safe-text.ts';
import { xmlText } from '../xml-text.ts';

/** Ours alone: names, numbers and classes never come from manifests or engines, and texts always go through `escapeXml`. */
export type Attributes = Readonly<Record<string, string | number>>;

/** One line. What XML cannot write at all is escaped as on a terminal. */
export function escapeXml(text: string): string {
  return xmlText(safeText(text));
}

/** An element; `content` is XML already. */
export function element(name: string, attributes: Attributes, content = ''): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${attributeText(value)}"`);
  const head = `<${name}${written.join('')}`;
  return content === '' ? `${head}/>` : `${head}>${content}</${name}>`;
}

/** To a tenth of a pixel: nobody sees more, and the file is smaller. */
export function short(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function attributeText(value: string | number): string {
  return typeof value === 'number' ? short(value) : escapeXml(value);
}
