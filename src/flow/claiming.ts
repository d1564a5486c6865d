/**
 * Plans with claims. What manifests claim is compared like ours, and nothing of it is changed before a person has said
 * `--adopt`: a plan that would change it is made again as if it were not claimed, so that it is in the way and says so.
 */
import { type Claimed, type ClaimsInput, withClaims } from '../diff/claims.ts';
import { type Address, typeOf } from '../model/address.ts';
import type { Observation } from '../model/observed.ts';
import type { Plan } from '../model/plan.ts';

interface Asked {
  readonly mode: 'apply' | 'destroy';
  readonly adopt?: boolean;
  readonly targets: ReadonlySet<Address>;
}

export interface PlanClaiming {
  readonly plan: Plan;
  readonly claimed: Claimed;
}

export function planClaiming(
  observations: ReadonlyMap<string, Observation>,
  input: ClaimsInput,
  asked: Asked,
  planOf: (observations: ReadonlyMap<string, Observation>) => Plan,
): PlanClaiming {
  const unnamed = asked.mode === 'destroy' ? keptUnlessNamed(input, asked.targets) : new Set<Address>();
  const claimed = withClaims(observations, { ...input, except: unnamed });
  const plan = planOf(claimed.observations);
  if (asked.adopt === true) return { plan, claimed };
  const unasked = new Set(claimed.unadopted.filter((address) => touches(plan, address)));
  if (unasked.size === 0) return { plan: withUnadopted(plan, claimed), claimed };
  const rest = withClaims(observations, { ...input, except: unnamed.union(unasked) });
  return { plan: withUnadopted(planOf(rest.observations), rest), claimed: rest };
}

/** An adopted volume or network is never removed without being named. */
function keptUnlessNamed({ environment }: ClaimsInput, targets: ReadonlySet<Address>): Set<Address> {
  const claimed = [...environment.resources.values()].filter(({ adopted }) => adopted === true);
  const kept = claimed.filter(({ address }) => typeOf(address) !== 'service' && !targets.has(address));
  return new Set(kept.map(({ address }) => address));
}

function touches({ changes, steps }: Plan, address: Address): boolean {
  return (
    changes.some((change) => change.address === address) ||
    steps.some((step) => step.address === address && step.phase !== 'gate')
  );
}

function withUnadopted(plan: Plan, { unadopted }: Claimed): Plan {
  return unadopted.length === 0 || plan.mode === 'destroy' ? plan : { ...plan, to_adopt: unadopted };
}
