/** Findings: what compare has to say of each resource, and of all of them together. */
import type { Address } from '../model/address.ts';
import type { Cause, Conflict, Difference, IgnoreHit } from '../model/change.ts';
import type { DesiredResource } from '../model/desired.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { FieldPath } from '../model/field-path.ts';
import type { JsonObject } from '../model/json.ts';
import type { ObservedObject } from '../model/observed.ts';
import type { World } from './world.ts';

export type Finding =
  | {
      readonly kind: 'missing';
      readonly desired: DesiredResource;
      readonly cause: Cause;
      readonly engineAbsent: boolean;
    }
  | {
      readonly kind: 'differs';
      readonly desired: DesiredResource;
      readonly observed: ObservedObject;
      /** Set when the object still carries another address or name. */
      readonly previousAddress: Address | null;
      /** Its name, where that is another one while the address is the same. */
      readonly renamed: Difference | null;
      readonly differences: readonly Difference[];
      readonly ignored: readonly FieldPath[];
      readonly cause: Cause;
    }
  | {
      readonly kind: 'equal';
      readonly desired: DesiredResource;
      readonly observed: ObservedObject;
      readonly ignored: readonly FieldPath[];
      /** Whether an earlier run left aside what worked before: this one has not passed its gate yet. */
      readonly hasAside: boolean;
    }
  | {
      readonly kind: 'undeclared';
      readonly address: Address;
      readonly engine: string;
      readonly observed: ObservedObject;
      /** As it was applied last; `null` where nothing is recorded of this very object. */
      readonly recorded: JsonObject | null;
      readonly cause: Cause;
      /** Whether another object is what the address stands for, and no run of ours made this one. */
      readonly isStranger: boolean;
    };

export type Missing = Extract<Finding, { readonly kind: 'missing' }>;

export interface Comparison {
  readonly findings: readonly Finding[];
  readonly conflicts: readonly Conflict[];
  /** What is not there, while somebody else's object has its name. */
  readonly taken: readonly Missing[];
  readonly diagnostics: readonly Diagnostic[];
  readonly ignored: readonly IgnoreHit[];
  readonly world: World;
  /** Engines that did not answer: nothing on them was compared. */
  readonly unreachable: readonly { readonly engine: string; readonly error: string }[];
}

/** Whether some of it differs because an input moved, which somebody meant although git has no part in it. */
export function carriesInput({ renamed, differences }: Extract<Finding, { readonly kind: 'differs' }>): boolean {
  return [...(renamed === null ? [] : [renamed]), ...differences].some((one) => one.moved_input !== undefined);
}
