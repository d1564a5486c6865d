/**
 * What in a definition is bound to how many processors and how much memory a machine has: with other amounts libvirt refuses the
 * whole, and no manifest can say the like of it, so it goes. Pure.
 */
import { elementAt, textAt, type XmlElement } from '../xml/element.ts';
import { bytesOf } from './memory.ts';

export interface Amounts {
  readonly sameCpus: boolean;
  readonly sameMemory: boolean;
}

export function amountsOf(ours: XmlElement, theirs: XmlElement): Amounts {
  const [wanted, present] = [ours, theirs].map((domain) => bytesOf(elementAt(domain, 'memory')));
  return { sameCpus: textAt(ours, 'vcpu') === textAt(theirs, 'vcpu'), sameMemory: wanted === present };
}

/** What may stay of an element beside the devices; `null` for nothing. */
export function fitting(child: XmlElement, { sameCpus, sameMemory }: Amounts): XmlElement | null {
  const isSame = sameCpus && sameMemory;
  switch (child.name) {
    // Which processors are plugged in: it would win over how many are declared.
    case 'vcpus':
      return null;
    case 'maxMemory':
      return isSame ? child : null;
    case 'cpu':
      return without(child, [...(sameCpus ? [] : ['topology']), ...(isSame ? [] : ['numa'])]);
    // Of cells that are gone.
    case 'numatune':
      return isSame ? child : without(child, ['memnode']);
    default:
      return child;
  }
}

function without(parent: XmlElement, names: readonly string[]): XmlElement {
  const children = parent.children.filter((child) => typeof child === 'string' || !names.includes(child.name));
  return { ...parent, children };
}
