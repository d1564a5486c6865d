/** Saved plans: what a plan was computed from, and whether that still holds for every resource that it touches. */
import type { Address } from '../model/address.ts';
import { type Change, changeKey } from '../model/change.ts';
import type { DesiredResource } from '../model/desired.ts';
import { TrueupError } from '../model/failure.ts';
import { type Json, parseJson } from '../model/json.ts';
import type { Plan } from '../model/plan.ts';
import { digestOf, type SavedPlan } from '../state/plan-file.ts';

/** What manifests declare. */
type Declared = ReadonlyMap<Address, DesiredResource>;

export function savedPlanOf(plan: Plan, declared: Declared): SavedPlan {
  return {
    format_version: '1.0',
    kind: 'saved_plan',
    plan,
    digest: digestOf(plainPlan(plan)),
    touched: { ...touchedBy(plan), ...declaredInside(plan, declared) },
  };
}

/** Throws `stale_plan` when a resource that the saved plan touches is not, or is not to be, what it was then. */
export function assertFresh(saved: SavedPlan, current: Plan, declared: Declared): void {
  if (digestOf(plainPlan(saved.plan)) !== saved.digest) {
    throw new TrueupError('invalid_plan_file', 'the saved plan does not match its own digest', {
      next: 'make a new plan with `trueup plan --out FILE`',
    });
  }
  const now = { ...touchedBy(current), ...declaredInside(saved.plan, declared) };
  const known = Object.keys(saved.touched).filter((key) => !isImage(key) && now[key] !== saved.touched[key]);
  const missing = Object.keys(now).filter((key) => isImage(key) && saved.touched[key] === undefined);
  const changed = [...known, ...missing].map((key) => key.slice(0, key.indexOf(' ')));
  const moved = [...new Set([...changed, ...otherThanAdopted(saved.plan, current)])];
  if (moved.length === 0) return;
  const frozen = current.frozen.filter(({ address }) => moved.includes(address));
  const why = frozen.map(({ address, by }) => `; ${address} is frozen by ${by}`).join('');
  throw new TrueupError('stale_plan', `the saved plan is stale: ${moved.join(', ')} changed since it was made${why}`, {
    fields: { addresses: moved },
    next: 'make a new plan with `trueup plan --out FILE`',
  });
}

function touchedBy(plan: Plan): Record<string, string> {
  return Object.fromEntries(plan.changes.map((change) => [changeKey(change), digestOf(stateOf(change))]));
}

/** A second stage makes what is declared: what that was is not in the plan, of which it is no change yet. */
function declaredInside({ second_stage: stages = [] }: Plan, declared: Declared): Record<string, string> {
  return Object.fromEntries(
    stages.flatMap(({ addresses }) =>
      addresses.flatMap((address) => {
        const resource = declared.get(address);
        if (resource === undefined || resource.type === 'image') return [];
        const { name, engine, config } = resource;
        return [[`${address} declared`, digestOf({ name, engine, config })]];
      }),
    ),
  );
}

/** What is touched and is not the object any more that was adopted then: one made anew may be the same in every field. */
function otherThanAdopted(saved: Plan, current: Plan): readonly Address[] {
  const touched = new Set([...saved.changes, ...saved.steps].map(({ address }) => address));
  const adoptedIn = ({ adopted = [] }: Plan, address: Address): readonly string[] =>
    adopted.filter((one) => one.address === address).map(({ engine, as }) => `${engine} ${as}`);
  const isOther = (address: Address): boolean =>
    new Set(adoptedIn(saved, address)).symmetricDifference(new Set(adoptedIn(current, address))).size > 0;
  return [...touched].filter(isOther);
}

/** Whoever else pulls an image does no harm; one that is missing by now was not to be pulled. */
function isImage(key: string): boolean {
  return key.startsWith('image.');
}

function stateOf(change: Change): Json {
  const { action, before, after, name, engine, previous_address: previousAddress } = change;
  return { action, before, after, name, engine, previous_address: previousAddress };
}

/** A plan is JSON by construction; this is the boundary where its type says so. */
function plainPlan(plan: Plan): Json {
  return parseJson(JSON.stringify(plan));
}
