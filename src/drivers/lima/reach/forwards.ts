/** Ports of the host that a machine forwards, by its template: what Lima itself adds, and what nobody can tell a port of, is left out. */
import { type Json, type JsonObject, member, scalarText } from '../../../model/json.ts';
import type { Place } from '../../open-socket.ts';
import { listOf } from '../template/write.ts';

export interface HeldPort extends Place {
  /** `tcp` or `udp`. */
  readonly protocol: string;
}

/** What has to be free for a machine to be started with this template: the port of its own ssh, too, where that is declared. */
export function portsHeld(template: JsonObject): readonly HeldPort[] {
  const ssh = Number(member(template['ssh'] ?? null, 'localPort') ?? 0);
  return [...(ssh > 0 ? [{ host: LOOPBACK, port: ssh, protocol: 'tcp' }] : []), ...forwardsIn(template)];
}

/** Where that port of the host is reached, if it leads into the guest; `null` where it does not. */
export function forwardAt(template: JsonObject, hostPort: number): Place | null {
  const found = forwardsIn(template).find(({ port, protocol }) => port === hostPort && protocol === 'tcp');
  if (found === undefined) return null;
  return { host: found.host === EVERYWHERE ? LOOPBACK : found.host, port: hostPort };
}

const LOOPBACK = '127.0.0.1';
const EVERYWHERE = '0.0.0.0';

function forwardsIn(template: JsonObject): readonly HeldPort[] {
  return listOf(template['portForwards'])
    .filter((forward) => member(forward, 'reverse') !== true && member(forward, 'ignore') !== true)
    .map(heldBy)
    .filter(({ port }) => port > 0);
}

function heldBy(forward: Json): HeldPort {
  const port = Number(member(forward, 'hostPort') ?? 0);
  const host = scalarText(member(forward, 'hostIP') ?? LOOPBACK);
  const protocol = scalarText(member(forward, 'proto') ?? 'tcp');
  return { host: host === '' ? LOOPBACK : host, port, protocol: protocol === 'udp' ? 'udp' : 'tcp' };
}
