/** What is gone from the disk of a control plane. What kubeadm was told is asked for only where something seems to be. */
import type { Docker } from '../commands/docker.ts';
import { type Harm, harmOf, NO_HARM, SETUP_FILE, setupOf } from './control-files.ts';
import { firstControlPlane } from './look.ts';
import { type NodeFiles, readNodeFiles } from './node-files.ts';
import type { NodeSight } from './nodes.ts';

/** `control` is the folder of the control plane. */
export async function lookForHarm(
  docker: Docker,
  nodes: readonly NodeSight[],
  control: NodeFiles,
  signal: AbortSignal,
): Promise<Harm> {
  const first = firstControlPlane(nodes);
  const now = new Date();
  const usual = harmOf(control, { certificates: true, etcd: true }, now);
  const { missing, expired } = usual;
  if (first === null) return NO_HARM;
  if (missing.length === 0 && expired.length === 0) return usual;
  return harmOf(control, setupOf(await readNodeFiles(docker, first.id, SETUP_FILE, signal)), now);
}
