/** Containers that are made and never run: to mark a volume, and to reach into one by the engine's archive calls. */
import type { Address } from '../../../model/address.ts';
import { TrueupError } from '../../../model/failure.ts';
import type { CreateContainerBody, MountSpec } from '../api/wire.ts';
import { LABEL, ownershipLabels } from '../labels.ts';
import { disowned } from '../own-labels.ts';
import { MOVED_FROM_LABEL } from '../steps/volume-moves.ts';
import { isOurs, nameInUse } from './ownership.ts';
import { statusOf } from './refusals.ts';
import type { VerbContext } from './verb.ts';

/** What of a step such a container needs. */
export type HelperCalls = Pick<VerbContext, 'api' | 'context' | 'signal' | 'send'>;

/** Labels that say of a container that it is a helper, and of which volume. */
export type HelperLabel = typeof MOVED_FROM_LABEL | typeof LABEL.dataOf;

export interface Helper {
  readonly name: string;
  readonly address: Address;
  /** The volume whose data moves. */
  readonly from: string;
  readonly label?: HelperLabel;
  readonly mounts: readonly MountSpec[];
}

/** Some images cannot be used: the engine may lack their content for its own platform. */
const IMAGES_TO_TRY = 5;

/** Answers the id of the container, made from whatever image there is. */
export async function ensureHelper(verb: HelperCalls, helper: Helper): Promise<string> {
  const { name, address, from, mounts, label = MOVED_FROM_LABEL } = helper;
  const { api, context, signal } = verb;
  const standing = await api.container(name, signal);
  if (standing !== null) {
    const labels = standing.Config.Labels;
    if (!isOurs(labels, context) || labels?.[label] !== from) throw nameInUse('container', name, labels);
    return standing.Id;
  }
  const images = (await api.images(signal)).slice(0, IMAGES_TO_TRY);
  let failure: unknown = noImage(from);
  for (const { Id: image, Labels: ofImage } of images) {
    const body: CreateContainerBody = {
      Image: image,
      Cmd: ['true'],
      Labels: {
        ...disowned(ofImage),
        ...ownershipLabels(context.ownership, address),
        [LABEL.image]: image,
        [label]: from,
      },
      HostConfig: { NetworkMode: 'none', Mounts: mounts },
    };
    try {
      return await verb.send(
        (calling) => api.createContainer(name, null, body, calling),
        async () => (await api.container(name, signal))?.Id ?? null,
      );
    } catch (error) {
      signal.throwIfAborted();
      if (statusOf(error) === null) throw error;
      failure = error;
    }
  }
  throw failure;
}

/** With the anonymous volumes that its image made it have. */
export async function removeHelper(
  verb: HelperCalls,
  name: string,
  label: HelperLabel = MOVED_FROM_LABEL,
): Promise<void> {
  const { api, context, signal } = verb;
  const found = await api.container(name, signal);
  const labels = found?.Config.Labels;
  if (found === null || labels?.[label] === undefined || !isOurs(labels, context)) return;
  await verb.send((calling) => api.removeContainer(found.Id, { force: true, volumes: true }, calling));
}

function noImage(volume: string): TrueupError {
  return new TrueupError('object_missing', `cannot reach into the volume ${volume}: the engine has no image at all`, {
    fields: { name: volume },
    next: 'pull any image: its data is reached through a container that is made from it, and never run',
  });
}
