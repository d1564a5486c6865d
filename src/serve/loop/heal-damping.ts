/**
 * The damping of all services of one environment, over a clock that no change of the wall's clock moves. Holds records of
 * services alone that were healed and are not forgotten yet.
 */
import type { Address } from '../../model/address.ts';
import type { HealRecord } from '../../model/served-memory.ts';
import { healWait, settled, withHeal, withHealth } from './damping.ts';

export interface HealDamping {
  /** Milliseconds until it may be healed; 0 when it may be now. */
  wait(address: Address): number;
  /** To be told of every heal as it begins, also of those that a person asked for. */
  healed(address: Address): void;
  /** To be told of every look at it; what is told of others costs nothing. */
  seen(address: Address, isHealthy: boolean): void;
  /** Forgets what is not declared any more. */
  keepOnly(declared: (address: Address) => boolean): void;
  /** What is to be remembered across restarts. */
  records(): Readonly<Record<Address, HealRecord>>;
}

export interface HealDampingOptions {
  /** What was remembered. */
  readonly records: Readonly<Record<Address, HealRecord>>;
  /** Milliseconds since the epoch; never goes back. */
  now(): number;
  /** From [0, 1). */
  random(): number;
}

export function healDamping({ records, now, random }: HealDampingOptions): HealDamping {
  const known = new Map(Object.entries(records) as [Address, HealRecord][]);

  function put(address: Address, record: HealRecord | null): HealRecord | null {
    if (record === null) known.delete(address);
    else known.set(address, record);
    return record;
  }

  function recordOf(address: Address): HealRecord | null {
    const record = known.get(address);
    // Kept as it is settled: a time that lies in the future must not be moved at every look.
    return record === undefined ? null : put(address, settled(record, now()));
  }

  return {
    wait: (address) => healWait(recordOf(address), now()),
    healed(address) {
      put(address, withHeal(recordOf(address), now(), random()));
    },
    seen(address, isHealthy) {
      const record = recordOf(address);
      if (record !== null) put(address, withHealth(record, isHealthy, now()));
    },
    keepOnly(declared) {
      for (const address of known.keys()) if (!declared(address)) known.delete(address);
    },
    records() {
      for (const address of known.keys()) recordOf(address);
      return Object.fromEntries(known);
    },
  };
}
