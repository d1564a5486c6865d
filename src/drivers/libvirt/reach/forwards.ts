/**
 * Ports of a guest, through the ports of the host that lead there. QEMU accepts a connection before anybody in the guest has:
 * whether somebody did, its own table of connections says.
 */
import type { Socket } from 'node:net';
import { isJsonObject, type JsonObject, member, scalarText } from '../../../model/json.ts';
import { USERNET_COMMAND } from '../virsh/allowed.ts';
import type { Virsh } from '../virsh/virsh.ts';
import { openSocket, type Place } from '../../open-socket.ts';
import { waitFor } from '../../wait.ts';
import { type Forward, placeOf } from './place.ts';

/** The port of the host that leads to a TCP port of the guest; `null` where none is declared. */
export function forwardTo(config: JsonObject, guestPort: number): Forward | null {
  return forwardWith(config, 'guest_port', guestPort);
}

/** That TCP port of the host itself, where it leads into the guest; `null` where it does not. */
export function forwardAt(config: JsonObject, hostPort: number): Forward | null {
  return forwardWith(config, 'host_port', hostPort);
}

function forwardWith(config: JsonObject, side: 'guest_port' | 'host_port', port: number): Forward | null {
  const forwards = isJsonObject(config['port_forwards']) ? Object.values(config['port_forwards']) : [];
  const found = forwards.find((forward) => member(forward, side) === port && member(forward, 'protocol') === 'tcp');
  if (found === undefined) return null;
  return { listens: scalarText(member(found, 'host_ip')), port: Number(member(found, 'host_port')) };
}

export interface PortQuestion {
  readonly virsh: Virsh;
  readonly vm: string;
  readonly config: JsonObject;
  readonly port: number;
  readonly signal: AbortSignal;
}

const LOOKS_MS: readonly number[] = [20, 50, 100, 200, 400];

/** Why nobody in the guest has accepted a connection; `null` where somebody has. */
export async function isForwardAnswered({ virsh, vm, config, port, signal }: PortQuestion): Promise<string | null> {
  const forward = forwardTo(config, port);
  if (forward === null) return `no forwarded port leads to port ${port} of the guest`;
  const place = placeOf(forward, virsh.engine);
  if (place === null) return `port ${forward.port} listens on the other host alone`;
  const socket = await opened(place, signal);
  if (socket === null) return `nothing listens on port ${forward.port} of the host`;
  let closed = false;
  socket.once('close', () => {
    closed = true;
  });
  socket.once('error', () => {
    closed = true;
  });
  try {
    for (const pause of LOOKS_MS) {
      await waitFor(pause, signal);
      signal.throwIfAborted();
      if (closed) return `port ${port} of the guest refuses connections`;
      const [answer] = await virsh.ask([['qemu-monitor-command', vm, '--hmp', USERNET_COMMAND]], signal);
      if (isEstablished(answer?.stdout ?? '', forward.port)) return null;
    }
    return `port ${port} of the guest does not answer`;
  } finally {
    socket.destroy();
  }
}

/** `TCP[ESTABLISHED]      20       127.0.0.1 22522       10.0.2.15    22     0     0` */
export function isEstablished(table: string, hostPort: number): boolean {
  return table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .some(([state, , , port]) => state === 'TCP[ESTABLISHED]' && port === String(hostPort));
}

async function opened({ host, port }: Place, signal: AbortSignal): Promise<Socket | null> {
  try {
    return await openSocket({ host, port }, signal);
  } catch {
    signal.throwIfAborted();
    return null;
  }
}
