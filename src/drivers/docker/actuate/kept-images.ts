/** The image of the last healthy version of a service, under a name of ours. That it is kept helps, and never hinders. */
import { TrueupError } from '../../../model/failure.ts';
import { lastHealthyImage } from '../last-healthy.ts';
import { statusOf } from './refusals.ts';
import type { VerbContext } from './verb.ts';

/** The image that the container with this name was made from; answers whether it is kept. */
export async function keepImage(verb: VerbContext, container: string): Promise<boolean> {
  const { api, context, signal, step } = verb;
  const found = await api.container(container, signal);
  const { repository, tag } = lastHealthyImage(context.ownership.project, step.address);
  if (found === null) return false;
  return isDone(verb, (calling) => api.tagImage(found.Image, repository, tag, calling));
}

/** Where nothing else names that image it goes; where a container still needs it, it stays. */
export async function forgetImage(verb: VerbContext): Promise<void> {
  const { api, context, signal, step } = verb;
  const { repository, tag } = lastHealthyImage(context.ownership.project, step.address);
  const reference = `${repository}:${tag}`;
  if ((await api.image(reference, signal)) === null) return;
  await isDone(verb, (calling) => api.untagImage(reference, calling));
}

async function isDone(verb: VerbContext, call: (signal: AbortSignal) => Promise<void>): Promise<boolean> {
  try {
    await verb.send(call);
    return true;
  } catch (error) {
    verb.signal.throwIfAborted();
    if (!(error instanceof TrueupError) || statusOf(error) === null) throw error;
    return false;
  }
}
