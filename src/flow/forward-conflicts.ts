/** Ports of a host that lead into two VMs: errors at the line of the later one, also across environments. Pure. */
import type { DesiredEnvironment, DesiredResource } from '../model/desired.ts';
import { type Diagnostic, errorAt } from '../model/diagnostic.ts';
import { engineIdentity } from '../model/engine-identity.ts';
import { fieldPath } from '../model/field-path.ts';
import { isJsonObject, type Json, member, scalarText } from '../model/json.ts';
import { formatSource } from '../model/source.ts';

type Sides = Pick<DesiredEnvironment, 'name' | 'engines' | 'resources' | 'locate'>;

interface Forward {
  readonly environment: string;
  readonly vm: DesiredResource;
  readonly key: string;
  readonly ip: string;
}

/** By the name of the environment. */
export function forwardConflicts(environments: readonly Sides[]): ReadonlyMap<string, readonly Diagnostic[]> {
  const taken = new Map<string, readonly Forward[]>();
  const byName = new Map(environments.map((environment) => [environment.name, environment]));
  const found = environments.map(({ name, engines, resources, locate }) => {
    const vms = [...resources.values()].filter(({ type }) => type === 'vm');
    const diagnostics = vms.flatMap((vm) => {
      const engine = engines[vm.engine];
      return forwardsOf(vm).flatMap(([key, forward]) => {
        const port = `${scalarText(member(forward, 'host_port'))}/${scalarText(member(forward, 'protocol'))}`;
        const place = `${engine === undefined ? vm.engine : engineIdentity(engine)} ${port}`;
        const own: Forward = { environment: name, vm, key, ip: scalarText(member(forward, 'host_ip')) };
        const others = taken.get(place) ?? [];
        taken.set(place, [...others, own]);
        const rival = others.find((other) => other.vm !== vm && overlaps(other.ip, own.ip));
        if (rival === undefined) return [];
        const who = rival.environment === name ? rival.vm.address : `${rival.environment}/${rival.vm.address}`;
        const at = byName.get(rival.environment)?.locate(rival.vm.address, pathOf(rival.key)) ?? null;
        const detail = at === null ? null : `forwarded first at ${formatSource(at)}`;
        const summary = `host port ${port} leads into ${who} too`;
        return [errorAt('port_conflict', locate(vm.address, pathOf(key)), summary, detail)];
      });
    });
    return [name, diagnostics] as const;
  });
  return new Map(found);
}

function pathOf(key: string): ReturnType<typeof fieldPath> {
  return fieldPath('port_forwards', key);
}

function forwardsOf({ config }: DesiredResource): readonly (readonly [string, Json])[] {
  const forwards = config['port_forwards'] ?? null;
  return isJsonObject(forwards) ? Object.entries(forwards) : [];
}

/** Two addresses are one to whoever listens on all of them. */
function overlaps(left: string, right: string): boolean {
  return left === right || left === '0.0.0.0' || right === '0.0.0.0';
}
