/**
 * Ports of a host that lead into two of the VMs, clusters and services on it: errors at the line of the later one, also across
 * environments. Two services of one engine are held against each other where manifests are checked. Pure.
 */
import type { DesiredEnvironment, DesiredResource } from '../model/desired.ts';
import { type Diagnostic, errorAt } from '../model/diagnostic.ts';
import { engineHost } from '../model/engine-host.ts';
import { type FieldPath, fieldPath } from '../model/field-path.ts';
import { isJsonObject, type Json, member, memberAt, scalarText } from '../model/json.ts';
import { formatSource } from '../model/source.ts';

type Sides = Pick<DesiredEnvironment, 'name' | 'engines' | 'resources' | 'locate'>;

interface Forward {
  readonly environment: string;
  readonly resource: DesiredResource;
  readonly path: FieldPath;
  /** `2222/tcp`. */
  readonly port: string;
  readonly ip: string;
}

/** By the name of the environment. */
export function forwardConflicts(environments: readonly Sides[]): ReadonlyMap<string, readonly Diagnostic[]> {
  const taken = new Map<string, readonly Forward[]>();
  const byName = new Map(environments.map((environment) => [environment.name, environment]));
  const found = environments.map((environment) => {
    const { name, engines, resources, locate } = environment;
    const diagnostics = [...resources.values()].flatMap((resource) => {
      const engine = engines[resource.engine];
      if (engine === undefined) return [];
      const host = engineHost(engine);
      return forwardsOf(name, resource).flatMap((own) => {
        const place = `${own.port} ${host}`;
        const others = taken.get(place) ?? [];
        taken.set(place, [...others, own]);
        const rival = others.find((other) => isRival(other, own));
        if (rival === undefined) return [];
        const who =
          rival.environment === name ? rival.resource.address : `${rival.environment}/${rival.resource.address}`;
        const at = byName.get(rival.environment)?.locate(rival.resource.address, rival.path) ?? null;
        const detail = at === null ? null : `forwarded first at ${formatSource(at)}`;
        const summary = `host port ${own.port} leads into ${who} too`;
        return [errorAt('port_conflict', locate(resource.address, own.path), summary, detail)];
      });
    });
    return [name, diagnostics] as const;
  });
  return new Map(found);
}

function isRival(other: Forward, own: Forward): boolean {
  const areServices = other.resource.type === 'service' && own.resource.type === 'service';
  return !areServices && other.resource !== own.resource && overlaps(other.ip, own.ip);
}

/** Where each type has what leads to it from its host. */
const FIELDS: Readonly<Partial<Record<DesiredResource['type'], readonly [string, ...string[]]>>> = {
  vm: ['port_forwards'],
  cluster: ['port_mappings'],
  service: ['networking', 'ports'],
};

function forwardsOf(environment: string, resource: DesiredResource): readonly Forward[] {
  const names = FIELDS[resource.type];
  const declared = names === undefined || resource.external ? null : memberAt(resource.config, ...names);
  if (names === undefined || !isJsonObject(declared)) return [];
  return Object.entries(declared).flatMap(([key, forward]) => {
    const hostPort = member(forward, 'host_port');
    // Which one the engine picks is nobody else's.
    if (typeof hostPort !== 'number') return [];
    const port = `${hostPort}/${scalarText(member(forward, 'protocol'))}`;
    return [{ environment, resource, path: fieldPath(...names, key), port, ip: addressIn(member(forward, 'host_ip')) }];
  });
}

function addressIn(value: Json): string {
  return typeof value === 'string' ? value : ANY;
}

const ANY = '0.0.0.0';

/** Two addresses are one to whoever listens on all of them. */
function overlaps(left: string, right: string): boolean {
  return left === right || isAny(left) || isAny(right);
}

function isAny(ip: string): boolean {
  return ip === ANY || ip === '::';
}
