/** The contexts of a cluster in kubeconfig files: put where they are declared, and taken out of where they are declared no more. */
import type { JsonObject } from '../../../model/json.ts';
import { putContext, removeContext } from '../../kubernetes/kubeconfig/put.ts';
import { wantedKubeconfigs } from '../../kubernetes/kubeconfig/wanted.ts';
import { contextId, contextName } from '../observe/credentials.ts';
import { credentialsOf } from '../observe/connected.ts';
import type { NodeSight } from '../observe/nodes.ts';
import type { Changing } from './changing.ts';

/** Idempotent. */
export async function putContexts(
  { docker, context }: Changing,
  cluster: string,
  nodes: readonly NodeSight[],
  config: JsonObject,
): Promise<void> {
  const { signal } = context;
  const wanted = wantedKubeconfigs(config);
  const credentials = wanted.length === 0 ? null : await credentialsOf(docker, nodes, signal);
  if (credentials === null) return;
  const entry = { context: contextName(cluster, config), id: contextId(docker.engine, cluster), ...credentials };
  for (const { path, switching } of wanted) await putContext(path, entry, { switchContext: switching, signal });
}

/** From where `before` has them and `after` has not. Idempotent. */
export async function dropContexts(
  { docker, context }: Changing,
  cluster: string,
  before: JsonObject,
  after: JsonObject,
): Promise<void> {
  const kept = new Set(wantedKubeconfigs(after).map(({ path }) => path));
  for (const { path } of wantedKubeconfigs(before))
    if (!kept.has(path)) await removeContext(path, contextId(docker.engine, cluster), context.signal);
}
