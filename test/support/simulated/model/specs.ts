/** Building blocks of steps: one function per engine call that the model asks for, and what their arguments are. */
import type { StepsContext, StepSpec } from '../../../../src/drivers/driver.ts';
import { type Address, addressOf, type ResourceType } from '../../../../src/model/address.ts';
import type { Change } from '../../../../src/model/change.ts';
import type { ObservedObject } from '../../../../src/model/observed.ts';
import { isJsonObject, type Json, type JsonObject, memberAt } from '../../../../src/model/json.ts';
import type { StepPhase } from '../../../../src/model/plan.ts';

/** An object as a step means it: by name, and by id where a namesake must not be taken for it. */
export interface Target {
  readonly address: Address;
  readonly name: string;
  readonly id: string | null;
}

/** What a change is about, as it is now. */
export function presentTarget(change: Change, context: StepsContext): Target {
  const observed = context.observed.get(change.previous_address ?? change.address);
  const name = change.previous_address === null ? change.name : (observed?.name ?? change.name);
  return { address: change.address, name, id: observed?.name === name ? observed.id : null };
}

/** What a change is about, once it is made anew or renamed. */
export function futureTarget({ address, name }: Change): Target {
  return { address, name, id: null };
}

export function create(target: Target, config: JsonObject, context: StepsContext): StepSpec {
  return spec('create', 'prepare', target, {
    config,
    endpoints: endpointsOf(config, context),
    mounts: mountedVolumes(config).map((key) => physicalName('volume', key, context)),
  });
}

export function pull(target: Target, { platform = null }: JsonObject): StepSpec {
  return spec('pull', 'prepare', target, { platform });
}

/** `asNeighbour`: another resource's change asks for it; where the service is gone there is nothing to do. */
export function start(target: Target, config: JsonObject, context: StepsContext, asNeighbour = false): StepSpec {
  return spec('start', 'start', target, { endpoints: endpointsOf(config, context), as_neighbour: asNeighbour });
}

export function stop(target: Target): StepSpec {
  return spec('stop', 'stop', target);
}

export function resume(target: Target, config: JsonObject, context: StepsContext): StepSpec {
  return spec('resume', 'start', target, { endpoints: endpointsOf(config, context) });
}

export function update(target: Target, fields: JsonObject): StepSpec {
  return spec('update', 'alter', target, { fields });
}

export function rename(target: Target, to: string): StepSpec {
  return spec('rename', 'alter', target, { to });
}

export function remove(target: Target): StepSpec {
  return spec('remove', 'remove', target);
}

export function connect(target: Target, endpoint: JsonObject, asNeighbour = false): StepSpec {
  return spec('connect', 'alter', target, { endpoint, as_neighbour: asNeighbour });
}

/** Taking a network away takes something down: dependents let go first, and it waits for nothing to be built. */
export function disconnect(target: Target, key: string): StepSpec {
  return spec('disconnect', 'stop', target, { key });
}

/** Out of the way of what is to be called `successor`. */
export function setAside(target: Target, successor: string): StepSpec {
  return spec('set_aside', 'stop', target, { successor });
}

export function discardAside(change: Change, aside: ObservedObject | null): StepSpec {
  return spec('discard_aside', 'discard', { ...futureTarget(change), id: aside?.id ?? null }, asideOf(aside));
}

export function restore(change: Change, worked: ObservedObject | null, endpoints: JsonObject): StepSpec {
  return spec(
    'restore',
    'recover',
    { ...futureTarget(change), id: worked?.id ?? null },
    {
      endpoints: Object.values(endpoints),
      starts: startsAgain(worked?.configured['run_state'] ?? null, change),
      restart: memberAt(unlessAside(worked, change), 'container', 'restart'),
      successor: successorName(change.name),
    },
  );
}

/** What ran to its end has done its part; and what was stopped, if only by a run that died, is to do what is declared. */
function startsAgain(state: Json, { after }: Change): boolean {
  return state === 'stopped' ? after?.['run_state'] === 'running' : state !== 'completed';
}

/** What is aside has lost its policy. */
function unlessAside(worked: ObservedObject | null, { name, after }: Change): JsonObject | null {
  return worked === null || worked.name.startsWith(`${name}.aside-`) ? after : worked.configured;
}

function asideOf(aside: ObservedObject | null): JsonObject {
  return aside === null ? {} : { aside: aside.name };
}

export function successorName(name: string): string {
  return `${name}.next`;
}

/** How the simulated engine's connect call wants an attachment; `null` where none is declared. */
export function endpointOf(config: JsonObject, key: string, context: StepsContext): JsonObject | null {
  const attachment = memberAt(config, 'networking', 'networks', key);
  if (attachment === null) return null;
  const aliases = memberAt(attachment, 'aliases') ?? [];
  return { network: physicalName('network', key, context), key, aliases };
}

function endpointsOf(config: JsonObject, context: StepsContext): readonly Json[] {
  return Object.values(attached(config, context));
}

/** The attachments of a service, by the key of the network. */
export function attached(config: JsonObject, context: StepsContext): JsonObject {
  const networks = memberAt(config, 'networking', 'networks');
  const keys = Object.keys(isJsonObject(networks) ? networks : {});
  return Object.fromEntries(keys.map((key) => [key, endpointOf(config, key, context)]));
}

/** What a service joins and mounts. */
export function usedBy(config: JsonObject): readonly Address[] {
  const networks = memberAt(config, 'networking', 'networks');
  return [
    ...Object.keys(isJsonObject(networks) ? networks : {}).map((key) => addressOf('network', key)),
    ...mountedVolumes(config).map((key) => addressOf('volume', key)),
  ];
}

/** Keys of the volumes that a service mounts. */
export function mountedVolumes(config: JsonObject): readonly string[] {
  const mounts = memberAt(config, 'storage', 'volumes');
  return Object.values(isJsonObject(mounts) ? mounts : {}).flatMap((mount) => {
    const key = memberAt(mount, 'volume');
    return typeof key === 'string' ? [key] : [];
  });
}

function physicalName(type: ResourceType, key: string, context: StepsContext): string {
  const address = addressOf(type, key);
  return context.desired.get(address)?.name ?? context.observed.get(address)?.name ?? `${context.project}_${key}`;
}

function spec(verb: string, phase: Exclude<StepPhase, 'gate'>, target: Target, args: JsonObject = {}): StepSpec {
  const { address, name, id } = target;
  return { verb, phase, address, args: { name, id, ...args } };
}
