/** Steps of a machine. Its first disk is part of it, so nothing but a replacement or a removal ever deletes it. */
import type { Address } from '../../../model/address.ts';
import type { Change, Difference } from '../../../model/change.ts';
import { fieldPath, RUN_STATE_PATH } from '../../../model/field-path.ts';
import type { Json, JsonObject } from '../../../model/json.ts';
import type { StepPhase } from '../../../model/plan.ts';
import type { StepsContext, StepSpec } from '../../driver.ts';
import type { Verb } from './verbs.ts';

/** Run states in which nothing of a machine lives. */
const AT_REST: readonly Json[] = ['created', 'failed', 'stopped'];

const DEFINED = fieldPath('defined');

export function machineSteps(change: Change, context: StepsContext): readonly StepSpec[] {
  const { address, name, before, after } = change;
  // Under its own address: who waits for it to let go knows it by that.
  const present = change.previous_address ?? address;
  const previous = context.observed.get(present)?.name ?? name;
  const down = stop(present, previous, before ?? {});
  const gone = spec('delete', 'remove', present, { name: previous });
  if (after === null) return [down, gone];
  const create = spec('create', 'prepare', address, { name, config: after });
  // What was begun has never run: it is made from its beginning.
  const isBegun = change.differences.some(({ field_path: path }) => path === DEFINED);
  if (change.action === 'create' || isBegun) return [create, ...toState(address, name, after, null)];
  if (change.action === 'replace') return [down, gone, create, ...toState(address, name, after, null)];
  // What is to be as it is, is not told again: who asks for a start alone declares nothing.
  const isTold = change.previous_address !== null || change.differences.some((difference) => !isRunState(difference));
  const updates = isTold ? [spec('update', 'alter', address, { name, config: after })] : [];
  if (previous !== name) {
    const rename = spec('rename', 'alter', present, { name, previous });
    return [down, rename, ...updates, ...toState(address, name, after, 'stopped')];
  }
  if (change.action === 'restart') return [down, ...updates, ...toState(address, name, after, 'stopped')];
  return updating(change, after, updates);
}

/** What is told anew goes on as it is; and what is to be otherwise is brought there. */
function updating(change: Change, after: JsonObject, updates: readonly StepSpec[]): readonly StepSpec[] {
  const state = change.differences.find(isRunState);
  if (state === undefined) return updates;
  const moves = toState(change.address, change.name, after, state.before);
  return after['run_state'] === 'running' ? [...updates, ...moves] : [...moves, ...updates];
}

/** From a run state to the wanted one; `null` for what was just made. */
function toState(address: Address, name: string, after: JsonObject, before: Json): readonly StepSpec[] {
  if (after['run_state'] !== 'stopped') return [start(address, name, after)];
  return before === null || AT_REST.includes(before) ? [] : [stop(address, name, after)];
}

/** It carries what decides how it is started, and how long that may take. */
export function start(address: Address, name: string, config: JsonObject): StepSpec {
  return spec('start', 'start', address, { name, config: startConfig(config) });
}

function startConfig({ accelerator, arch, driver_options: options, ready }: JsonObject): JsonObject {
  return { accelerator: accelerator ?? null, arch: arch ?? null, driver_options: options ?? {}, ready: ready ?? null };
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
