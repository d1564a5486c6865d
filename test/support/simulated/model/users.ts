/** The services that a network or volume has to be taken away from and given back to while it is made anew. */
import type { StepsContext } from '../../../../src/drivers/driver.ts';
import type { Address } from '../../../../src/model/address.ts';
import { isJsonObject, type JsonObject, member } from '../../../../src/model/json.ts';
import type { ObservedObject } from '../../../../src/model/observed.ts';
import type { Target } from './specs.ts';

export interface User extends Target {
  readonly observed: ObservedObject;
  /** What it is to become; `null` when it is no longer declared. */
  readonly desired: JsonObject | null;
}

export function usersOf(context: StepsContext, uses: (config: JsonObject) => boolean): readonly User[] {
  return [...context.observed.values()]
    .filter((object) => object.type === 'service' && uses(object.configured))
    .flatMap((observed) => {
      const address = observed.ownership?.address;
      if (address === undefined) return [];
      const desired = context.desired.get(address)?.config ?? null;
      return [{ address, name: observed.name, id: observed.id, observed, desired }];
    });
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
    for (const [address, other] of byAddress) if (dependsOn(configOf(user), address)) visit(other);
    ordered.add(user);
  };
  for (const user of users) visit(user);
  return [...ordered];
}

function dependsOn(config: JsonObject | null, address: Address): boolean {
  const dependencies = member(config, 'dependencies');
  return isJsonObject(dependencies) && Object.hasOwn(dependencies, address);
}
