/**
 * A byte stream to a port or a socket of a guest: through the port of the host that leads there, where it is one that the machine
 * forwards; else by ssh, whatever is forwarded. ssh says in its own log whether somebody in the guest has taken the connection.
 */
import type { Duplex } from 'node:stream';
import { TrueupError } from '../../../model/failure.ts';
import { scalarText } from '../../../model/json.ts';
import { openSocket } from '../../open-socket.ts';
import type { ConnectTarget } from '../../reach.ts';
import { type Limactl } from '../limactl/limactl.ts';
import { machineNamed, type MachineSight } from '../observe/look.ts';
import { machineStatus } from '../observe/machine-state.ts';
import { forwardAt } from './forwards.ts';
import { openTunnel, type Tunnel } from './tunnel.ts';

export async function connectInto(
  limactl: Limactl,
  vm: string,
  target: ConnectTarget,
  signal: AbortSignal,
): Promise<Duplex> {
  const sight = await machineNamed(limactl, vm, signal);
  assertRunning(vm, sight);
  const forward = 'port' in target ? forwardAt(sight.template ?? {}, target.port) : null;
  if (forward !== null) return openSocket(forward, signal);
  const tunnel = await openTunnel(sshPlace(sight), target, signal);
  if ('stream' in tunnel) return tunnel.stream;
  throw new TrueupError('step_failed', `${describe(target)} of machine ${vm} cannot be reached: ${tunnel.refused}`, {
    fields: { vm, ...target },
    next: 'look whether something listens there, and on what address',
  });
}

/** Why nobody in the guest has accepted a connection; `null` where somebody has. */
export async function whyNotAnswered(sight: MachineSight, port: number, signal: AbortSignal): Promise<string | null> {
  const tunnel: Tunnel = await openTunnel(sshPlace(sight), { port }, signal);
  if ('refused' in tunnel) return `port ${port} of the guest does not answer: ${tunnel.refused}`;
  tunnel.stream.destroy();
  return null;
}

export function assertRunning(vm: string, sight: MachineSight | null): asserts sight is MachineSight {
  const state = sight === null ? 'missing' : machineStatus(sight).run_state;
  if (state === 'running') return;
  throw new TrueupError('not_running', `machine ${vm} is not running: it is ${state ?? 'unknown'}`, {
    fields: { vm, state },
  });
}

/** The file by which ssh knows the way, and what it calls the machine there. */
function sshPlace({ listed }: MachineSight): { readonly file: string; readonly host: string } {
  return { file: scalarText(listed['sshConfigFile'] ?? ''), host: scalarText(listed['hostname'] ?? '') };
}

function describe(target: ConnectTarget): string {
  return 'port' in target ? `port ${target.port}` : target.path;
}
