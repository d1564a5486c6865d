/**
 * Names that change hands: where somebody has swapped the names of two services, each waits for the other. So whoever has
 * the name that another is declared with gives it up first, for the one that successors have until they get their own,
 * which touches nothing that runs; what takes the name waits for that alone.
 */
import type { Address } from './address.ts';
import type { Change } from './change.ts';
import type { DesiredResource } from './desired.ts';
import type { ObservedObject } from './observed.ts';

/** Ours on the engine of a change, and what is declared. */
interface Around {
  readonly observed: ReadonlyMap<Address, ObservedObject>;
  readonly desired: ReadonlyMap<Address, DesiredResource>;
}

/** The name that the object of a change has and another service is to get; `null` where nobody waits for it. */
export function givenUpName(
  { type, engine, address, name, after, previous_address: previous }: Change,
  { observed, desired }: Around,
): string | null {
  if (type !== 'service' || after === null || previous === null) return null;
  const held = observed.get(previous)?.name;
  if (held === undefined || held === name) return null;
  const isWanted = [...desired.values()].some(
    (other) => other.type === type && other.engine === engine && other.name === held && other.address !== address,
  );
  return isWanted ? held : null;
}

/** What is there once the object of the change has given up its name for another one. */
export function afterGivingUp<Context extends Around>(change: Change, context: Context, to: string): Context {
  const address = change.previous_address ?? change.address;
  const object = context.observed.get(address);
  if (object === undefined) return context;
  return { ...context, observed: new Map(context.observed).set(address, { ...object, name: to }) };
}
