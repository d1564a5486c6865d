/**
 * What stands in a definition and has no word in a manifest, so that nobody can declare it, but for raw elements: it is seen, and
 * leaves when the machine is brought to what is declared. libvirt adds a lot by itself; only what it never adds is counted, and
 * what shapes a machine without letting anybody in, such as its description, is not looked at.
 */
import type { Json, JsonObject } from '../../../model/json.ts';
import { attributeOf, elementAt, elementsIn, textOf, type XmlElement } from '../xml/element.ts';
import { bytesOf } from './memory.ts';
import { formatSize } from '../../../model/quantity.ts';

/** Devices that give somebody a way in, or the guest a way out. */
export const OTHER_KINDS: readonly string[] = ['graphics', 'hostdev', 'redirdev', 'shmem', 'smartcard', 'vsock'];

export function readOthers(domain: XmlElement): JsonObject {
  const devices = elementAt(domain, 'devices');
  const others = Object.fromEntries(
    OTHER_KINDS.flatMap((kind) =>
      // By their kind, further ones of a kind counted.
      elementsIn(devices, kind).map((device, index) => [index === 0 ? kind : `${kind}#${index + 1}`, describe(device)]),
    ),
  );
  // What runs says nothing of its maxima: what it has less of was taken from it while it ran.
  return attributeOf(domain, 'id') === null ? { others, maximum: maxima(domain) } : { others };
}

/** How much could be plugged in, where that is more than there is. */
function maxima(domain: XmlElement): JsonObject {
  const memory = bytesOf(elementAt(domain, 'memory'));
  const given = bytesOf(elementAt(domain, 'currentMemory'));
  const vcpu = elementAt(domain, 'vcpu');
  const current = attributeOf(vcpu, 'current');
  return {
    ...(memory === null || given === null || memory === given ? {} : { memory: formatSize(memory) }),
    ...(current === null || current === textOf(vcpu) ? {} : { cpus: Number(textOf(vcpu)) }),
  };
}

/** The same of what is defined and of what runs from it: a port that is chosen at the start is no part of it. */
function describe(device: XmlElement): Json {
  const { type, mode, model, autoport, port, listen } = device.attributes;
  const words = [mode, type ?? model];
  const place = listen === undefined ? [] : [`on ${listen}`];
  const fixed = autoport === 'yes' || port === undefined || port === '-1' ? [] : [`port ${port}`];
  const text = [...words, ...place, ...fixed].filter((word) => word !== undefined).join(' ');
  return text === '' ? true : text;
}
