/**
 * Gives a successor that has passed its gate the names and the place of what it replaces. It has the names of the service
 * before the old one loses them, so that they mean something at every moment. Repeating goes on where the last one ended.
 */
import { TrueupError } from '../../../model/failure.ts';
import type { JsonObject } from '../../../model/json.ts';
import type { ContainerInspect } from '../api/wire.ts';
import { endpointArguments, optionalText, textArgument } from './arguments.ts';
import { giveName } from './alter.ts';
import { mark } from './asides.ts';
import { attachAll, detachAll } from './attachments.ts';
import { identity, isUp, nameOf } from './containers.ts';
import { isOwn, objectMissing } from './ownership.ts';
import { bringDown } from './stop.ts';
import type { VerbContext } from './verb.ts';

export async function takeOver(verb: VerbContext): Promise<JsonObject> {
  const { args, context } = verb;
  const to = textArgument(args, 'to');
  const old = await ownOf(verb, optionalText(args, 'old'));
  const next = await successorOf(verb, [textArgument(args, 'name'), to], old);
  if (!isUp(next)) throw ended(next);
  context.progress(`${to} takes over`);
  await attachAll(verb, next, endpointArguments(args));
  if (old !== null) await mark(verb, old, to);
  await giveName(verb, next, to);
  if (old !== null) {
    await bringDown(verb, old);
    await detachAll(verb, old);
  }
  return identity(next);
}

async function successorOf(
  verb: VerbContext,
  names: readonly string[],
  old: ContainerInspect | null,
): Promise<ContainerInspect> {
  for (const name of names) {
    const found = await ownOf(verb, name);
    if (found !== null && found.Id !== old?.Id) return found;
  }
  throw objectMissing('container', names[0] ?? '');
}

/** By id or name; `null` for what is gone, or somebody else's. */
async function ownOf(
  { api, signal, step, context }: VerbContext,
  idOrName: string | null,
): Promise<ContainerInspect | null> {
  const found = idOrName === null ? null : await api.container(idOrName, signal);
  return found !== null && isOwn(found.Config.Labels, step.address, context) ? found : null;
}

function ended(found: ContainerInspect): TrueupError {
  const name = nameOf(found);
  return new TrueupError('step_failed', `${name} has ended (status ${found.State.ExitCode}) since it passed its gate`, {
    fields: { name, exit_code: found.State.ExitCode },
    next: 'see why it ended (`trueup logs`), and apply again',
  });
}
