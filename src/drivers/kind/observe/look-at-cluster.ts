/** One cluster with all that is looked at of it. */
import { kubeconfigText } from '../../kubernetes/kubeconfig/text.ts';
import type { Docker } from '../commands/docker.ts';
import type { ClusterSight } from './sight.ts';
import { ADMIN_FILE } from './control-plane.ts';
import { credentialsFrom } from './credentials.ts';
import { lookForHarm } from './look-for-harm.ts';
import { lookAtLive } from './live.ts';
import { kubeconfigsLeadTo } from './leading.ts';
import { lookAtFiles } from './look.ts';
import type { NodeSight } from './nodes.ts';
import { runStateOf } from './run-state.ts';

export async function lookAtCluster(
  docker: Docker,
  name: string,
  nodes: readonly NodeSight[],
  signal: AbortSignal,
): Promise<ClusterSight> {
  const files = await lookAtFiles(docker, nodes, signal);
  const credentials = credentialsFrom(files.control.get(ADMIN_FILE), nodes);
  const isUp = runStateOf(nodes) === 'running';
  const [harm, answered, kubeconfig] = await Promise.all([
    lookForHarm(docker, nodes, files.control, signal),
    isUp && credentials !== null
      ? lookAtLive(kubeconfigText({ context: name, ...credentials }), nodes, files.kept, signal)
      : { live: null, isDown: false },
    kubeconfigsLeadTo(docker.engine, name, files, credentials),
  ]);
  return { name, nodes, files, harm, ...answered, kubeconfig };
}
