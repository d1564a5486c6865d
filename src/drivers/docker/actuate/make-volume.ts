/** Making and dropping volumes. Their names are what they are: an engine answers a create for one that exists with that one. */
import { createHash } from 'node:crypto';
import type { Address } from '../../../model/address.ts';
import { TrueupError } from '../../../model/failure.ts';
import { canonicalJson, type JsonObject } from '../../../model/json.ts';
import type { StepContext } from '../../step-context.ts';
import type { CreateVolumeBody, VolumeInspect } from '../api/wire.ts';
import { createVolumeBody } from '../fields/volume.ts';
import { composeLabels, LABEL, ownershipLabels } from '../labels.ts';
import { nameOf } from './containers.ts';
import { isOfRequest, isOurs, nameInUse } from './ownership.ts';
import { statusOf, wordsOf } from './refusals.ts';
import type { VerbContext } from './verb.ts';

export interface WantedVolume {
  readonly name: string;
  readonly address: Address;
  readonly config: JsonObject;
}

/** What makes it, and says whose it is. */
export function volumeRequest({ name, address, config }: WantedVolume, { ownership }: StepContext): CreateVolumeBody {
  const labels = {
    ...ownershipLabels(ownership, address),
    ...composeLabels(address, config, ownership),
    [LABEL.request]: createHash('sha256').update(canonicalJson({ address, config })).digest('hex'),
  };
  return createVolumeBody(config, { name, labels });
}

/** Makes it unless it was made by the same request. Throws `name_in_use` for any other of its name. */
export async function makeVolume(verb: VerbContext, { name, address, config }: WantedVolume): Promise<void> {
  const { api, context, signal } = verb;
  const body = volumeRequest({ name, address, config }, context);
  const digest = body.Labels[LABEL.request] ?? '';
  const isDone = ({ Labels: labels }: VolumeInspect): boolean => isOurs(labels, context) && isOfRequest(labels, digest);
  const standing = await api.volume(name, signal);
  if (standing !== null && isDone(standing)) return;
  if (standing !== null) throw nameInUse('volume', name, standing.Labels);
  const made = await verb.send(
    (calling) => api.createVolume(body, calling),
    async () => api.volume(name, signal),
  );
  // Somebody else may have been faster.
  if (!isDone(made)) throw nameInUse('volume', name, made.Labels);
}

/** Rejects with who still holds it. */
export async function dropVolume(verb: VerbContext, name: string): Promise<void> {
  const { api, signal } = verb;
  try {
    await verb.send(
      (calling) => api.removeVolume(name, calling),
      async () => ((await api.volume(name, signal)) === null ? undefined : null),
    );
  } catch (error) {
    signal.throwIfAborted();
    throw statusOf(error) === 409 ? await explained(error, name, verb) : error;
  }
}

/** The engine names the holders by their ids. */
async function explained(refusal: unknown, name: string, { api, signal }: VerbContext): Promise<unknown> {
  if (!(refusal instanceof TrueupError)) return refusal;
  const ids = wordsOf(refusal).match(/\b[0-9a-f]{64}\b/g) ?? [];
  const found = await Promise.all(ids.map(async (id) => api.container(id, signal)));
  const users = found.flatMap((container) => (container === null ? [] : [nameOf(container)]));
  return volumeInUse(name, users, refusal);
}

export function volumeInUse(name: string, users: readonly string[], refusal?: TrueupError): TrueupError {
  const who = users.length === 0 ? 'a container' : users.join(', ');
  return new TrueupError(refusal?.code ?? 'object_in_use', `cannot remove the volume ${name}: ${who} still holds it`, {
    cause: refusal,
    fields: { ...refusal?.fields, name, users },
    next: 'a container holds its volumes for as long as it exists: remove it, and apply again',
  });
}
