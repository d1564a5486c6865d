/** By what a service can be known that has another name: its image or program, its ports, what it needs and who needs it. Pure. */
import { keyOf } from '../../model/address.ts';
import { canonicalJson, isJsonArray, isJsonObject, type Json, memberAt } from '../../model/json.ts';
import type { ParityResource } from '../../model/parity.ts';
import { type ImageReference, parseImageReference } from './image-reference.ts';
import { insideOf } from './ports.ts';

export interface ServiceTraits {
  readonly key: string;
  /** Services of other groups are never compared: the last part of the image's repository, or the program. */
  readonly group: string;
  readonly image: ImageReference | null;
  /** Canonical texts; empty where there is none. */
  readonly ports: string;
  readonly command: string;
  readonly needs: readonly string[];
  readonly neededBy: readonly string[];
}

/** Of each service that can be known at all. `all` are the services of its side. */
export function traitsOf(
  services: readonly ParityResource[],
  all: readonly ParityResource[],
): readonly ServiceTraits[] {
  const neededBy = dependentsOf(all);
  return services.flatMap((service) => {
    const program = programOf(service);
    if (program === null) return [];
    const key = keyOf(service.address);
    return [
      {
        key,
        ...program,
        ports: portsOf(service),
        needs: serviceKeys(service),
        neededBy: neededBy.get(key) ?? [],
      },
    ];
  });
}

function programOf({ config }: ParityResource): Pick<ServiceTraits, 'group' | 'image' | 'command'> | null {
  const image = memberAt(config, 'container', 'image');
  if (typeof image === 'string') {
    const reference = parseImageReference(image);
    const words = [memberAt(config, 'container', 'entrypoint'), memberAt(config, 'container', 'command')];
    const command = words.every((word) => word === null) ? '' : canonicalJson(words);
    return { group: `image ${reference.repository.split('/').at(-1) ?? ''}`, image: reference, command };
  }
  const command = memberAt(config, 'process', 'command');
  return isJsonArray(command) ? { group: `process ${canonicalJson(command)}`, image: null, command: '' } : null;
}

function portsOf({ config }: ParityResource): string {
  const ports = memberAt(config, 'networking', 'ports');
  if (!isJsonObject(ports)) return '';
  return [...new Set(Object.values(ports).map((port: Json) => insideOf(port)))].toSorted().join(' ');
}

function dependentsOf(services: readonly ParityResource[]): ReadonlyMap<string, readonly string[]> {
  const dependents = new Map<string, string[]>();
  for (const service of services) {
    for (const needed of serviceKeys(service)) {
      const list = dependents.get(needed);
      if (list === undefined) dependents.set(needed, [keyOf(service.address)]);
      else list.push(keyOf(service.address));
    }
  }
  return dependents;
}

/** Dependencies on services have their keys for names; those on anything else its address. */
function serviceKeys({ dependencies }: ParityResource): readonly string[] {
  return Object.keys(dependencies);
}
