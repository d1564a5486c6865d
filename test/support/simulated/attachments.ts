/** Attaching services to networks, by the networks' ids and always with the whole endpoint. */
import { TrueupError } from '../../../src/model/failure.ts';
import type { Endpoint } from './calls.ts';
import type { Attachment } from './objects.ts';
import { networkKey } from './projection.ts';
import type { VerbContext } from './verb-context.ts';

/** Leaves an attachment that is as wanted; any other to that network is made anew. */
export async function attach(verb: VerbContext, endpoint: Endpoint): Promise<void> {
  const { engine } = verb;
  const network = engine.objects.find({ type: 'network', name: endpoint.network });
  if (network === null) {
    throw new TrueupError('object_missing', `network ${endpoint.network} is gone`, {
      fields: { name: endpoint.network },
    });
  }
  const current = verb.look()?.attachments.get(network.id);
  if (current !== undefined && isSame(current, endpoint)) return;
  if (current !== undefined) await verb.send(engine.calls.disconnect(verb.object, network.id));
  await verb.send(engine.calls.connect(verb.object, endpoint));
}

/** By the key under which the environment knows the network. */
export async function detach(verb: VerbContext, key: string): Promise<void> {
  const { engine } = verb;
  for (const [id, attachment] of verb.look()?.attachments ?? []) {
    const network = engine.objects.byId(id);
    const known = network === null ? attachment.key : networkKey(network, attachment.key);
    if (known === key) await verb.send(engine.calls.disconnect(verb.object, id));
  }
}

/** Networks that were made anew have other ids: what hangs on the old ones cannot start. */
export async function detachStale(verb: VerbContext): Promise<void> {
  const { engine } = verb;
  for (const id of verb.look()?.attachments.keys() ?? []) {
    if (engine.objects.byId(id) === null) await verb.send(engine.calls.disconnect(verb.object, id));
  }
}

function isSame(attachment: Attachment, endpoint: Endpoint): boolean {
  const [left, right] = [attachment.aliases.toSorted(), endpoint.aliases.toSorted()];
  return (
    attachment.key === endpoint.key && left.length === right.length && left.every((alias, at) => alias === right[at])
  );
}
