/**
 * Makes anew what is gone from the disk of a control plane, or has expired, the way kubeadm made it: certificates, kubeconfigs and
 * the manifests that its node runs. What is in the cluster stays.
 */
import { TrueupError } from '../../../model/failure.ts';
import { CONTROL_PLANE_FOLDER } from '../observe/control-plane.ts';
import { type Harm, SETUP_FILE } from '../observe/control-files.ts';
import { firstControlPlane } from '../observe/look.ts';
import { lookForHarm } from '../observe/look-for-harm.ts';
import { readNodeFiles } from '../observe/node-files.ts';
import type { NodeSight } from '../observe/nodes.ts';
import type { Changing } from './changing.ts';
import { isSilent } from './is-silent.ts';

const TIMEOUT_MS = 120_000;
/** They read what they prove themselves with when they are started; the node starts them again. */
const PROGRAMS: readonly string[] = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'];

/** Idempotent: a cluster that lacks nothing, or whose API answers all the same, stays as it is. Its nodes run. */
export async function mendControlPlane(
  changing: Changing,
  cluster: string,
  nodes: readonly NodeSight[],
  { isStarting }: { readonly isStarting: boolean },
): Promise<readonly string[]> {
  const { docker, context } = changing;
  const first = firstControlPlane(nodes);
  if (first === null) return [];
  const control = await readNodeFiles(docker, first.id, CONTROL_PLANE_FOLDER, context.signal);
  const harm = await lookForHarm(docker, nodes, control, context.signal);
  const harmed = [...harm.missing, ...harm.expired];
  if (harmed.length === 0) return [];
  if (!(await isSilent(changing, cluster, { isStarting }))) return [];
  if (harm.lost.length > 0) throw notMendable(cluster, harm);
  context.progress(`making anew in its control plane: ${harmed.join(', ')}`);
  for (const command of commandsFor(harm))
    await docker.must(['exec', first.id, ...command], context.signal, { timeoutMs: TIMEOUT_MS });
  return harmed;
}

/** Pure. In their order: kubeadm keeps what is there, and makes what is not. */
export function commandsFor({ missing, expired }: Harm): readonly (readonly string[])[] {
  const harmed = [...missing, ...expired];
  const certificates = harmed.filter((path) => path.startsWith('pki/'));
  const kubeconfigs = harmed.filter((path) => path.endsWith('.conf'));
  const proof = [...certificates, ...kubeconfigs];
  const init = (...phase: readonly string[]): readonly string[] =>
    ['kubeadm', 'init', 'phase'].concat(phase, ['--config', SETUP_FILE]);
  return [
    // It refuses a certificate whose key is gone, and keeps one that has expired.
    ...(proof.length === 0 ? [] : [['rm', '-f', ...[...new Set(proof.flatMap(withPartner))].map(inNode)]]),
    ...(certificates.length === 0 ? [] : [init('certs', 'all')]),
    ...(kubeconfigs.length === 0 ? [] : [init('kubeconfig', 'all')]),
    ...missing.flatMap((path) => {
      const name = /^manifests\/(.+)\.yaml$/.exec(path)?.[1];
      if (name === undefined) return [];
      return [name === 'etcd' ? init('etcd', 'local') : init('control-plane', name.replace('kube-', ''))];
    }),
    ...(proof.length === 0 ? [] : [['sh', '-c', endPrograms()]]),
  ];
}

/**
 * By the containers of its own pods: a node sees the processes of all pods, and somebody else's etcd is none of ours. That they cannot
 * be listed is a failure; of those that are, the ones that do not run anyway cannot be ended.
 */
function endPrograms(): string {
  const ctr = 'ctr --namespace k8s.io';
  const filters = PROGRAMS.map(
    (name) => `'labels."io.kubernetes.pod.namespace"==kube-system,labels."io.kubernetes.container.name"==${name}'`,
  );
  const listed = `${ctr} containers list --quiet ${filters.join(' ')}`;
  return `found=$(${listed}) || exit; for id in $found; do ${ctr} tasks kill --signal SIGTERM "$id" || true; done`;
}

function withPartner(path: string): readonly string[] {
  const stem = /^(pki\/.+)\.(crt|key|pub)$/.exec(path)?.[1];
  if (stem === undefined) return [path];
  return stem === 'pki/sa' ? [`${stem}.key`, `${stem}.pub`] : [`${stem}.crt`, `${stem}.key`];
}

function inNode(path: string): string {
  return `${CONTROL_PLANE_FOLDER}/${path}`;
}

function notMendable(cluster: string, { missing, expired, lost }: Harm): TrueupError {
  const gone = [...missing, ...expired].join(', ');
  return new TrueupError(
    'step_failed',
    `the control plane of ${cluster} lacks ${gone}, and ${lost.join(', ')} to make it`,
    {
      fields: { cluster, lost },
      next: 'put it back from a copy, or apply with `--replace`: a new cluster has nothing of what is in this one',
    },
  );
}
