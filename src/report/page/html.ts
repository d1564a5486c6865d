/**
 * HTML in which text of others can become neither an element nor an attribute: a text is always escaped, by one function, and
 * only what this file made is taken as it is. Names of elements and attributes are ours alone.
 */
import { escapeXml } from '../picture/xml.ts';

export interface Html {
  readonly html: string;
}

/** A string is text, never HTML; `null` is nothing. */
export type Content = Html | string | null | readonly Content[];

/** `true` is an attribute without a value; `null` is none. */
export type Attributes = Readonly<Record<string, string | number | true | null>>;

/** These have no content and no end. */
const VOID: ReadonlySet<string> = new Set(['br', 'input', 'link', 'meta']);

export function el(name: string, attributes: Attributes, ...content: readonly Content[]): Html {
  const head = `<${name}${attributesHtml(attributes)}>`;
  return { html: VOID.has(name) ? head : `${head}${contentHtml(content)}</${name}>` };
}

/** What is HTML already, and ours: a picture, or a style. */
export function trusted(html: string): Html {
  return { html };
}

function contentHtml(content: Content): string {
  if (content === null) return '';
  if (typeof content === 'string') return escapeXml(content);
  return isList(content) ? content.map(contentHtml).join('') : content.html;
}

function isList(content: Html | readonly Content[]): content is readonly Content[] {
  return Array.isArray(content);
}

function attributesHtml(attributes: Attributes): string {
  return Object.entries(attributes)
    .map(([name, value]) =>
      value === null ? '' : value === true ? ` ${name}` : ` ${name}="${escapeXml(String(value))}"`,
    )
    .join('');
}
