/** Makes a cluster and starts it: our mark first, then all the rest. What is whole already is left as it is. */
import type { Address } from '../../../model/address.ts';
import type { JsonObject } from '../../../model/json.ts';
import { type Mark, markFor } from '../marks.ts';
import { lookForDamage } from '../observe/damage.ts';
import type { Changing, ClusterArguments } from './changing.ts';
import { makeAround } from './make-around.ts';
import { takeUp } from './take-up.ts';
import { writeMark } from './write-mark.ts';

export async function createCluster(
  changing: Changing,
  address: Address,
  { name, config }: ClusterArguments,
): Promise<JsonObject> {
  const { engine, context } = changing;
  const sight = await takeUp(changing, name);
  const { damage } = await lookForDamage(sight.folder, sight.settings, new Date());
  await writeMark(engine, name, markOf(changing, address, config, sight.mark));
  if (damage === null) return { folder: sight.folder };
  await makeAround(changing, { name, config });
  context.progress('made');
  return { folder: sight.folder };
}

/** It is the cluster that it was, and which kubeconfigs lead to it stays known until they are taken away. */
export function markOf({ context }: Changing, address: Address, config: JsonObject, before: Mark | null): Mark {
  const mark = markFor(address, config, context);
  return before === null ? mark : { ...mark, id: before.id, kubeconfigs: before.kubeconfigs };
}
