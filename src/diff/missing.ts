/** Who took what is missing: what was applied and is gone was taken by the world, and git may want something else by now. */
import type { DriverModel, FindObject } from '../drivers/driver.ts';
import type { Cause } from '../model/change.ts';
import type { DesiredResource } from '../model/desired.ts';
import type { JsonObject } from '../model/json.ts';
import type { Facts, Recorded } from '../model/observed.ts';
import { differingFields } from './fields.ts';

export interface KnownOfMissing {
  readonly recorded: Recorded;
  /** As it was applied, and as it was stopped on purpose since; `null` where nothing is recorded of it. */
  readonly config: JsonObject | null;
  /** Whether anything of ours is there. */
  readonly hasOthers: boolean;
}

/** What an engine says of two configurations. */
export interface EngineLooks {
  readonly model: DriverModel;
  readonly facts: Facts | null;
  readonly find: FindObject;
}

export function causeOfMissing(desired: DesiredResource, known: KnownOfMissing, looks: EngineLooks): Cause {
  const { resources } = known.recorded;
  const record = Object.hasOwn(resources, desired.address) ? resources[desired.address] : undefined;
  if (record === undefined || known.config === null) {
    // Nothing recorded at all, though things run: nobody knows.
    return Object.keys(resources).length === 0 && known.hasOthers ? 'unknown' : 'git';
  }
  // Applied to another engine: it is git that wants it on this one. Half made: a run of ours did not end.
  if (record.engine !== desired.engine || record.unfinished) return 'git';
  return record.name !== desired.name || hasMoved(desired, known.config, looks) ? 'both' : 'world';
}

/** Whether git wants something else than what was applied, as far as an engine can tell. */
function hasMoved(
  { type, config }: DesiredResource,
  applied: JsonObject,
  { model, facts, find }: EngineLooks,
): boolean {
  const compared = (whole: JsonObject): JsonObject => model.comparable(type, whole, facts);
  return differingFields(compared(config), compared(applied)).some(
    ({ path, desired, observed }) => !model.equal(type, path, desired, observed, find, config),
  );
}
