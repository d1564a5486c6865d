/**
 * What was there before trueup, and stays where a plan would remove what trueup made: what was adopted and is declared no more,
 * and of what is to go altogether what nobody adopted, and volumes and networks that nobody named. It goes on with its ports
 * and its data, so it is said. Pure.
 */
import { type Address, isAddress, typeOf } from '../model/address.ts';
import { adoptedAs } from '../model/adoption.ts';
import type { Change, Withheld } from '../model/change.ts';
import type { DesiredEnvironment } from '../model/desired.ts';
import { compareText } from '../model/json.ts';
import type { Observation, ObservedObject, Recorded } from '../model/observed.ts';
import type { Plan } from '../model/plan.ts';
import { objectKey } from './claims.ts';

export interface LeftAdoptedInput {
  /** As it is declared, also where all of it is to go. */
  readonly environment: Pick<DesiredEnvironment, 'name' | 'resources'>;
  /** With what is claimed as ours. */
  readonly observations: ReadonlyMap<string, Observation>;
  readonly recorded: Pick<Recorded, 'resources'>;
  readonly mode: 'apply' | 'destroy';
  /** Empty for all. */
  readonly targets: ReadonlySet<Address>;
  readonly changes: readonly Pick<Change, 'engine' | 'type' | 'name'>[];
}

/** A plan that says so. */
export function withLeftAdopted(plan: Plan, input: Omit<LeftAdoptedInput, 'changes'>): Plan {
  const left = leftAdopted({ ...input, changes: plan.changes });
  if (left.length === 0) return plan;
  return {
    ...plan,
    withheld: [...plan.withheld, ...left].toSorted((one, other) => compareText(one.address, other.address)),
  };
}

function leftAdopted(input: LeftAdoptedInput): readonly Withheld[] {
  const adopted = adoptedIn(input.recorded);
  const changed = new Set(input.changes.map(({ engine, type, name }) => `${engine} ${type} ${name}`));
  const left: Withheld[] = [];
  for (const [engine, observation] of input.observations) {
    if (observation.status !== 'known') continue;
    for (const object of observation.objects) {
      const { type, name } = object;
      if (changed.has(`${engine} ${type} ${name}`)) continue;
      const known = adopted.get(objectKey({ engine, type, as: adoptedAs(object) })) ?? null;
      const stays =
        object.claimed === true
          ? claimedOne(object, known !== null, input)
          : undeclaredOne(object, engine, known, input);
      if (stays !== null && (input.targets.size === 0 || input.targets.has(stays.address))) left.push(stays);
    }
  }
  return left.toSorted(
    (one, other) => compareText(one.address, other.address) || compareText(one.summary, other.summary),
  );
}

/** By the object that a person agreed to: under which address it was, then. */
function adoptedIn({ resources }: LeftAdoptedInput['recorded']): ReadonlyMap<string, Address> {
  const addresses = Object.keys(resources).filter((word): word is Address => isAddress(word));
  const pairs = addresses.flatMap((address) => {
    const { engine = '', adopted = [] } = resources[address] ?? {};
    return adopted.map((as) => [objectKey({ engine, type: typeOf(address), as }), address] as const);
  });
  return new Map(pairs);
}

/** Of what is claimed nothing is left as long as it is to stay. */
function claimedOne(
  { type, name, ownership }: ObservedObject,
  isAdopted: boolean,
  { environment, mode, targets }: LeftAdoptedInput,
): Withheld | null {
  if (mode === 'apply' || ownership === null) return null;
  const { address } = ownership;
  if (!isAdopted) {
    return { address, reason: 'adopted', summary: `${address} is claimed and was never adopted, so "${name}" stays` };
  }
  // What keeps it from being removed although it is named is said elsewhere.
  if (type === 'service' || targets.has(address)) return null;
  const command = `trueup destroy ${environment.name}/${address}${type === 'volume' ? ' --volumes' : ''}`;
  return { address, reason: 'adopted', summary: `${address} was adopted, so "${name}" stays; ${command} removes it` };
}

function undeclaredOne(
  { type, name, ownership }: ObservedObject,
  engine: string,
  address: Address | null,
  { environment, mode }: LeftAdoptedInput,
): Withheld | null {
  if (address === null || ownership !== null) return null;
  const isNamed = [...environment.resources.values()].some(
    (resource) => resource.engine === engine && resource.type === type && resource.name === name,
  );
  // Somebody else's now, or in the way: that is said of it.
  if (isNamed) return null;
  const end = mode === 'destroy' ? "is nobody's from now on" : 'remove it by hand, or declare it as `external`';
  const summary = `${address} was adopted, is no longer declared, and stays as "${name}": ${end}`;
  return { address, reason: 'adopted', summary };
}
