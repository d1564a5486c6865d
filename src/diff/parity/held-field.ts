/** A field on which two resources disagree, with all that a condition may look at. Pure. */
import type { Json, JsonObject } from '../../model/json.ts';
import type { ParityResource, ParitySide } from '../../model/parity.ts';
import type { HostWords } from './host-words.ts';

export interface HeldSide {
  /** `null` where it lacks the field. */
  readonly value: Json;
  /** `null` where it lacks the resource as a whole. */
  readonly resource: ParityResource | null;
  /** What is compared of it; empty where it lacks the resource. */
  readonly config: JsonObject;
  readonly type: ParitySide['type'];
  readonly project: string;
  /** Whether it lacks the resource, and declares it all the same. */
  readonly isAbsent: boolean;
  /** What its services are reached by. */
  readonly hosts: HostWords;
}

export interface HeldField {
  /** The names of its path; none for the resource as a whole. */
  readonly names: readonly string[];
  readonly source: HeldSide;
  readonly target: HeldSide;
  /** How sure it is that the two are one, 0 to 1. */
  readonly confidence: number;
}

export type Condition = (field: HeldField) => boolean;

/** The same field, held the other way round. */
export function exchanged({ source, target, ...field }: HeldField): HeldField {
  return { ...field, source: target, target: source };
}

/** Whether it is so of either side; such a condition is the same both ways. */
export function ofEither(holds: (side: HeldSide, other: HeldSide, names: readonly string[]) => boolean): Condition {
  return ({ names, source, target }) => holds(source, target, names) || holds(target, source, names);
}
