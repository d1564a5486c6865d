/**
 * Attaching containers to networks, by the networks' ids and always with the whole endpoint: a network that was made anew
 * under the same name is another one, and what hangs on the old one cannot start.
 */
import { keyOf } from '../../../model/address.ts';
import { TrueupError } from '../../../model/failure.ts';
import type { JsonObject } from '../../../model/json.ts';
import type { ContainerInspect, EndpointSettings, NetworkInspect } from '../api/wire.ts';
import { HOST, NONE } from '../fields/predefined.ts';
import { endpointSettings } from '../fields/service.ts';
import { type Endpoint, endpointArgument, textArgument } from './arguments.ts';
import { identity, isUp, meantContainer, nameOf, presentContainer } from './containers.ts';
import { assertNetworkOurs } from './other-users.ts';
import { objectMissing } from './ownership.ts';
import { statusOf } from './refusals.ts';
import type { VerbContext } from './verb.ts';

export async function connect(verb: VerbContext): Promise<JsonObject> {
  const found = await presentContainer(verb);
  if (found === null) return { skipped: true };
  await attachAll(verb, found, [endpointArgument(verb.args)]);
  return identity(found);
}

export async function disconnect(verb: VerbContext): Promise<JsonObject> {
  const found = await meantContainer(verb);
  const network = textArgument(verb.args, 'network');
  if (found === null || attachmentsOf(found)[network] === undefined) return {};
  if (verb.args['is_remade'] === true) await assertNetworkOurs(verb, network);
  await detach(verb, found, network);
  return identity(found);
}

/** Leaves what is as wanted; any other attachment to the same network is made anew. Verified by a look afterwards. */
export async function attachAll(
  verb: VerbContext,
  found: ContainerInspect,
  endpoints: readonly Endpoint[],
): Promise<ContainerInspect> {
  let changed = false;
  await leaveNone(verb, found, endpoints);
  for (const { network: name, attachment } of endpoints) {
    const wanted = endpointSettings(keyOf(verb.step.address), attachment, name);
    const current = attachmentsOf(found)[name];
    const network = await networkNamed(verb, name);
    if (current !== undefined && isSame(current, wanted, network, found)) continue;
    if (current !== undefined) await detach(verb, found, name);
    await attach(verb, found, network, wanted);
    changed = true;
  }
  return changed ? verified(verb, found, endpoints) : found;
}

/** Being in no network is being in the engine's network of this name, which suffers no other beside it. */
async function leaveNone(verb: VerbContext, found: ContainerInspect, endpoints: readonly Endpoint[]): Promise<void> {
  const isWanted = endpoints.length === 0 || endpoints.some(({ network }) => network === NONE);
  if (!isWanted && attachmentsOf(found)[NONE] !== undefined) await detach(verb, found, NONE);
}

/**
 * Makes a container startable: whatever hangs on a network that is gone is taken off, what is declared and missing is
 * attached. What is attached beyond that stays.
 */
export async function repairAttachments(
  verb: VerbContext,
  found: ContainerInspect,
  endpoints: readonly Endpoint[],
): Promise<ContainerInspect> {
  const attached = Object.entries(attachmentsOf(found));
  const declared = endpoints.filter(({ network }) => attachmentsOf(found)[network] === undefined);
  // A container that never ran knows its networks by name alone, and the engine looks them up when it starts.
  const known = attached.filter(([, { NetworkID: id = '' }]) => id !== '');
  if (known.length === 0 && declared.length === 0) return found;
  const ids = new Set((await verb.api.networks(verb.signal)).map(({ Id: id }) => id));
  const stale = known.filter(([, { NetworkID: id = '' }]) => !ids.has(id)).map(([name]) => name);
  for (const name of stale) await detach(verb, found, name);
  const missing = endpoints.filter(
    ({ network }) => stale.includes(network) || declared.some((it) => it.network === network),
  );
  if (missing.length === 0) return found;
  const now = stale.length === 0 ? found : ((await verb.api.container(found.Id, verb.signal)) ?? found);
  return attachAll(verb, now, missing);
}

async function attach(
  verb: VerbContext,
  found: ContainerInspect,
  network: NetworkInspect,
  endpoint: EndpointSettings,
): Promise<void> {
  const { api, signal } = verb;
  try {
    await verb.send(
      (calling) => api.connectNetwork(network.Id, found.Id, endpoint, calling),
      async () => ((await isAttached(verb, found.Id, network)) ? undefined : null),
    );
  } catch (error) {
    signal.throwIfAborted();
    if (await isAttached(verb, found.Id, network)) return;
    throw error;
  }
}

async function isAttached({ api, signal }: VerbContext, id: string, { Name: name }: NetworkInspect): Promise<boolean> {
  const now = await api.container(id, signal);
  return now !== null && attachmentsOf(now)[name] !== undefined;
}

/** By force and by name: it also works for a network that is gone. */
async function detach(verb: VerbContext, found: ContainerInspect, network: string): Promise<void> {
  const { api, signal } = verb;
  try {
    await verb.send(
      (calling) => api.disconnectNetwork(network, found.Id, { force: true }, calling),
      async () => ((await isDetached(verb, found.Id, network)) ? undefined : null),
    );
  } catch (error) {
    signal.throwIfAborted();
    if (statusOf(error) === null || !(await isDetached(verb, found.Id, network))) throw error;
  }
}

/** From all that it can be taken off: it leaves neither the machine's network nor the want of one. */
export async function detachAll(verb: VerbContext, found: ContainerInspect): Promise<void> {
  for (const network of Object.keys(attachmentsOf(found))) {
    if (network !== HOST && network !== NONE) await detach(verb, found, network);
  }
}

async function isDetached({ api, signal }: VerbContext, id: string, network: string): Promise<boolean> {
  const now = await api.container(id, signal);
  return now === null || attachmentsOf(now)[network] === undefined;
}

async function verified(
  { api, signal }: VerbContext,
  found: ContainerInspect,
  endpoints: readonly Endpoint[],
): Promise<ContainerInspect> {
  const now = await api.container(found.Id, signal);
  if (now === null) throw objectMissing('container', nameOf(found));
  assertAttached(now, endpoints);
  return now;
}

/** Throws unless the container is on every one of these networks. */
export function assertAttached(found: ContainerInspect, endpoints: readonly Endpoint[]): void {
  const missing = endpoints.map(({ network }) => network).filter((name) => attachmentsOf(found)[name] === undefined);
  if (missing.length === 0) return;
  const networks = missing.join(', ');
  throw new TrueupError('step_failed', `the engine did not attach ${nameOf(found)} to ${networks}`, {
    fields: { name: nameOf(found), networks: missing },
    next: 'apply again',
  });
}

async function networkNamed({ api, signal }: VerbContext, name: string): Promise<NetworkInspect> {
  const found = await api.network(name, signal);
  if (found === null) throw objectMissing('network', name, 'apply the network too');
  return found;
}

function isSame(
  current: EndpointSettings,
  wanted: EndpointSettings,
  network: NetworkInspect,
  found: ContainerInspect,
): boolean {
  const { NetworkID: id = '' } = current;
  if (id !== '' && id !== network.Id) return false;
  // What was made while it did not run is attached when it starts; a running one without an endpoint hangs on nothing.
  if (isUp(found) && id === '') return false;
  const [has, wants] = [current.IPAMConfig ?? {}, wanted.IPAMConfig ?? {}];
  if ((has.IPv4Address ?? '') !== (wants.IPv4Address ?? '')) return false;
  if ((has.IPv6Address ?? '') !== (wants.IPv6Address ?? '')) return false;
  const wantedAliases = new Set(wanted.Aliases ?? []);
  // Engines before 25.0 add the id of the container and its host name.
  const injected = [found.Id.slice(0, 12), found.Config.Hostname ?? ''];
  const isGiven = (alias: string): boolean => wantedAliases.has(alias) || !injected.includes(alias);
  const aliases = new Set((current.Aliases ?? []).filter(isGiven));
  return aliases.size === wantedAliases.size && [...wantedAliases].every((alias) => aliases.has(alias));
}

function attachmentsOf({ NetworkSettings: settings }: ContainerInspect): Readonly<Record<string, EndpointSettings>> {
  return settings.Networks ?? {};
}
