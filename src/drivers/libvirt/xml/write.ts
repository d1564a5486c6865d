/** Writes XML text, whatever stands in it. */
import type { XmlElement } from './element.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

export function writeXml(root: XmlElement): string {
  const { name, attributes, children } = root;
  const inTag = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(value)}"`);
  const head = `<${name}${inTag.join('')}`;
  if (children.length === 0) return `${head}/>`;
  const inside = children.map((child) => (typeof child === 'string' ? escaped(child) : writeXml(child)));
  return `${head}>${inside.join('')}</${name}>`;
}

/** Line breaks and tabs as references: a parser would make spaces of them in an attribute. */
function escaped(text: string): string {
  return text
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character)
    .replace(/[\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}
