/** XML as plain data, and how to look into it. An element that is not there is `null`, and has nothing in it. */

export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly (XmlElement | string)[];
}

type Attribute = string | number | null;

/** Attributes and children that are `null` are left out. */
export function element(
  name: string,
  attributes: Readonly<Record<string, Attribute>> = {},
  children: readonly (XmlElement | string | null)[] = [],
): XmlElement {
  const set = Object.entries(attributes).filter(([, value]) => value !== null);
  return {
    name,
    attributes: Object.fromEntries(set.map(([key, value]) => [key, String(value)])),
    children: children.filter((child) => child !== null),
  };
}

/** The elements in an element, all or those of a name. */
export function elementsIn(parent: XmlElement | null, name?: string): readonly XmlElement[] {
  const elements = (parent?.children ?? []).filter((child) => typeof child !== 'string');
  return name === undefined ? elements : elements.filter((child) => child.name === name);
}

/** The first element at the end of a chain of names. */
export function elementAt(parent: XmlElement | null, ...names: readonly string[]): XmlElement | null {
  let current = parent;
  for (const name of names) current = elementsIn(current, name)[0] ?? null;
  return current;
}

export function attributeOf(found: XmlElement | null, name: string): string | null {
  return found?.attributes[name] ?? null;
}

/** All text in an element; `null` where there is no element. */
export function textOf(found: XmlElement | null): string | null {
  if (found === null) return null;
  return found.children.map((child) => (typeof child === 'string' ? child : textOf(child))).join('');
}

export function textAt(parent: XmlElement | null, ...names: readonly string[]): string | null {
  return textOf(elementAt(parent, ...names));
}
