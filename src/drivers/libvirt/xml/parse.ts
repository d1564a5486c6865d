/** Reads XML text. White space between elements means nothing in what libvirt writes, and is dropped. */
import { SaxesParser } from 'saxes';
import type { XmlElement } from './element.ts';

interface OpenElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: (XmlElement | string)[];
}

/** Throws an error that says where, for what is no XML. */
export function parseXml(text: string): XmlElement {
  const root: OpenElement = { name: '', attributes: {}, children: [] };
  const open: OpenElement[] = [root];
  const parser = new SaxesParser();
  const add = (child: XmlElement | string): void => void open.at(-1)?.children.push(child);
  parser.on('opentag', ({ name, attributes }) => open.push({ name, attributes: { ...attributes }, children: [] }));
  parser.on('closetag', () => {
    const done = open.pop();
    if (done !== undefined) add({ ...done, children: withoutIndents(done.children) });
  });
  parser.on('text', add);
  parser.on('cdata', add);
  parser.on('error', (error) => {
    throw error;
  });
  parser.write(text).close();
  const found = root.children.find((child) => typeof child !== 'string');
  if (found === undefined) throw new SyntaxError('there is no element in it');
  return found;
}

function withoutIndents(children: readonly (XmlElement | string)[]): readonly (XmlElement | string)[] {
  if (!children.some((child) => typeof child !== 'string')) return children;
  return children.filter((child) => typeof child !== 'string' || child.trim() !== '');
}
