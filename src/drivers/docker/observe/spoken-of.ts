/** Which containers an event speaks of, by id. */
import type { EventMessage } from '../api/wire.ts';

/** What is attached to a network, or taken off it, is a container. */
export function containersIn({
  Type: type,
  Actor: { ID: id, Attributes: attributes },
}: EventMessage): readonly string[] {
  const attached = attributes?.['container'];
  return [...(type === 'container' ? [id] : []), ...(attached === undefined ? [] : [attached])];
}
