/** A byte stream to a port of the first control plane node: through the port of the host that leads there, else at its address. */
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { TrueupError } from '../../../model/failure.ts';
import type { ConnectTarget } from '../../reach.ts';
import type { Docker } from '../commands/docker.ts';
import { firstControlPlane, lookAtNodesOf } from '../observe/look.ts';

export async function connectToNode(
  docker: Docker,
  cluster: string,
  target: ConnectTarget,
  signal: AbortSignal,
): Promise<Duplex> {
  if ('path' in target)
    throw new TrueupError('step_failed', `a socket in cluster ${cluster} cannot be reached from outside`, {
      next: 'have it listen on a port of the node, and map that in port_mappings',
    });
  const node = firstControlPlane(await lookAtNodesOf(docker, cluster, signal));
  const mapped = node?.ports.find(({ nodePort, protocol }) => nodePort === target.port && protocol === 'tcp');
  const [address] = node?.addresses ?? [];
  if (mapped !== undefined) return open(hostOf(mapped.hostIp), mapped.hostPort, signal);
  if (address !== undefined) return open(address, target.port, signal);
  throw new TrueupError('not_running', `cluster ${cluster} is not running`, { fields: { cluster } });
}

function hostOf(hostIp: string): string {
  return hostIp === '' || hostIp === '0.0.0.0' ? '127.0.0.1' : hostIp;
}

async function open(host: string, port: number, signal: AbortSignal): Promise<Socket> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const socket = connect({ host, port, signal });
  socket.once('connect', () => resolve(socket));
  socket.once('error', reject);
  return promise;
}
