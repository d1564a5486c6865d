/** Looks at clusters: their node containers, and the files of their control planes. Nothing is run in them. */
import { type Json, type JsonObject, parseJson } from '../../../model/json.ts';
import type { Docker } from '../commands/docker.ts';
import type { NotedKubeconfig } from '../../kubernetes/kubeconfig/noted.ts';
import { KEPT_FILE, parseNotes } from '../marks.ts';
import { isMissing, unreachable } from '../commands/failures.ts';
import { CLUSTER_LABEL } from '../names.ts';
import { MIRRORS_FOLDER, readMirrors } from '../nodes/mirrors.ts';
import { CONTROL_PLANE_FOLDER } from './control-plane.ts';
import { type NodeFiles, readNodeFiles } from './node-files.ts';
import { nodesByCluster, type NodeSight } from './nodes.ts';

export interface ClusterFiles {
  /** Of the folder of the control plane, in its first node; empty where there is none. */
  readonly control: NodeFiles;
  /** `null` where the cluster was never whole. */
  readonly kept: JsonObject | null;
  /** The kubeconfigs of the user that it was put into. */
  readonly kubeconfigs: readonly NotedKubeconfig[];
  /** Of each node that runs pods, in their order. */
  readonly mirrors: readonly JsonObject[];
}

/** By the names of clusters: all of the engine, whoever made them. */
export async function lookAtNodes(
  docker: Docker,
  signal: AbortSignal,
  cluster?: string,
): Promise<ReadonlyMap<string, readonly NodeSight[]>> {
  const label = cluster === undefined ? CLUSTER_LABEL : `${CLUSTER_LABEL}=${cluster}`;
  const listed = await docker.must(['ps', '--all', '--quiet', '--no-trunc', '--filter', `label=${label}`], signal);
  const ids = listed
    .toString('utf8')
    .split('\n')
    .filter((id) => id !== '');
  if (ids.length === 0) return new Map();
  return nodesByCluster(await inspected(docker, ids, signal));
}

/** One that is removed meanwhile is no failure: the others are told all the same. */
async function inspected(docker: Docker, ids: readonly string[], signal: AbortSignal): Promise<Json> {
  const args = ['inspect', '--type', 'container', ...ids];
  const { exitCode, stdout, stderr, timedOut } = await docker.ask(args, signal);
  if (timedOut) throw unreachable(docker.engine, 'no answer in time');
  const complaints = complaintsOf(stderr);
  const others = complaints.filter((line) => !isMissing(line));
  if (exitCode !== 0 && (others.length > 0 || complaints.length === 0))
    throw unreachable(docker.engine, others.join('; '));
  const found = jsonOf(stdout.toString('utf8'));
  if (found === null) throw unreachable(docker.engine, 'what it says of containers cannot be read');
  return found;
}

function complaintsOf(stderr: string): readonly string[] {
  return stderr.split('\n').filter((line) => line.trim() !== '');
}

export async function lookAtNodesOf(
  docker: Docker,
  cluster: string,
  signal: AbortSignal,
): Promise<readonly NodeSight[]> {
  return (await lookAtNodes(docker, signal, cluster)).get(cluster) ?? [];
}

export function firstControlPlane(nodes: readonly NodeSight[]): NodeSight | null {
  return nodes.find(({ role }) => role === 'control-plane') ?? null;
}

/** Nodes that run pods, which a load balancer does not. */
export function podNodes(nodes: readonly NodeSight[]): readonly NodeSight[] {
  return nodes.filter(({ role }) => role !== 'external-load-balancer');
}

export async function lookAtFiles(
  docker: Docker,
  nodes: readonly NodeSight[],
  signal: AbortSignal,
): Promise<ClusterFiles> {
  const first = firstControlPlane(nodes);
  const files = (node: NodeSight | null, path: string): Promise<NodeFiles> =>
    node === null ? Promise.resolve(new Map()) : readNodeFiles(docker, node.id, path, signal);
  const [control, kept, ...mirrors] = await Promise.all([
    files(first, CONTROL_PLANE_FOLDER),
    files(first, KEPT_FILE),
    ...podNodes(nodes).map((node) => files(node, MIRRORS_FOLDER)),
  ]);
  const text = [...kept.values()][0];
  const notes = text === undefined ? null : parseNotes(text);
  return {
    control,
    kept: notes?.kept ?? null,
    kubeconfigs: notes?.kubeconfigs ?? [],
    mirrors: mirrors.map(readMirrors),
  };
}

function jsonOf(text: string): Json {
  try {
    return parseJson(text);
  } catch {
    return null;
  }
}
