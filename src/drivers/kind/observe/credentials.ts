/** How to be let into a cluster from here: as its control plane node is by itself, with the address outside. Pure. */
import { parse } from 'yaml';
import { isJsonArray, isJsonObject, type Json, type JsonObject, member, memberAt } from '../../../model/json.ts';
import type { ContextEntry } from '../../kubernetes/kubeconfig/entry.ts';
import { API_PORT } from '../names.ts';
import type { NodePort, NodeSight } from './nodes.ts';

export type Credentials = Pick<ContextEntry, 'cluster' | 'user'>;

/** `null` where the file is none, or no port of the host leads to the API server. */
export function credentialsFrom(admin: string | undefined, nodes: readonly NodeSight[]): Credentials | null {
  const config = admin === undefined ? null : parsed(admin);
  const port = apiPort(nodes);
  const [cluster, user] = [first(config, 'clusters', 'cluster'), first(config, 'users', 'user')];
  if (port === null || cluster === null || user === null) return null;
  return { cluster: { ...cluster, server: `https://${hostOf(port)}:${port.hostPort}` }, user };
}

/** As it is declared to be called. */
export function contextName(cluster: string, config: JsonObject): string {
  const declared = memberAt(config, 'kubeconfig', 'context');
  return typeof declared === 'string' ? declared : cluster;
}

/** Where there is a load balancer, its comes first, as nodes do in their order. */
function apiPort(nodes: readonly NodeSight[]): NodePort | null {
  return nodes.flatMap(({ ports }) => ports).find(({ nodePort }) => nodePort === API_PORT) ?? null;
}

/** What listens everywhere is here, too. */
function hostOf({ hostIp }: NodePort): string {
  if (hostIp === '' || hostIp === '0.0.0.0') return '127.0.0.1';
  if (hostIp === '::') return '[::1]';
  return hostIp.includes(':') ? `[${hostIp}]` : hostIp;
}

function first(config: Json, list: string, holds: string): JsonObject | null {
  const elements = member(config, list);
  const found = member(isJsonArray(elements) ? (elements[0] ?? null) : null, holds);
  return isJsonObject(found) ? found : null;
}

function parsed(text: string): Json {
  try {
    return parse(text) as Json;
  } catch {
    return null;
  }
}
