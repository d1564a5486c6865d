/**
 * Brings back what worked: in place of whatever stands there now, in its networks, with its restart policy, and running
 * where it is to run. It finds its way from any state that a failure or a crash can leave: what worked is known by its id,
 * else by the name under which it was set aside. The name comes back last before the start, so that until all else is as
 * it was the next who looks still finds something that is set aside.
 */
import { type Address, isAddress } from '../../../model/address.ts';
import { TrueupError } from '../../../model/failure.ts';
import type { JsonObject } from '../../../model/json.ts';
import type { ContainerInspect } from '../api/wire.ts';
import { giveName } from './alter.ts';
import { type Endpoint, endpointArguments, optionalText, textArgument, textsArgument } from './arguments.ts';
import { asidesOf, giveRestartPolicy, isOfAny } from './asides.ts';
import { repairAttachments } from './attachments.ts';
import { identity } from './containers.ts';
import { isOurs, nameInUse } from './ownership.ts';
import { bringUp } from './start.ts';
import { takeAway } from './stop.ts';
import type { VerbContext } from './verb.ts';

export async function restore(verb: VerbContext): Promise<JsonObject> {
  const { args, context } = verb;
  const name = textArgument(args, 'name');
  const kept = await keptContainer(verb);
  if (kept === null) throw nothingLeft(name);
  const wentOn = kept.State.Running;
  context.progress(`bringing back ${name}`);
  for (const standing of textsArgument(args, 'standing')) await makeWay(verb, standing, kept);
  const { there, gone } = await existing(verb, endpointArguments(args));
  const attached = await repairAttachments(asBefore(verb), kept, there);
  await giveRestartPolicy(verb, attached, optionalText(args, 'restart'));
  await giveName(verb, attached, name);
  if (args['starts'] === true) await bringUp(asBefore(verb), await now(verb, attached), there);
  return { ...identity(kept), restored: name, went_on: wentOn, ...(gone.length === 0 ? {} : { left_out: gone }) };
}

/** Only what is ours, and was set aside or never touched. */
async function keptContainer(verb: VerbContext): Promise<ContainerInspect | null> {
  const { api, args, context, signal } = verb;
  const id = optionalText(args, 'id');
  const known = id === null ? null : await api.container(id, signal);
  if (known !== null) return isOurs(known.Config.Labels, context) ? known : null;
  const [first] = await asidesOf(verb, textArgument(args, 'declared'));
  return first === undefined ? null : api.container(first.Id, signal);
}

/** What failed goes, with the anonymous volumes that were made for it alone. */
async function makeWay(verb: VerbContext, name: string, kept: ContainerInspect): Promise<void> {
  const { api, args, signal } = verb;
  const found = await api.container(name, signal);
  if (found === null || found.Id === kept.Id) return;
  if (isOfAny(found, addressesOf(verb), verb)) await takeAway(verb, found, true);
  else if (name === textArgument(args, 'name')) throw nameInUse('container', name, found.Config.Labels);
}

function addressesOf(verb: VerbContext): readonly Address[] {
  return [verb.step.address, previousAddress(verb)];
}

/** Under the address that it had, whose key is one of its names in each network. */
function asBefore(verb: VerbContext): VerbContext {
  return { ...verb, step: { ...verb.step, address: previousAddress(verb) } };
}

function previousAddress({ args, step }: VerbContext): Address {
  const previous = optionalText(args, 'previous_address');
  return previous !== null && isAddress(previous) ? previous : step.address;
}

interface Networks {
  readonly there: readonly Endpoint[];
  /** Names of those that are gone: what worked has to do without. */
  readonly gone: readonly string[];
}

async function existing({ api, signal }: VerbContext, endpoints: readonly Endpoint[]): Promise<Networks> {
  const names = new Set((await api.networks(signal)).map(({ Name: name }) => name));
  return {
    there: endpoints.filter(({ network }) => names.has(network)),
    gone: endpoints.flatMap(({ network }) => (names.has(network) ? [] : [network])),
  };
}

async function now({ api, signal }: VerbContext, found: ContainerInspect): Promise<ContainerInspect> {
  return (await api.container(found.Id, signal)) ?? found;
}

function nothingLeft(name: string): TrueupError {
  return new TrueupError('object_missing', `cannot bring back ${name}: nothing is left of the container that worked`, {
    fields: { name },
    next: 'apply manifests that work: there is nothing to go back to',
  });
}
