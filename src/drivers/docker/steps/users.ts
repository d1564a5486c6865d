/** The containers that a network or volume has to be taken away from and given back to while it is made anew. */
import type { Address } from '../../../model/address.ts';
import { isJsonObject, type JsonObject, member } from '../../../model/json.ts';
import type { ObservedObject } from '../../../model/observed.ts';
import type { StepsContext } from '../../driver.ts';
import type { Target } from './targets.ts';

export interface User extends Target {
  readonly observed: ObservedObject;
  /** What it is to become; `null` when it is no longer declared. */
  readonly desired: JsonObject | null;
}

/** Users of what they know by this key. */
export function usersOf(
  context: StepsContext,
  keysOf: (config: JsonObject) => readonly string[],
  key: string,
): readonly User[] {
  return [...context.observed.values()]
    .filter(({ type, configured }) => type === 'service' && keysOf(configured).includes(key))
    .flatMap((observed) => {
      const address = observed.ownership?.address;
      if (address === undefined) return [];
      const desired = context.desired.get(address)?.config ?? null;
      return [{ address, name: observed.name, id: observed.id, observed, desired }];
    });
}

/** Under the name that it is to have: meanwhile it may have been renamed, or made anew. */
export function renamed(user: User, context: StepsContext): Target {
  const { address, id } = user;
  return { address, id, name: context.desired.get(address)?.name ?? user.name };
}

/** Dependents before what they depend on, as things are now. */
export function inStopOrder(users: readonly User[]): readonly User[] {
  return dependenciesFirst(users, (user) => user.observed.configured).toReversed();
}

/** What is depended on before its dependents, as things are to become. */
export function inStartOrder(users: readonly User[]): readonly User[] {
  return dependenciesFirst(users, (user) => user.desired);
}

function dependenciesFirst(users: readonly User[], configOf: (user: User) => JsonObject | null): readonly User[] {
  const byAddress = new Map<Address, User>(users.map((user) => [user.address, user]));
  const ordered = new Set<User>();
  const entered = new Set<User>();
  const visit = (user: User): void => {
    if (entered.has(user)) return;
    entered.add(user);
    const dependencies = member(configOf(user) ?? {}, 'dependencies');
    for (const [address, other] of byAddress) {
      if (isJsonObject(dependencies) && Object.hasOwn(dependencies, address)) visit(other);
    }
    ordered.add(user);
  };
  for (const user of users) visit(user);
  return [...ordered];
}
