/** Which kubeconfigs are to lead to a cluster, and whether they do, and no others. */
import type { JsonObject } from '../../../model/json.ts';
import { leadsTo } from '../../kubernetes/kubeconfig/put.ts';
import { wantedKubeconfigs, type WantedKubeconfig } from '../../kubernetes/kubeconfig/wanted.ts';
import { contextId, type Engine } from '../engine.ts';
import type { NotedKubeconfig } from '../marks.ts';
import { contextName, type Credentials } from './credentials.ts';
import type { ClusterFiles } from './look.ts';

/** What was merged once stays where it is, whatever another shell calls the kubeconfig of the user. */
export function wantedOf(config: JsonObject, noted: readonly NotedKubeconfig[]): readonly WantedKubeconfig[] {
  return wantedKubeconfigs(config, noted.find(({ merged }) => merged)?.path);
}

export async function kubeconfigsLead(
  engine: Engine,
  name: string,
  { kept, kubeconfigs }: ClusterFiles,
  credentials: Credentials | null,
): Promise<boolean> {
  const config = kept ?? {};
  const wanted = wantedOf(config, kubeconfigs);
  if (kubeconfigs.some(({ path }) => wanted.every((known) => known.path !== path))) return false;
  if (wanted.length === 0) return true;
  if (credentials === null) return false;
  const entry = { context: contextName(name, config), id: contextId(engine, name), ...credentials };
  const led = await Promise.all(wanted.map(({ path, switching }) => leadsTo(path, entry, switching)));
  return led.every(Boolean);
}
