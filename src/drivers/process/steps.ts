/** From a change to the engine calls that carry it out. Pure; the verbs are explained in verbs.ts. */
import { type Address, addressOf } from '../../model/address.ts';
import type { Change, Difference } from '../../model/change.ts';
import { parseFieldPath } from '../../model/field-path.ts';
import { type Json, type JsonObject, memberAt } from '../../model/json.ts';
import type { ObservedObject } from '../../model/observed.ts';
import type { StepPhase } from '../../model/plan.ts';
import type { StepsContext, StepSpec } from '../driver.ts';
import type { UsedVolume } from './entry.ts';
import { contentSignal, volumeKeysOf } from './service-settings.ts';
import type { Verb } from './verbs.ts';

/** The steps of one change, in the order in which they must happen. */
export function stepsFor(change: Change, context: StepsContext): readonly StepSpec[] {
  if (change.type === 'service') return serviceSteps(change, context);
  return change.type === 'volume' ? volumeSteps(change, context) : [];
}

function serviceSteps(change: Change, context: StepsContext): readonly StepSpec[] {
  const { address, name, after } = change;
  if (after === null) return [stop(address, name), spec('remove', 'remove', address, { name })];
  return [...buildingSteps(change, after, context), ...endingSteps(change, after, context)];
}

function buildingSteps(change: Change, after: JsonObject, context: StepsContext): readonly StepSpec[] {
  const { address, name } = change;
  const starts = after['run_state'] === 'stopped' ? [] : [start(address, name)];
  const create = spec('create', 'prepare', address, { name, ...service(after, context) });
  if (change.action === 'create') return [create, ...starts];
  if (isReplaced(change, context)) {
    const previous = previousName(change, context);
    const away = setsAside(change, context)
      ? spec('set_aside', 'stop', address, { name: previous, successor: name })
      : spec('remove', 'remove', address, { name: previous });
    return [stop(address, previous), away, create, ...starts];
  }
  if (change.action === 'restart') return [stop(address, name), update(address, name, after, context), ...starts];
  return updateSteps(change, after, context);
}

/** A restart with another configuration is a replacement where the one before is kept, or where it never worked itself. */
function isReplaced(change: Change, { keepsAside, aside }: StepsContext): boolean {
  if (change.action === 'replace' || change.previous_address !== null) return true;
  return change.action === 'restart' && (keepsAside || aside !== null) && change.differences.some(isReversible);
}

/** Content belongs to the host and the run state to the processes: neither comes back with an old configuration. */
function isReversible(difference: Difference): boolean {
  return difference.effect !== 'in_place' && !isRunState(difference) && !isContent(difference);
}

/** What an earlier run has set aside is what worked last, and what stands in its place is not kept. */
function setsAside(change: Change, context: StepsContext): boolean {
  return context.keepsAside && context.aside === null && change.action !== 'create' && isReplaced(change, context);
}

/** What becomes of what is aside: it goes once its successor has passed its gate, and comes back where that fails. */
function endingSteps(change: Change, after: JsonObject, context: StepsContext): readonly StepSpec[] {
  const { address, name } = change;
  const { aside, observed, desired } = context;
  if (aside === null && !setsAside(change, context)) return [];
  const kept = aside === null ? { name } : { name, aside: aside.name };
  const discard = spec('discard_aside', 'discard', address, kept);
  const worked = aside ?? observed.get(change.previous_address ?? address) ?? null;
  const moved = Object.entries(volumesOf(worked?.configured ?? {}, context));
  const volumes = Object.fromEntries(moved.filter(([key]) => desired.has(addressOf('volume', key))));
  const starts = startsAgain(worked?.configured['run_state'] ?? null, after);
  return [discard, spec('restore', 'recover', address, { ...kept, id: worked?.id ?? null, volumes, starts })];
}

/** What ran to its end has done its part; and what was stopped, if only by a run that died, is to do what is declared. */
function startsAgain(state: Json, after: JsonObject): boolean {
  return state === 'stopped' ? after['run_state'] === 'running' : state !== 'completed';
}

function previousName({ previous_address: previous, name }: Change, { observed }: StepsContext): string {
  return previous === null ? name : (observed.get(previous)?.name ?? name);
}

/** Run states in which nothing of a service lives. */
const AT_REST: readonly Json[] = ['created', 'completed', 'failed', 'stopped'];

function updateSteps(change: Change, after: JsonObject, context: StepsContext): readonly StepSpec[] {
  const { address, name } = change;
  const fields = change.differences.filter((difference) => !isRunState(difference));
  const state = change.differences.find(isRunState)?.before ?? null;
  const updates = fields.length === 0 ? [] : [update(address, name, after, context)];
  const isWanted = after['run_state'] !== 'stopped';
  if (fields.some((difference) => difference.effect === 'restart') || (isWanted && !isEasilyStarted(state))) {
    return [stop(address, name), ...updates, ...(isWanted ? [start(address, name)] : [])];
  }
  if (!isWanted) return [...(state === null || AT_REST.includes(state) ? [] : [stop(address, name)]), ...updates];
  // The signal first: were the new content recorded before it, a crash in between would lose the signal for good.
  const signals = fields.flatMap((difference) => signalFor(difference, change, after));
  if (state === null) return [...signals, ...updates];
  if (state === 'paused') return [...signals, ...updates, spec('resume', 'start', address, { name })];
  return [...updates, start(address, name)];
}

/** `dead` and `stopping` leave something that must be brought down before anything new is started. */
function isEasilyStarted(state: Json): boolean {
  return state === null || state === 'paused' || AT_REST.includes(state);
}

function signalFor(difference: Difference, { address, name }: Change, after: JsonObject): readonly StepSpec[] {
  if (!isContent(difference)) return [];
  const names = parseFieldPath(difference.field_path) ?? [];
  const watch = memberAt(after, ...names.slice(0, -1), 'watch_content');
  if (typeof watch !== 'string' || !watch.startsWith('signal:')) return [];
  return [spec('signal', 'alter', address, { name, signal: contentSignal(watch) })];
}

function volumeSteps(change: Change, context: StepsContext): readonly StepSpec[] {
  const { address, name, after } = change;
  const remove = (which: string): StepSpec => spec('remove_volume', 'remove', address, { name: which });
  if (after === null) return [remove(name)];
  const args = { name, config: after };
  if (change.action === 'create') return [spec('create_volume', 'prepare', address, args)];
  if (change.action === 'replace') return [remove(name), spec('create_volume', 'prepare', address, args)];
  if (change.action !== 'move') return [spec('update_volume', 'alter', address, args)];
  const previous = context.observed.get(change.previous_address ?? address)?.name ?? name;
  const rename = spec('rename_volume', 'alter', address, { ...args, previous_name: previous });
  return change.previous_address === address ? aroundUsers(rename, context) : [rename];
}

/**
 * A volume that keeps its key and gets another name moves away under services whose own configuration does not change,
 * so they are stopped for it, told the new name, and started again.
 */
function aroundUsers(rename: StepSpec, context: StepsContext): readonly StepSpec[] {
  const users = [...context.observed.values()].flatMap((object) => userOf(object, rename.address, context));
  const running = users.filter((user) => user.isRunning);
  return [
    ...running.map((user) => stop(user.address, user.name)),
    rename,
    ...users.map((user) => asNeighbour(update(user.address, user.name, user.config, context))),
    ...running.map((user) => asNeighbour(start(user.address, user.name))),
  ];
}

interface User {
  readonly address: Address;
  readonly name: string;
  readonly config: JsonObject;
  readonly isRunning: boolean;
}

function userOf(object: ObservedObject, volume: Address, context: StepsContext): readonly User[] {
  const address = object.type === 'service' ? object.ownership?.address : undefined;
  const desired = address === undefined ? undefined : context.desired.get(address);
  if (address === undefined || desired === undefined || desired.name !== object.name) return [];
  if (!volumeKeysOf(desired.config).some((key) => addressOf('volume', key) === volume)) return [];
  const isRunning = object.configured['run_state'] === 'running';
  return [{ address, name: object.name, config: desired.config, isRunning }];
}

/** It may be gone meanwhile: set aside by a change of its own, which makes its successor itself. */
function asNeighbour(step: StepSpec): StepSpec {
  return { ...step, args: { ...step.args, as_neighbour: true } };
}

function stop(address: Address, name: string): StepSpec {
  return spec('stop', 'stop', address, { name });
}

function start(address: Address, name: string): StepSpec {
  return spec('start', 'start', address, { name });
}

function update(address: Address, name: string, config: JsonObject, context: StepsContext): StepSpec {
  return spec('update', 'alter', address, { name, ...service(config, context) });
}

/** A service's configuration, and the physical names of the volumes that it is handed. */
function service(config: JsonObject, context: StepsContext): JsonObject {
  return { config, volumes: volumesOf(config, context) };
}

function volumesOf(config: JsonObject, { project, desired }: StepsContext): Readonly<Record<string, UsedVolume>> {
  const volumes: Record<string, UsedVolume> = {};
  for (const key of volumeKeysOf(config)) {
    const volume = desired.get(addressOf('volume', key));
    volumes[key] = { name: volume?.name ?? `${project}_${key}`, external: volume?.external ?? false };
  }
  return volumes;
}

function spec(verb: Verb, phase: Exclude<StepPhase, 'gate'>, address: Address, args: JsonObject): StepSpec {
  return { verb, phase, address, args };
}

/** `$['storage']['volumes'][<key>]['content']` */
function isContent(difference: Difference): boolean {
  const [first, , , name] = parseFieldPath(difference.field_path) ?? [];
  return first === 'storage' && name === 'content';
}

function isRunState(difference: Difference): boolean {
  return parseFieldPath(difference.field_path)?.[0] === 'run_state';
}
