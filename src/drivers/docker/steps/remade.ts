/** Whether what a service uses is made anew by the same plan, so that the service has to let go of it first. */
import { type Address, addressOf, typeOf } from '../../../model/address.ts';
import type { Change } from '../../../model/change.ts';
import type { JsonObject } from '../../../model/json.ts';
import type { StepsContext } from '../../driver.ts';
import { networkKeys, volumeKeys } from './specs.ts';
import { presentObject } from './targets.ts';

/** Whether a volume or network that the service uses, or is to use, goes away or is made anew. */
export function usesRemade(change: Change, context: StepsContext): boolean {
  return used(change, context).some((address) => context.remade.has(address));
}

/**
 * Whether a volume that the container holds is made anew by its own change, which then makes the container anew as well:
 * a container holds its volumes for as long as it exists.
 */
export function usesRemadeVolume(change: Change, context: StepsContext): boolean {
  return used(change, context)
    .filter((address) => typeOf(address) === 'volume' && context.observed.has(address))
    .some((address) => context.remade.has(address));
}

/** Whether the container holds what goes away or is made anew, which then waits until it has let go. */
export function holdsRemade(change: Change, context: StepsContext): boolean {
  return usedBy(presentObject(change, context)?.configured ?? change.before).some((address) =>
    context.remade.has(address),
  );
}

/** Whether what the new container needs is made anew by the same plan, once the old one has let go of it. */
export function buildsOnRemade({ after }: Change, { remade }: StepsContext): boolean {
  return usedBy(after).some((address) => remade.has(address));
}

function used(change: Change, context: StepsContext): readonly Address[] {
  const before = presentObject(change, context)?.configured ?? change.before;
  return [before, change.after].flatMap(usedBy);
}

/** Volumes and networks. */
export function usedBy(config: JsonObject | null): readonly Address[] {
  return [
    ...networkKeys(config).map((key) => addressOf('network', key)),
    ...volumeKeys(config).map((key) => addressOf('volume', key)),
  ];
}
