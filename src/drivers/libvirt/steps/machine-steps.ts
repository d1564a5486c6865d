/** Steps of a machine. It is defined around its disks, which are objects of their own and outlive it. */
import type { Address } from '../../../model/address.ts';
import type { Change, Difference } from '../../../model/change.ts';
import { RUN_STATE_PATH } from '../../../model/field-path.ts';
import type { Json, JsonObject } from '../../../model/json.ts';
import type { StepPhase } from '../../../model/plan.ts';
import type { StepsContext, StepSpec } from '../../driver.ts';
import type { Verb } from './verbs.ts';

/** Run states in which nothing of a machine lives. */
const AT_REST: readonly Json[] = ['created', 'failed', 'stopped', 'suspended'];

export function machineSteps(change: Change, context: StepsContext): readonly StepSpec[] {
  const { address, name, before, after } = change;
  const previous = previousName(change, context);
  // Under its own address: who waits for it to let go knows it by that.
  const present = change.previous_address ?? address;
  const down = stop(present, previous, before ?? {});
  const swept = context.destroyData ? { swept: true } : {};
  const gone = spec('undefine', 'remove', present, { name: previous, ...swept });
  if (after === null) return [{ ...down, args: { ...down.args, leaving: true, ...swept } }, gone];
  const define = spec('define', 'prepare', address, { name, config: after });
  if (change.action === 'create') return [define, ...toState(address, name, after, null)];
  if (change.action === 'replace' || previous !== name)
    return [down, gone, define, ...toState(address, name, after, null)];
  // What is to be as it is, is not told again: who asks for a start alone declares nothing.
  const isTold = change.previous_address !== null || change.differences.some((difference) => !isRunState(difference));
  const updates = isTold ? [spec('update', 'alter', address, { name, config: after })] : [];
  if (change.action === 'restart') return [down, ...updates, ...toState(address, name, after, null)];
  return updating(change, after, updates);
}

function previousName({ address, previous_address: previous, name }: Change, { observed }: StepsContext): string {
  return observed.get(previous ?? address)?.name ?? name;
}

/** What is told anew goes on as it is; and what is to be otherwise is brought there. */
function updating(change: Change, after: JsonObject, updates: readonly StepSpec[]): readonly StepSpec[] {
  const { address, name } = change;
  const state = change.differences.find(isRunState);
  if (state === undefined) return updates;
  const moves = toState(address, name, after, state.before);
  return after['run_state'] === 'running' ? [...updates, ...moves] : [...moves, ...updates];
}

/** From a run state to the wanted one; `null` for what was just defined, or brought down. */
function toState(address: Address, name: string, after: JsonObject, before: Json): readonly StepSpec[] {
  const isDown = before === null || AT_REST.includes(before);
  const wanted = after['run_state'];
  // What does not run is started for it: there has to be something to remember.
  if (wanted === 'suspended') return [spec('suspend', isDown ? 'start' : 'stop', address, { name })];
  if (wanted !== 'stopped') return [spec('start', 'start', address, { name })];
  return before === null || (isDown && before !== 'suspended') ? [] : [stop(address, name, after)];
}

export function stop(address: Address, name: string, config: JsonObject): StepSpec {
  return spec('stop', 'stop', address, { name, stop_grace_period: config['stop_grace_period'] ?? null });
}

export function spec(verb: Verb, phase: Exclude<StepPhase, 'gate'>, address: Address, args: JsonObject): StepSpec {
  return { verb, phase, address, args };
}

function isRunState({ field_path: path }: Difference): boolean {
  return path === RUN_STATE_PATH;
}
