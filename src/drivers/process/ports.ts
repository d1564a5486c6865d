/** Host ports: whether the declared ones are free before a start, and who holds one that is not. */
import { TrueupError } from '../../model/failure.ts';
import type { Engine } from './engine.ts';
import { type Listener, listenersOf } from './listeners.ts';
import { serviceOfProcess } from './registry.ts';
import type { DeclaredPort } from './service-settings.ts';

/** Throws `port_in_use`, naming the holder, for the first port that somebody listens on. */
export async function checkPorts(
  engine: Engine,
  name: string,
  ports: readonly DeclaredPort[],
  signal: AbortSignal,
): Promise<void> {
  if (ports.length === 0) return;
  const listeners = await listenersOf(signal);
  for (const port of ports) {
    const taken = listeners.find((listener) => isTaken(port, listener));
    if (taken !== undefined) throw await portInUse(engine, name, port, taken, signal);
  }
}

async function portInUse(
  engine: Engine,
  name: string,
  { hostPort: port, protocol }: DeclaredPort,
  listener: Listener,
  signal: AbortSignal,
): Promise<TrueupError> {
  const pid = await listener.pid();
  const [boot, table] = [await engine.processes.boot(), await engine.processes.look(signal)];
  const command = pid === null ? null : table.commandOf(pid);
  const service = pid === null ? null : serviceOfProcess(engine.root, table, boot, pid);
  const process = pid === null ? 'a process of another user' : `process ${pid} (${command})`;
  const holder = service === null ? process : `service ${service}, ${process}`;
  return new TrueupError('port_in_use', `port ${port}/${protocol} of ${name} is held by ${holder}`, {
    fields: { name, port, protocol, pid, command, service },
    next:
      service === null
        ? 'end that process, or declare another host_port'
        : `stop ${service}, or declare another host_port`,
  });
}

const WILDCARDS = ['0.0.0.0', '::', '*'];

/** One without a host address listens everywhere, and so does not go with any other on the same port. */
function isTaken({ hostPort, hostAddress, protocol }: DeclaredPort, listener: Listener): boolean {
  if (listener.port !== hostPort || listener.protocol !== protocol) return false;
  const isEverywhere = hostAddress === null || WILDCARDS.includes(hostAddress);
  return isEverywhere || WILDCARDS.includes(listener.address) || listener.address === hostAddress;
}
