/**
 * Brings containers up. Attachments are put right before, and started is believed only when an inspect shows the declared
 * networks: an engine starts a container that hangs on nothing, too.
 */
import { TrueupError } from '../../../model/failure.ts';
import type { JsonObject } from '../../../model/json.ts';
import type { ContainerInspect } from '../api/wire.ts';
import { type Endpoint, endpointArguments } from './arguments.ts';
import { assertAttached, repairAttachments } from './attachments.ts';
import { identity, isUp, nameOf, presentContainer } from './containers.ts';
import { objectMissing } from './ownership.ts';
import { explainedStart } from './start-failures.ts';
import type { VerbContext } from './verb.ts';

export async function start(verb: VerbContext): Promise<JsonObject> {
  const found = await presentContainer(verb);
  return found === null ? { skipped: true } : bringUp(verb, found, endpointArguments(verb.args));
}

/** What ended while it was paused is started instead. */
export async function resume(verb: VerbContext): Promise<JsonObject> {
  const found = await presentContainer(verb);
  if (found === null) return { skipped: true };
  if (!found.State.Paused) return bringUp(verb, found, endpointArguments(verb.args));
  await unpause(verb, found);
  return identity(found);
}

export async function unpause(verb: VerbContext, found: ContainerInspect): Promise<void> {
  const { api, signal } = verb;
  try {
    await verb.send((calling) => api.unpauseContainer(found.Id, calling));
  } catch (error) {
    signal.throwIfAborted();
    const now = await api.container(found.Id, signal);
    if (now === null || now.State.Paused) throw error;
  }
}

/** Resolves once an inspect shows that it was started, on all these networks. */
export async function bringUp(
  verb: VerbContext,
  found: ContainerInspect,
  endpoints: readonly Endpoint[],
): Promise<JsonObject> {
  const { api, signal } = verb;
  if (found.State.Paused) await unpause(verb, found);
  const ready = await repairAttachments(verb, found, endpoints);
  if (!isUp(ready)) await send(verb, ready);
  const now = await api.container(found.Id, signal);
  if (now === null) throw objectMissing('container', nameOf(found));
  assertAttached(now, endpoints);
  // That it has ended already is no trouble of the start: its gate will see it.
  if (now.State.Status === 'created') throw notStarted(now);
  return identity(now);
}

async function send(verb: VerbContext, found: ContainerInspect): Promise<void> {
  const { api, context, signal } = verb;
  context.progress(`starting ${nameOf(found)}`);
  try {
    await verb.send(
      (calling) => api.startContainer(found.Id, calling),
      async () => {
        const now = await api.container(found.Id, signal);
        return now !== null && hasStarted(now, found) ? undefined : null;
      },
    );
  } catch (error) {
    signal.throwIfAborted();
    throw await explainedStart(error, found, verb);
  }
}

function hasStarted(now: ContainerInspect, before: ContainerInspect): boolean {
  return isUp(now) || (now.State.StartedAt !== before.State.StartedAt && now.State.Status !== 'created');
}

function notStarted({ Name: name, State: state }: ContainerInspect): TrueupError {
  const container = nameOf({ Name: name });
  return new TrueupError(
    'step_failed',
    `the engine did not start ${container}: ${state.Error || 'it does not say why'}`,
    {
      fields: { name: container },
      next: 'apply again',
    },
  );
}
