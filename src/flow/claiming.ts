/**
 * Plans with claims. What manifests claim is compared like ours, and nothing of it is changed before a person has said
 * `--adopt`: a plan that would change it is made again as if it were not claimed, so that it is in the way and says so, until
 * no plan touches what nobody agreed to. One object is agreed to, and never a name.
 */
import { type Claim, type ClaimsInput, objectKey, withClaims } from '../diff/claims.ts';
import { type Address, typeOf } from '../model/address.ts';
import type { ClaimedObject } from '../model/adoption.ts';
import type { Observation } from '../model/observed.ts';
import type { Plan } from '../model/plan.ts';

interface Asked {
  readonly mode: 'apply' | 'destroy';
  readonly adopt?: boolean;
  /** Empty for all. */
  readonly targets: ReadonlySet<Address>;
}

export interface PlanClaiming {
  readonly plan: Plan;
  /** What a person agrees to now, of what the plan calls adopted; sorted. */
  readonly adopts: readonly Address[];
}

export function planClaiming(
  observations: ReadonlyMap<string, Observation>,
  input: ClaimsInput,
  asked: Asked,
  planOf: (observations: ReadonlyMap<string, Observation>) => Plan,
): PlanClaiming {
  const kept = asked.mode === 'destroy' ? keptUnlessNamed(input, asked.targets) : new Set<Address>();
  const refused = new Set<string>();
  const except = (claim: ClaimedObject): boolean => kept.has(claim.address) || refused.has(objectKey(claim));
  for (;;) {
    const claimed = withClaims(observations, { ...input, except });
    const plan = planOf(claimed.observations);
    const unasked = claimed.claims.filter((claim) => !isAgreed(claim, asked) && touches(plan, claim.address));
    if (unasked.length === 0) return agreedUpon(plan, claimed.claims, asked);
    // What is left out may let the next plan reach into what this one did not.
    for (const claim of unasked) refused.add(objectKey(claim));
  }
}

/** An adopted volume or network is never removed without being named. */
function keptUnlessNamed({ environment }: ClaimsInput, targets: ReadonlySet<Address>): Set<Address> {
  const claimed = [...environment.resources.values()].filter(({ adopted }) => adopted === true);
  const kept = claimed.filter(({ address }) => typeOf(address) !== 'service' && !targets.has(address));
  return new Set(kept.map(({ address }) => address));
}

/** Who names targets agrees to those and to no more. */
function isAgreed({ isAdopted, address }: Claim, { adopt = false, targets }: Asked): boolean {
  return isAdopted || (adopt && (targets.size === 0 || targets.has(address)));
}

function agreedUpon(plan: Plan, claims: readonly Claim[], asked: Asked): PlanClaiming {
  const agreed = claims.filter((claim) => isAgreed(claim, asked));
  const waiting = plan.mode === 'destroy' ? [] : addressesOf(claims.filter((claim) => !isAgreed(claim, asked)));
  const adopted = agreed.map(({ engine, type, address, as }) => ({ engine, type, address, as }));
  return {
    plan: {
      ...plan,
      ...(waiting.length === 0 ? {} : { to_adopt: waiting }),
      ...(adopted.length === 0 ? {} : { adopted }),
    },
    adopts: addressesOf(agreed.filter(({ isAdopted }) => !isAdopted)),
  };
}

function touches({ changes, steps }: Plan, address: Address): boolean {
  return (
    changes.some((change) => change.address === address) ||
    steps.some((step) => step.address === address && step.phase !== 'gate')
  );
}

/** What stands and what was set aside may be of one address. */
function addressesOf(claims: readonly Claim[]): readonly Address[] {
  return [...new Set(claims.map(({ address }) => address))];
}
