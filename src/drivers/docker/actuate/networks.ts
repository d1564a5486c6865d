/** Networks. Their names are not unique on every engine, so each is known by id and labels. */
import { createHash } from 'node:crypto';
import type { JsonObject } from '../../../model/json.ts';
import { canonicalJson } from '../../../model/json.ts';
import type { NetworkInspect } from '../api/wire.ts';
import { createNetworkBody } from '../fields/network.ts';
import { composeLabels, LABEL, ownershipLabels } from '../labels.ts';
import { objectArgument, optionalText, textArgument } from './arguments.ts';
import { explainedCreation, explainedRemoval } from './network-failures.ts';
import { isOfRequest, isOurs, nameInUse } from './ownership.ts';
import { isNameTaken } from './refusals.ts';
import type { VerbContext } from './verb.ts';

export async function createNetwork(verb: VerbContext): Promise<JsonObject> {
  const { api, args, context, step } = verb;
  const name = textArgument(args, 'name');
  const config = objectArgument(args, 'config');
  const digest = createHash('sha256')
    .update(canonicalJson({ address: step.address, config }))
    .digest('hex');
  const standing = await namesakes(verb, name);
  const made = standing.find((network) => isDone(verb, network, digest));
  const other = standing.find((network) => network !== made);
  if (other !== undefined) throw nameInUse('network', name, other.Labels);
  if (made !== undefined) return { id: made.Id };
  context.progress(`creating ${name}`);
  const labels = {
    ...ownershipLabels(context.ownership, step.address),
    ...composeLabels(step.address, config, context.ownership),
    [LABEL.request]: digest,
  };
  const id = await send(verb, digest, (calling) =>
    api.createNetwork(createNetworkBody(config, { name, labels }), calling),
  );
  await assertAlone(verb, name, id);
  return { id };
}

async function send(
  verb: VerbContext,
  digest: string,
  call: (signal: AbortSignal) => Promise<string>,
): Promise<string> {
  const { args, signal } = verb;
  const name = textArgument(args, 'name');
  const find = async (): Promise<string | null> =>
    (await namesakes(verb, name)).find((network) => isDone(verb, network, digest))?.Id ?? null;
  try {
    return await verb.send(call, find);
  } catch (error) {
    signal.throwIfAborted();
    const [holder] = isNameTaken(error) ? await namesakes(verb, name) : [];
    if (holder === undefined) throw await explainedCreation(error, verb);
    if (isDone(verb, holder, digest)) return holder.Id;
    throw nameInUse('network', name, holder.Labels);
  }
}

/** Engines before 25.0 can make two of one name at once: ours goes then, whoever was first. */
async function assertAlone(verb: VerbContext, name: string, id: string): Promise<void> {
  const other = (await namesakes(verb, name)).find((network) => network.Id !== id);
  if (other === undefined) return;
  await verb.send((calling) => verb.api.removeNetwork(id, calling));
  throw nameInUse('network', name, other.Labels);
}

export async function removeNetwork(verb: VerbContext): Promise<JsonObject> {
  const { api, args, context, signal } = verb;
  const id = optionalText(args, 'id');
  const name = textArgument(args, 'name');
  const known = id === null ? null : await api.network(id, signal);
  const candidates = id === null ? await namesakes(verb, name) : known === null ? [] : [known];
  const found = candidates.find(({ Labels: labels }) => isOurs(labels, context));
  if (found === undefined) return {};
  context.progress(`removing ${name}`);
  await removeFree(verb, found.Id, false);
  return { id: found.Id };
}

async function removeFree(verb: VerbContext, id: string, isLast: boolean): Promise<void> {
  const { api, signal } = verb;
  try {
    await verb.send(
      (calling) => api.removeNetwork(id, calling),
      async () => ((await api.network(id, signal)) === null ? undefined : null),
    );
  } catch (error) {
    signal.throwIfAborted();
    const now = await api.network(id, signal);
    if (now === null) return;
    if (isLast || !(await cleared(verb, now))) throw explainedRemoval(error, now);
    await removeFree(verb, id, true);
  }
}

/** Whether nothing but endpoints of containers that are gone stood in the way, which a crash of the engine can leave. */
async function cleared(verb: VerbContext, network: NetworkInspect): Promise<boolean> {
  const { api, signal } = verb;
  const attached = Object.entries(network.Containers ?? {});
  if (attached.length === 0) return false;
  for (const [id, { Name: name }] of attached) {
    if ((await api.container(id, signal)) !== null) return false;
    await verb.send((calling) => api.disconnectNetwork(network.Id, name, { force: true }, calling));
  }
  return true;
}

async function namesakes({ api, signal }: VerbContext, name: string): Promise<readonly NetworkInspect[]> {
  return (await api.networks(signal)).filter((network) => network.Name === name);
}

function isDone({ context }: VerbContext, { Labels: labels }: NetworkInspect, digest: string): boolean {
  return isOurs(labels, context) && isOfRequest(labels, digest);
}
