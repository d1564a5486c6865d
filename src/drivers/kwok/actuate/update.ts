/** Writes down anew what only our mark can tell. */
import type { Address } from '../../../model/address.ts';
import type { JsonObject } from '../../../model/json.ts';
import { type Changing, type ClusterArguments, ownSight } from './changing.ts';
import { markOf } from './create.ts';
import { putKubeconfigs } from './kubeconfigs.ts';
import { writeMark } from './write-mark.ts';

export async function updateCluster(
  changing: Changing,
  address: Address,
  { name, config }: ClusterArguments,
): Promise<JsonObject> {
  const sight = await ownSight(changing, name);
  const mark = markOf(changing, address, config, sight.mark);
  await writeMark(changing.engine, name, mark);
  await putKubeconfigs(changing, sight, mark);
  return {};
}
