/** A case of a rule of parity: two sides with one resource each that it weighs, and two beside them that it just does not. */
import type { Address } from '../../../src/model/address.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import type { ComparisonMode, ParityResource, ParitySide } from '../../../src/model/parity.ts';

/** Two sides with one resource each. */
export interface Held {
  readonly address?: Address;
  /** A patch of the configuration; `null` where the side lacks the resource. */
  readonly source: JsonObject | null;
  readonly target: JsonObject | null;
  /** The names of the field that is weighed; none for the resource as a whole. */
  readonly field: readonly string[];
  readonly mode?: ComparisonMode;
  readonly sides?: { readonly source?: Partial<ParitySide>; readonly target?: Partial<ParitySide> };
  readonly resources?: { readonly source?: Partial<ParityResource>; readonly target?: Partial<ParityResource> };
  /** Beside it on both sides. */
  readonly beside?: readonly Address[];
}

export interface RuleCase {
  readonly hit: Held;
  /** The rule that weighs it instead; `null` where there is no difference. */
  readonly near: Held & { readonly rule: string | null };
}

type Near = readonly [source: JsonObject | null, target: JsonObject | null, rule: string | null, more?: Partial<Held>];

/** Both of one shape. */
export function rule(
  field: readonly string[],
  hit: readonly [source: JsonObject | null, target: JsonObject | null, more?: Partial<Held>],
  near: Near,
): RuleCase {
  const [source, target, more = {}] = hit;
  const [nearSource, nearTarget, instead, nearMore = more] = near;
  return {
    hit: { field, source, target, ...more },
    near: { field, source: nearSource, target: nearTarget, rule: instead, ...nearMore },
  };
}
