/** What changes a container while it stays the same. */
import type { FieldPath } from '../../../model/field-path.ts';
import { TrueupError } from '../../../model/failure.ts';
import type { JsonObject } from '../../../model/json.ts';
import type { ContainerInspect, HostConfig, UpdateContainerBody } from '../api/wire.ts';
import { updateBody } from '../fields/service.ts';
import { objectArgument, textArgument, textMapArgument, textsArgument } from './arguments.ts';
import { identity, meantContainer, nameOf, presentContainer } from './containers.ts';
import { isOwn, nameInUse, objectMissing } from './ownership.ts';
import { isNameTaken } from './refusals.ts';
import type { VerbContext } from './verb.ts';

/** Limits and restart policy. */
export async function update(verb: VerbContext): Promise<JsonObject> {
  const { args } = verb;
  const paths: readonly FieldPath[] = textsArgument(args, 'paths');
  const body = updateBody(paths, objectArgument(args, 'config'));
  const found = await presentContainer(verb);
  if (found === null) return { skipped: true };
  await bringTo(verb, found, body);
  return identity(found);
}

/** Sets what is not so yet, and believes it when an inspect shows it. */
export async function bringTo(verb: VerbContext, found: ContainerInspect, body: UpdateContainerBody): Promise<void> {
  const { api, signal } = verb;
  if (unset(found.HostConfig, body).length === 0) return;
  const look = async (): Promise<readonly string[]> => {
    const now = await api.container(found.Id, signal);
    if (now === null) throw objectMissing('container', nameOf(found));
    return unset(now.HostConfig, body);
  };
  await verb.send(
    (calling) => api.updateContainer(found.Id, body, calling),
    async () => ((await look()).length === 0 ? undefined : null),
  );
  const left = await look();
  if (left.length === 0) return;
  throw new TrueupError('step_failed', `the engine left ${left.join(', ')} of ${nameOf(found)} as it was`, {
    fields: { name: nameOf(found), left },
    next: 'see whether this machine supports the limit; `docker info` warns of those that it does not',
  });
}

/** Swap goes along with memory, where the machine accounts for it. */
const NUMBERS = ['NanoCpus', 'CpuShares', 'Memory', 'MemoryReservation'] as const;

/** What an inspect does not show as it was asked for. */
function unset(host: HostConfig, body: UpdateContainerBody): readonly string[] {
  const numbers = NUMBERS.filter((name) => body[name] !== undefined && (host[name] ?? 0) !== body[name]);
  const [wanted, has] = [body.RestartPolicy, host.RestartPolicy];
  if (wanted === undefined) return numbers;
  const isSame =
    (has?.Name || 'no') === (wanted.Name || 'no') && (has?.MaximumRetryCount ?? 0) === (wanted.MaximumRetryCount ?? 0);
  return isSame ? numbers : [...numbers, 'RestartPolicy'];
}

/** A successor takes the name of its predecessor, a container the one that it is declared with. */
export async function rename(verb: VerbContext): Promise<JsonObject> {
  const { api, args, context, signal, step } = verb;
  const to = textArgument(args, 'to');
  const found = await meantContainer(verb);
  if (found !== null && nameOf(found) === to) return identity(found);
  const holder = await api.container(to, signal);
  if (holder !== null && (found !== null || !isOwn(holder.Config.Labels, step.address, context))) {
    throw nameInUse('container', to, holder.Config.Labels);
  }
  if (holder !== null) return identity(holder);
  if (found === null) throw objectMissing('container', textArgument(args, 'name'));
  await giveName(verb, found, to);
  return identity(found);
}

/** Throws `name_in_use` where another container has it. */
export async function giveName(verb: VerbContext, found: ContainerInspect, to: string): Promise<void> {
  const { api, signal } = verb;
  if (nameOf(found) === to) return;
  try {
    await verb.send(
      (calling) => api.renameContainer(found.Id, to, calling),
      async () => ((await api.container(to, signal))?.Id === found.Id ? undefined : null),
    );
  } catch (error) {
    signal.throwIfAborted();
    const now = isNameTaken(error) ? await api.container(to, signal) : null;
    if (now === null) throw error;
    if (now.Id !== found.Id) throw nameInUse('container', to, now.Config.Labels);
  }
}

/** Sends a signal; what does not run has nothing to be told. */
export async function signal(verb: VerbContext): Promise<JsonObject> {
  const { api, args } = verb;
  const found = await presentContainer(verb);
  if (found === null || !found.State.Running) return { signalled: false };
  try {
    await verb.send((calling) => api.killContainer(found.Id, textArgument(args, 'signal'), calling));
  } catch (error) {
    verb.signal.throwIfAborted();
    const now = await api.container(found.Id, verb.signal);
    if (now?.State.Running === true) throw error;
    return { signalled: false };
  }
  return { signalled: true };
}

/** Remembers which content the container was told of. */
export async function note(verb: VerbContext): Promise<JsonObject> {
  const { api, args, notes } = verb;
  const found = await presentContainer(verb);
  if (found === null) return { skipped: true };
  await notes.add(found.Id, textMapArgument(args, 'content'));
  const known = new Set((await api.containers(verb.signal)).map(({ Id: id }) => id));
  await notes.keepOnly(known);
  return identity(found);
}
