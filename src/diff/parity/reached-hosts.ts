/**
 * Values that are the same but for their place, and what answers there is not: another service, the service itself, or the whole
 * world. Each is the same both ways. Pure.
 */
import { isJsonObject, memberAt } from '../../model/json.ts';
import type { HeldField, HeldSide } from './held-field.ts';
import { isLoopback, isUnspecified } from './host-names.ts';
import { hostsIn, isSameButForPlace, isSameButForProject } from './places.ts';

/** Whether one side reaches a service by it, and the other side another one. */
export function isOtherService(field: HeldField): boolean {
  if (isSameList(field)) return false;
  return isReached(field, (source, target) => source !== null && target !== null && source.isDisjointFrom(target));
}

/** Whether a container reaches itself by it, where the other side reaches another service. */
export function isItselfForService(field: HeldField): boolean {
  if (!isContainer(field.source) || !isContainer(field.target)) return false;
  return isReached(field, (_source, _target, source, target) => {
    return (
      (isLoopback(source) && isNeighbour(target, field.target)) ||
      (isLoopback(target) && isNeighbour(source, field.source))
    );
  });
}

/** Whether one side listens to the whole world and the other to its machine alone. What a process listens to, a container cannot. */
export function isListenedOtherwise(field: HeldField): boolean {
  if (isContainer(field.source) !== isContainer(field.target)) return false;
  return isReached(field, (_source, _target, source, target) => {
    return (isUnspecified(source) && isLoopback(target)) || (isUnspecified(target) && isLoopback(source));
  });
}

/** Whether both are lists of the same services, in whatever order. */
function isSameList({ names, source, target }: HeldField): boolean {
  const [one, other] = [source, target].map((side) => {
    const isList = typeof side.value === 'string' && /^[^\s,]+(?:,\s*[^\s,]+)+$/.test(side.value);
    return isList ? new Set(hostsIn(side, names).flatMap((host) => [...(side.hosts.get(host) ?? [host])])) : null;
  });
  return (
    one !== undefined &&
    other !== undefined &&
    one !== null &&
    other !== null &&
    one.symmetricDifference(other).size === 0
  );
}

type Services = ReadonlySet<string> | null;

/** Whether it is so of any two hosts that stand at the same place. */
function isReached(
  field: HeldField,
  holds: (source: Services, target: Services, sourceHost: string, targetHost: string) => boolean,
): boolean {
  const { names, source, target } = field;
  if (source.value === null || target.value === null) return false;
  const [ones, others] = [hostsIn(source, names), hostsIn(target, names)];
  if (ones.length === 0 || others.length === 0) return false;
  if (!isSameButForPlace(field) && !isSameButForProject(field)) return false;
  const isHeld = (one: string, other: string): boolean =>
    holds(servicesAt(source, one), servicesAt(target, other), one, other);
  if (ones.length === others.length) return ones.some((one, index) => isHeld(one, others[index] ?? ''));
  // How many there are is a matter of the place: where they are not as many, each stands for all.
  const all = [...new Set(others)];
  return [...new Set(ones)].every((one) => all.every((other) => isHeld(one, other)));
}

function servicesAt({ hosts }: HeldSide, host: string): Services {
  return hosts.get(host) ?? null;
}

function isNeighbour(host: string, { hosts, resource }: HeldSide): boolean {
  const own = resource === null ? null : (hosts.get(resource.name.toLowerCase()) ?? null);
  const reached = hosts.get(host) ?? null;
  return reached !== null && (own === null || reached.isDisjointFrom(own));
}

function isContainer({ config }: HeldSide): boolean {
  return isJsonObject(memberAt(config, 'container'));
}
