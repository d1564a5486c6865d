/**
 * Hands the terminal over to the serial console of a machine, which Lima leaves as a socket in its folder where QEMU runs it. What
 * the guest writes is written down all the same.
 */
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { once } from 'node:events';
import { TrueupError } from '../../../model/failure.ts';
import type { Limactl } from '../limactl/limactl.ts';
import { machineNamed } from '../observe/look.ts';
import { machineFiles } from '../places.ts';
import { assertRunning } from './connect.ts';
import { handOver, type Terminal } from './hand-over.ts';

/** The first serial port, on which a guest shows a prompt. */
const SOCKET = 'serial.sock';

export async function openConsole(
  limactl: Limactl,
  vm: string,
  signal: AbortSignal,
  terminal: Terminal = { input: process.stdin, output: process.stdout },
): Promise<number> {
  assertRunning(vm, await machineNamed(limactl, vm, signal));
  const stream = await connected(join(machineFiles(limactl.engine, vm).folder, SOCKET), vm, signal);
  await handOver(terminal, stream, signal);
  return 0;
}

async function connected(path: string, vm: string, signal: AbortSignal): Promise<Socket> {
  const socket = connect(path);
  try {
    await once(socket, 'connect', { signal });
    return socket;
  } catch (error) {
    socket.destroy();
    signal.throwIfAborted();
    throw new TrueupError('unsupported', `nobody can talk to the serial console of ${vm}`, {
      cause: error,
      fields: { name: vm, path },
      next: 'only QEMU has one to talk to (`driver_options: { vmType: qemu }`); `trueup logs` shows what it wrote',
    });
  }
}
