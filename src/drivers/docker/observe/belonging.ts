/** Which objects of an engine a scope means, by what their labels and names say. */
import { nameBeforeAside } from '../../../model/aside.ts';
import type { ObjectReference, Scope } from '../../scope.ts';
import type { ContainerSummary } from '../api/wire.ts';
import { ownershipFrom } from '../labels.ts';

type Labels = Readonly<Record<string, string>> | null | undefined;

/** Ours is what carries one of the owner ids and the environment's name, whatever its project. */
function isOurs({ owners, environment }: Scope, labels: Labels): boolean {
  const ownership = ownershipFrom(labels);
  return ownership !== null && ownership.environment === environment && owners.includes(ownership.owner);
}

/**
 * What is ours and what bears a wanted name, or was set aside from under one: what is claimed carries no label then, either.
 * Of a targeted scope, what it names.
 */
export function isMeant(scope: Scope, { type, name }: ObjectReference, labels: Labels): boolean {
  if (scope.only !== undefined) return scope.only.some((one) => one.type === type && one.name === name);
  const names = scope.names[type] ?? [];
  if (names.includes(name) || isOurs(scope, labels)) return true;
  const before = type === 'service' && ownershipFrom(labels) === null ? nameBeforeAside(name) : null;
  return before !== null && names.includes(before);
}

/** Without the slash. Names with another slash in them are links that other containers have to it. */
export function nameOfContainer({ Names: names, Id: id }: ContainerSummary): string {
  return names.map((name) => name.replace(/^\//, '')).find((name) => !name.includes('/')) ?? id;
}
