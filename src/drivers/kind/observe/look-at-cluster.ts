/** One cluster with all that is looked at of it. */
import { leadsTo } from '../../kubernetes/kubeconfig/put.ts';
import { kubeconfigText } from '../../kubernetes/kubeconfig/text.ts';
import { wantedKubeconfigs } from '../../kubernetes/kubeconfig/wanted.ts';
import type { Docker } from '../commands/docker.ts';
import type { Engine } from '../engine.ts';
import { type ClusterSight, runStateOf } from './cluster-object.ts';
import { ADMIN_FILE } from './control-plane.ts';
import { contextId, contextName, type Credentials, credentialsFrom } from './credentials.ts';
import { lookAtLive } from './live.ts';
import { type ClusterFiles, lookAtFiles } from './look.ts';
import type { NodeSight } from './nodes.ts';

export async function lookAtCluster(
  docker: Docker,
  name: string,
  nodes: readonly NodeSight[],
  signal: AbortSignal,
): Promise<ClusterSight> {
  const files = await lookAtFiles(docker, nodes, signal);
  const credentials = credentialsFrom(files.control.get(ADMIN_FILE), nodes);
  const isUp = runStateOf(nodes) === 'running' && files.kept !== null;
  const [live, kubeconfig] = await Promise.all([
    isUp && credentials !== null ? lookAtLive(kubeconfigText({ context: name, ...credentials }), nodes, signal) : null,
    contextsLead(docker.engine, name, files, credentials),
  ]);
  return { name, nodes, files, live, kubeconfig, now: new Date() };
}

/** Whether each file that was declared last leads to the cluster as it is now. */
async function contextsLead(
  engine: Engine,
  name: string,
  { kept }: ClusterFiles,
  credentials: Credentials | null,
): Promise<boolean> {
  const wanted = wantedKubeconfigs(kept ?? {});
  if (wanted.length === 0) return true;
  if (credentials === null) return false;
  const entry = { context: contextName(name, kept ?? {}), id: contextId(engine, name), ...credentials };
  const led = await Promise.all(wanted.map(({ path, switching }) => leadsTo(path, entry, switching)));
  return led.every(Boolean);
}
