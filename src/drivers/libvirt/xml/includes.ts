/** Whether an element holds all that another one says, whatever else it holds: libvirt adds a lot by itself. */
import { elementsIn, textOf, type XmlElement } from './element.ts';

export function includes(whole: XmlElement, part: XmlElement): boolean {
  if (whole.name !== part.name) return false;
  if (Object.entries(part.attributes).some(([key, value]) => !sameAttribute(key, whole.attributes[key], value)))
    return false;
  const inside = elementsIn(part);
  if (inside.length === 0) return ownText(part) === '' || ownText(part) === ownText(whole);
  const left = [...elementsIn(whole)];
  return inside.every((wanted) => {
    const index = left.findIndex((candidate) => includes(candidate, wanted));
    if (index === -1) return false;
    left.splice(index, 1);
    return true;
  });
}

/** Declarations of name spaces are moved about. */
function sameAttribute(key: string, found: string | undefined, wanted: string): boolean {
  return found === wanted || key === 'xmlns' || key.startsWith('xmlns:');
}

function ownText(found: XmlElement): string {
  return (elementsIn(found).length === 0 ? textOf(found) : '')?.trim() ?? '';
}
