/**
 * Ports of VMs and clusters that ports of the host lead to: what can be reached inside, whatever number it is reached under. The
 * same both ways. Pure.
 */
import { isJsonObject, type Json, member, memberAt, scalarText } from '../../model/json.ts';
import type { HeldField, HeldSide } from './held-field.ts';
import { isLoopback } from './host-names.ts';

const GROUPS: readonly string[] = ['port_forwards', 'port_mappings'];

/** Where a port of the host leads, or stands, is its place; which port it leads to is what is reached. */
const OF_THE_HOST: readonly string[] = ['host_port', 'host_ip'];

/** Whether both sides reach the same inside, from other numbers or addresses of their hosts. */
export function isForwardedOtherwise({ names, source, target }: HeldField): boolean {
  const [group = '', , part] = names;
  if (!GROUPS.includes(group)) return false;
  if (part !== undefined) return OF_THE_HOST.includes(part);
  const [held, other] = source.value === null ? [target, source] : [source, target];
  if (other.value !== null) return false;
  const inside = insideOf(held.value);
  return forwardsOf(other, group).some((forward) => insideOf(forward) === inside);
}

/** Whether both sides reach the same inside, one of them for its host alone. */
export function isForwardedForAll(field: HeldField): boolean {
  const [group = '', key = '', part] = field.names;
  if (!isForwardedOtherwise(field) || part === 'host_port') return false;
  const { source, target } = field;
  const inside = insideOf(memberAt(source.config, group, key) ?? memberAt(target.config, group, key));
  const isForHost = (side: HeldSide): boolean =>
    forwardsOf(side, group)
      .filter((forward) => insideOf(forward) === inside)
      .every((forward) => isLoopback(scalarText(member(forward, 'host_ip') ?? '')));
  return isForHost(source) !== isForHost(target);
}

/** `22/tcp` */
function insideOf(forward: Json): string {
  const port = member(forward, 'guest_port') ?? member(forward, 'node_port');
  return `${scalarText(port)}/${scalarText(member(forward, 'protocol') ?? 'tcp')}`;
}

function forwardsOf({ config }: HeldSide, group: string): readonly Json[] {
  const forwards = memberAt(config, group);
  return isJsonObject(forwards) ? Object.values(forwards) : [];
}
