/** Freezing: what is left alone while somebody debugs it, by every pass and by a person's apply. Needs no engine. */
import { type Address, typeOf } from '../model/address.ts';
import type { DesiredEnvironment } from '../model/desired.ts';
import { TrueupError } from '../model/failure.ts';
import { nearest } from '../model/nearest.ts';
import type { Freeze } from '../model/served.ts';
import type { StateFolder } from '../state/folder.ts';
import { frozenEnvironments, readFreezes, removeFreeze, writeFreeze } from '../state/freezes.ts';

/** A freeze, and whose environment it is in. */
export interface EnvironmentFreeze extends Freeze {
  readonly environment: string;
}

/** Of all environments, those without manifests among them, sorted by environment and address. */
export async function allFreezes(state: StateFolder, now: string): Promise<readonly EnvironmentFreeze[]> {
  const found = await Promise.all(
    (await frozenEnvironments(state)).map(async (environment) => {
      const freezes = await activeFreezes(state, environment, now);
      return freezes.map((known) => ({ environment, ...known }));
    }),
  );
  return found.flat();
}

/** Those that hold at a time, sorted by address. `now` is ISO 8601. */
export async function activeFreezes(state: StateFolder, environment: string, now: string): Promise<readonly Freeze[]> {
  return (await readFreezes(state, environment)).filter((freeze) => isActive(freeze, now));
}

/** Those of some addresses, or of the whole environment where none is named. */
export async function freezesOf(
  state: StateFolder,
  environment: string,
  { addresses, now }: { readonly addresses: readonly Address[]; readonly now: string },
): Promise<readonly Freeze[]> {
  const found = await activeFreezes(state, environment, now);
  return addresses.length === 0 ? found : found.filter(({ address }) => addresses.includes(address));
}

function isActive({ until }: Pick<Freeze, 'until'>, now: string): boolean {
  return Date.parse(until) > Date.parse(now);
}

/** In place of an earlier one of the same address. Throws `address_not_found` for what is not declared. */
export async function freeze(state: StateFolder, environment: DesiredEnvironment, wanted: Freeze): Promise<void> {
  assertFreezable(environment, wanted.address);
  await writeFreeze(state, environment.name, wanted);
  await forgetEnded(state, environment.name, wanted.since);
}

/** Whether there was one to end that still held. `now` is ISO 8601. */
export async function endFreeze(
  state: StateFolder,
  environment: string,
  address: Address,
  now: string,
): Promise<boolean> {
  const held = (await activeFreezes(state, environment, now)).some((known) => known.address === address);
  const removed = await removeFreeze(state, environment, address);
  return held && removed;
}

/** Files of freezes whose time has passed are of no use to anybody. */
async function forgetEnded(state: StateFolder, environment: string, now: string): Promise<void> {
  const ended = (await readFreezes(state, environment)).filter((known) => !isActive(known, now));
  for (const { address } of ended) await removeFreeze(state, environment, address);
}

function assertFreezable({ name, resources }: DesiredEnvironment, address: Address): void {
  if (typeOf(address) === 'image') {
    throw new TrueupError(
      'usage',
      `${address} cannot be frozen: images are shared, and nothing is ever changed in one`,
      {
        next: 'freeze the services that are made from it',
      },
    );
  }
  if (resources.has(address)) return;
  const suggestion = nearest(address, resources.keys());
  throw new TrueupError('address_not_found', `nothing in ${name} is called "${address}"`, {
    next:
      suggestion === null
        ? `declared: ${[...resources.keys()].join(', ') || 'nothing'}`
        : `did you mean ${suggestion}?`,
  });
}
