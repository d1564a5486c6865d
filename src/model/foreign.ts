/** Foreign: what stands on an engine and trueup did not make, seen well enough to declare it. Import begins here. */
import type { ResourceType } from './address.ts';
import type { Facts, ObservedObject } from './observed.ts';

/** Which objects are meant: all that one of these says. */
export interface ForeignSelection {
  readonly names: readonly string[];
  readonly project: string | null;
  /** `null` for a label of whatever value. */
  readonly labels: readonly { readonly name: string; readonly value: string | null }[];
  readonly all: boolean;
}

/** Where another tool says that an object belongs. */
export interface ForeignPlace {
  readonly project: string;
  /** Its key there; `null` where the tool does not say. */
  readonly key: string | null;
  /** Of several of one service: which. */
  readonly number: number;
}

export interface ForeignObject {
  /** As any other: what it joins and mounts has physical names for keys, nameless volumes included. */
  readonly object: ObservedObject;
  readonly place: ForeignPlace | null;
  /** Whether something that is not meant uses it too. */
  readonly shared: boolean;
  /** Whether it is the engine's own: it is always there, and nobody makes it. */
  readonly predefined: boolean;
  /** Settings that no manifest can say, in the words of the engine's own command line. */
  readonly not_carried: readonly string[];
}

/** What is meant and cannot be declared, and why. */
export interface LeftOut {
  readonly type: ResourceType;
  readonly name: string;
  readonly reason: string;
}

export type ForeignView =
  | {
      readonly status: 'known';
      readonly facts: Facts;
      readonly objects: readonly ForeignObject[];
      readonly left: readonly LeftOut[];
      /** Names that were asked for and that nothing has. */
      readonly unknown: readonly string[];
      /** All names that could have been meant. */
      readonly names: readonly string[];
      /** All projects of other tools. */
      readonly projects: readonly string[];
    }
  | { readonly status: 'unreachable'; readonly error: string };
