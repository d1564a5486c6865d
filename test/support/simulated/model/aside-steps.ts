/**
 * Steps that can be taken back. What is replaced is set aside, stopped, and goes once its successor has passed its gate;
 * where the two cannot get into each other's way the successor passes its gate beside it, and then takes its place.
 */
import type { StepsContext, StepSpec } from '../../../../src/drivers/driver.ts';
import type { Change } from '../../../../src/model/change.ts';
import { isJsonObject, type JsonObject, memberAt } from '../../../../src/model/json.ts';
import type { ObservedObject } from '../../../../src/model/observed.ts';
import * as specs from './specs.ts';

/** What takes something out of the way of its successor: aside, or for good where it never worked itself. */
export function takenDown(present: specs.Target, change: Change, context: StepsContext): readonly StepSpec[] {
  const away = keeps(change, context) ? specs.setAside(present, change.name) : specs.remove(present);
  return [specs.stop(present), away];
}

/** Whether this change itself keeps what it takes away. */
function keeps({ type, action }: Change, { keepsAside, aside }: StepsContext): boolean {
  return type === 'service' && action === 'replace' && keepsAside && aside === null;
}

/** Beside each other: neither publishes a port, nor shares what can be written to. */
export function canOverlap(change: Change, context: StepsContext): boolean {
  return keeps(change, context) && change.previous_address === null && [change.before, change.after].every(isAlone);
}

/** What does not run needs no room, and proves nothing. */
function isAlone(config: JsonObject | null): boolean {
  if (config?.['run_state'] !== 'running') return false;
  const [ports, volumes] = [memberAt(config, 'networking', 'ports'), memberAt(config, 'storage', 'volumes')];
  return [ports, volumes].every((held) => !isJsonObject(held) || Object.keys(held).length === 0);
}

/** The successor takes the place of what it has run beside, which may have to come back for the sake of others. */
export function settling(present: specs.Target, successor: specs.Target, { name }: Change): readonly StepSpec[] {
  const steps = [specs.stop(present), specs.setAside(present, name), specs.rename(successor, name)];
  return steps.map((spec): StepSpec => ({ ...spec, phase: 'settle' }));
}

/** What becomes of what is aside, of this run or of an earlier one that died. */
export function ending(change: Change, after: JsonObject, context: StepsContext): readonly StepSpec[] {
  const { aside, observed } = context;
  if (aside === null && !keeps(change, context)) return [];
  const discard = specs.discardAside(change, aside);
  const worked = aside ?? observed.get(change.previous_address ?? change.address) ?? null;
  return [discard, specs.restore(change, worked, endpointsOf(worked, after, context))];
}

/** An aside of an earlier run is attached to nothing any more: then those that are declared are the best guess. */
function endpointsOf(worked: ObservedObject | null, after: JsonObject, context: StepsContext): JsonObject {
  const own = specs.attached(worked?.configured ?? {}, context);
  return context.aside === null ? own : { ...specs.attached(after, context), ...own };
}
