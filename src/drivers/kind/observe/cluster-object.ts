/** A cluster as trueup sees it, made of its node containers, the files in them, and what its API answers. Pure. */
import { type JsonObject, jsonEqual, member } from '../../../model/json.ts';
import type { ObservedObject, ObservedRunState, ObservedStatus } from '../../../model/observed.ts';
import { goesAlong } from '../../kubernetes/contents.ts';
import { API_SILENT, UNSEEN } from '../../kubernetes/unseen.ts';
import { type Group, GROUPS } from '../nodes/groups.ts';
import { readControlPlane } from './control-plane.ts';
import { damageOf, isEmptied } from './damage.ts';
import type { ClusterFiles } from './look.ts';
import { firstControlPlane, podNodes } from './look.ts';
import type { NodeMount, NodeSight } from './nodes.ts';
import { runStateOf } from './run-state.ts';
import type { ClusterSight } from './sight.ts';
import { API_PORT } from '../names.ts';

export function clusterObject(sight: ClusterSight): ObservedObject {
  const { name, nodes, files, live } = sight;
  const kept = files.kept ?? {};
  const control = readControlPlane(files.control);
  const first = firstControlPlane(nodes);
  const harm = damageOf(sight);
  return {
    type: 'cluster',
    name,
    id: nodes[0]?.id ?? name,
    ownership: nodes.find(({ ownership }) => ownership !== null)?.ownership ?? null,
    configured: {
      ...kept,
      ...control.fields,
      kubernetes_version: control.version ?? live?.version ?? null,
      nodes: { control_plane: groupOf(sight, 'control_plane'), workers: groupOf(sight, 'workers') },
      port_mappings: portsOf(first),
      mounts: mountsOf(podNodes(nodes)),
      registry_mirrors: mirrorsOf(files),
      addons: live?.addons ?? kept['addons'] ?? {},
      kubeconfig: sight.kubeconfig ? (kept['kubeconfig'] ?? null) : null,
      ...harm,
      run_state: runStateOf(nodes),
    },
    ...(isSilent(sight) ? { unseen: UNSEEN } : {}),
    effective: null,
    // Only `protect` makes data of what is in a cluster, and that is the manifest's word.
    holds_data: false,
    ...goesAlong(live?.contents ?? null, isEmptied(sight)),
    status: statusOf(sight),
  };
}

function isSilent({ live, nodes }: ClusterSight): boolean {
  return live === null && runStateOf(nodes) === 'running';
}

function groupOf({ nodes, files, live }: ClusterSight, group: Group): JsonObject {
  const count = nodes.filter(({ role }) => role === GROUPS[group]).length;
  // Nobody can tell what nodes carry of what does not answer, but by what was made last.
  const kept = member(files.kept?.['nodes'], group);
  return { ...(live?.carried[group] ?? { labels: member(kept, 'labels'), taints: member(kept, 'taints') }), count };
}

/** In the shape of a manifest, without the one that leads to the API server. */
function portsOf(node: NodeSight | null): JsonObject {
  return Object.fromEntries(
    (node?.ports ?? [])
      .filter(({ nodePort }) => nodePort !== API_PORT)
      .map(({ hostIp, hostPort, nodePort, protocol }) => [
        String(hostPort),
        { host_ip: hostIp === '' ? '0.0.0.0' : hostIp, host_port: hostPort, node_port: nodePort, protocol },
      ]),
  );
}

/** What each node has; a mount that one of them lacks is as good as none. */
function mountsOf(nodes: readonly NodeSight[]): JsonObject {
  const [first, ...others] = nodes;
  const isIn = ({ mounts }: NodeSight, wanted: NodeMount): boolean =>
    mounts.some((mount) => mount.path === wanted.path && mount.source === wanted.source);
  return Object.fromEntries(
    (first?.mounts ?? [])
      .filter((mount) => others.every((node) => isIn(node, mount)))
      .map(({ source, path, readOnly }) => [
        path,
        { host_path: source, node_path: path, mode: readOnly ? 'ro' : 'rw' },
      ]),
  );
}

/** Those of the first node, where all have the same; else what all of them have. */
function mirrorsOf({ mirrors }: ClusterFiles): JsonObject {
  const [first = {}, ...others] = mirrors;
  return Object.fromEntries(
    Object.entries(first).filter(([registry, urls]) =>
      others.every((other) => jsonEqual(other[registry] ?? null, urls)),
    ),
  );
}

function statusOf(sight: ClusterSight): ObservedStatus {
  const { nodes } = sight;
  const state = runStateOf(nodes);
  const { damage, lost } = damageOf(sight);
  const started = nodes.map(({ startedAt }) => startedAt).filter((at) => at !== null);
  return {
    run_state: state,
    reason: lost ?? damage ?? reasonOf(nodes, state) ?? (isSilent(sight) ? API_SILENT : null),
    since: state === 'running' ? (started.toSorted().at(-1) ?? null) : null,
    exit_code: null,
    restarts: 0,
    incarnation: state === 'running' ? nodes.map(({ id, startedAt }) => `${id}.${startedAt ?? ''}`).join(' ') : null,
    health: 'none',
    details: {
      containers: nodes.map((node) => node.name),
      image: firstControlPlane(nodes)?.image ?? null,
    },
  };
}

function reasonOf(nodes: readonly NodeSight[], state: ObservedRunState): string | null {
  if (state !== 'dead') return null;
  const down = nodes.filter((node) => node.state !== 'running').map((node) => `${node.name} (${node.state})`);
  return `of its nodes, these do not run: ${down.join(', ')}`;
}
