/** What stands beside a resource: an object with its address that is not the one that the address stands for. Pure. */
import type { Address } from '../model/address.ts';
import type { DesiredEnvironment, DesiredResource } from '../model/desired.ts';
import type { ObservedObject, Recorded } from '../model/observed.ts';
import type { LocatedObject, World } from './world.ts';

export interface Surroundings {
  readonly environment: DesiredEnvironment;
  /** What the manifests declare, where `environment` does not hold it; absent where it does. */
  readonly declared?: ReadonlyMap<Address, DesiredResource>;
  readonly recorded: Recorded;
  readonly world: World;
}

/** The same for what is the same, whatever it is called. */
export function identityOf(engine: string, { type, id }: ObservedObject): string {
  return `${engine} ${type} ${id}`;
}

/** Whether another object stands for its address, and its name is none that runs of ours give to what comes and goes. */
export function isBeside(
  { address, engine, object }: LocatedObject,
  { environment, declared, recorded, world }: Surroundings,
): boolean {
  const wanted = environment.resources.get(address) ?? declared?.get(address);
  const names = [wanted?.name, recorded.resources[address]?.name].filter((name) => name !== undefined);
  if (names.some((name) => object.name.startsWith(`${name}.`))) return false;
  if (environment.resources.get(address)?.engine === engine) return true;
  return world.ours().some((other) => {
    const isOfAddress = other.address === address && other.engine === engine && names.includes(other.object.name);
    return isOfAddress && identityOf(engine, other.object) !== identityOf(engine, object);
  });
}
