/** The volumes of one storage pool that a machine writes to, as it is defined or as it runs. */
import { attributeOf, elementAt, elementsIn, type XmlElement } from '../xml/element.ts';

export function volumesIn(domain: XmlElement | null, pool: string): readonly string[] {
  return elementsIn(elementAt(domain, 'devices'), 'disk').flatMap((disk) => {
    const source = elementAt(disk, 'source');
    const isData = attributeOf(source, 'pool') === pool && elementAt(disk, 'readonly') === null;
    return isData ? (attributeOf(source, 'volume') ?? []) : [];
  });
}
