/** What the engine says of node containers, whether they run or not. Pure. */
import { isJsonArray, isJsonObject, type Json, type JsonObject, member, memberAt } from '../../../model/json.ts';
import type { Ownership } from '../../../model/observed.ts';
import { isMarkPath, parseMarkPath } from '../marks.ts';
import { CLUSTER_LABEL, isRole, ROLE_LABEL, ROLES, type Role } from '../names.ts';

export interface NodeMount {
  readonly source: string;
  readonly path: string;
  readonly readOnly: boolean;
}

export interface NodePort {
  readonly hostIp: string;
  readonly hostPort: number;
  readonly nodePort: number;
  readonly protocol: string;
}

export interface NodeSight {
  readonly id: string;
  readonly name: string;
  readonly cluster: string;
  readonly role: Role;
  /** As the engine has it: `running`, `exited`, `paused` … */
  readonly state: string;
  /** ISO 8601; `null` for one that was never started. */
  readonly startedAt: string | null;
  readonly createdAt: string;
  readonly image: string;
  readonly ownership: Ownership | null;
  readonly mounts: readonly NodeMount[];
  readonly ports: readonly NodePort[];
  readonly addresses: readonly string[];
}

/** Those of one cluster in the order in which they are started: by their roles, and as kind counts them. */
export function nodesByCluster(answer: Json): ReadonlyMap<string, readonly NodeSight[]> {
  const nodes = (isJsonArray(answer) ? answer : []).filter(isJsonObject).flatMap(nodeOf);
  const inOrder = nodes.toSorted(
    (left, right) =>
      ROLES.indexOf(left.role) - ROLES.indexOf(right.role) ||
      left.name.length - right.name.length ||
      (left.name < right.name ? -1 : 1),
  );
  return Map.groupBy(inOrder, ({ cluster }) => cluster);
}

function nodeOf(container: JsonObject): readonly NodeSight[] {
  const labels = memberAt(container, 'Config', 'Labels');
  const cluster = text(member(labels, CLUSTER_LABEL));
  const role = text(member(labels, ROLE_LABEL));
  if (cluster === '' || !isRole(role)) return [];
  const binds = memberAt(container, 'HostConfig', 'Binds');
  const mounts = (isJsonArray(binds) ? binds : []).flatMap((bind) => (typeof bind === 'string' ? mountOf(bind) : []));
  const startedAt = text(memberAt(container, 'State', 'StartedAt'));
  return [
    {
      id: text(member(container, 'Id')),
      name: text(member(container, 'Name')).replace(/^\//, ''),
      cluster,
      role,
      state: text(memberAt(container, 'State', 'Status')),
      startedAt: startedAt.startsWith('0001-') || startedAt === '' ? null : startedAt,
      createdAt: text(member(container, 'Created')),
      image: text(memberAt(container, 'Config', 'Image')),
      ownership: ownershipOf(mounts),
      mounts: mounts.filter(({ path }) => !isMarkPath(path) && !KINDS_OWN.has(path)),
      ports: portsOf(memberAt(container, 'HostConfig', 'PortBindings')),
      addresses: addressesOf(memberAt(container, 'NetworkSettings', 'Networks')),
    },
  ];
}

/** What kind mounts by itself. */
const KINDS_OWN: ReadonlySet<string> = new Set(['/lib/modules', '/dev/mapper']);

/** `source:path:options`. */
function mountOf(bind: string): readonly NodeMount[] {
  const match = /^(.+?):(\/[^:]*)(?::([^:]*))?$/.exec(bind);
  if (match === null) return [];
  const [, source = '', path = '', options = ''] = match;
  return [{ source, path, readOnly: options.split(',').includes('ro') }];
}

function ownershipOf(mounts: readonly NodeMount[]): Ownership | null {
  const mark = mounts.find(({ path }) => isMarkPath(path));
  return mark === undefined ? null : parseMarkPath(mark.path);
}

/** `{"6443/tcp": [{"HostIp": "127.0.0.1", "HostPort": "40123"}]}` */
function portsOf(bindings: Json): readonly NodePort[] {
  return Object.entries(isJsonObject(bindings) ? bindings : {}).flatMap(([key, hosts]) => {
    const [port = '', protocol = 'tcp'] = key.split('/');
    return (isJsonArray(hosts) ? hosts : []).map((host) => ({
      hostIp: text(member(host, 'HostIp')),
      hostPort: Number(text(member(host, 'HostPort'))),
      nodePort: Number(port),
      protocol,
    }));
  });
}

function addressesOf(networks: Json): readonly string[] {
  return Object.values(isJsonObject(networks) ? networks : {}).flatMap((network) => {
    const address = text(member(network, 'IPAddress'));
    return address === '' ? [] : [address];
  });
}

function text(value: Json): string {
  return typeof value === 'string' ? value : '';
}
