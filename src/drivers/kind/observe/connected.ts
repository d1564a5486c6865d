/** What it takes to reach a cluster from this machine, as its nodes say it now. */
import { TrueupError } from '../../../model/failure.ts';
import { kubeconfigText } from '../../kubernetes/kubeconfig/text.ts';
import type { Docker } from '../commands/docker.ts';
import { ADMIN_FILE, CONTROL_PLANE_FOLDER } from './control-plane.ts';
import { type Credentials, credentialsFrom } from './credentials.ts';
import { firstControlPlane, lookAtNodesOf } from './look.ts';
import { readNodeFiles } from './node-files.ts';
import type { NodeSight } from './nodes.ts';

/** The text of a kubeconfig. Rejects with `not_running` where there is no such cluster, or none that anybody could reach. */
export async function kubeconfigOf(
  docker: Docker,
  cluster: string,
  signal: AbortSignal,
  context: string = cluster,
): Promise<string> {
  const nodes = await lookAtNodesOf(docker, cluster, signal);
  const credentials = await credentialsOf(docker, nodes, signal);
  if (credentials !== null) return kubeconfigText({ context, ...credentials });
  throw new TrueupError('not_running', `cluster ${cluster} has no control plane that could be reached`, {
    fields: { cluster },
    next: 'apply its environment: what is lost of it is made anew',
  });
}

/** `null` where nothing leads to it. */
export async function credentialsOf(
  docker: Docker,
  nodes: readonly NodeSight[],
  signal: AbortSignal,
): Promise<Credentials | null> {
  const first = firstControlPlane(nodes);
  const path = `${CONTROL_PLANE_FOLDER}/${ADMIN_FILE}`;
  const files = first === null ? null : await readNodeFiles(docker, first.id, path, signal);
  return credentialsFrom(files?.get(ADMIN_FILE), nodes);
}
