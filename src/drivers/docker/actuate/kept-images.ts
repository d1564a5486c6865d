/** The image of the last healthy version of a service, under a name of ours. That it is kept helps, and never hinders. */
import type { Address } from '../../../model/address.ts';
import { TrueupError } from '../../../model/failure.ts';
import type { ImageInspect } from '../api/wire.ts';
import { KEPT_PREFIX, lastHealthyImage } from '../last-healthy.ts';
import { statusOf } from './refusals.ts';
import type { VerbContext } from './verb.ts';

/** Whose image is kept: a service by the project and address that it carries. */
export interface KeptFor {
  readonly project: string;
  readonly address: Address;
}

/**
 * The image that the container with this name was made from; answers whether it is kept. One without a name of its own is
 * not: its owner goes by its id, and would lose it with our name.
 */
export async function keepImage(verb: VerbContext, container: string): Promise<boolean> {
  const { api, context, signal, step } = verb;
  const found = await api.container(container, signal);
  const image = found === null ? null : await api.image(found.Image, signal);
  if (found === null || image === null || !hasNameOfItsOwn(image)) return false;
  const { repository, tag } = lastHealthyImage(context.ownership.project, step.address);
  return isDone(verb, (calling) => api.tagImage(found.Image, repository, tag, calling));
}

/** Where nothing else names that image it goes; where a container still needs it, it stays. */
export async function forgetImage(verb: VerbContext, { project, address }: KeptFor): Promise<void> {
  const { api, signal } = verb;
  const { repository, tag } = lastHealthyImage(project, address);
  const reference = `${repository}:${tag}`;
  if ((await api.image(reference, signal)) === null) return;
  await isDone(verb, (calling) => api.untagImage(reference, calling));
}

/** Engines say `<none>` where they have no name. */
function hasNameOfItsOwn({ RepoTags: tags, RepoDigests: digests }: ImageInspect): boolean {
  const names = [...(tags ?? []), ...(digests ?? [])];
  return names.some((name) => !name.startsWith('<none>') && !name.startsWith(KEPT_PREFIX));
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
