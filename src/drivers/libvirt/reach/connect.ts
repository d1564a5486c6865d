/** A byte stream to a port of a guest: through the port of the host that leads there, else at the address that the guest has. */
import type { Duplex } from 'node:stream';
import { TrueupError } from '../../../model/failure.ts';
import { readNetworks } from '../domain/networks.ts';
import type { ConnectTarget } from '../../reach.ts';
import type { Virsh } from '../virsh/virsh.ts';
import { must } from '../virsh/virsh.ts';
import { parseXml } from '../xml/parse.ts';
import { forwardTo, openSocket } from './forwards.ts';

export interface Machine {
  readonly virsh: Virsh;
  readonly vm: string;
}

export async function connectInto({ virsh, vm }: Machine, target: ConnectTarget, signal: AbortSignal): Promise<Duplex> {
  if ('path' in target)
    throw new TrueupError('step_failed', `a socket of machine ${vm} cannot be reached from outside`, {
      next: 'have it listen on a port, and forward that',
    });
  const networks = readNetworks(parseXml(await must(virsh, ['dumpxml', vm], signal)));
  const place = forwardTo(networks, target.port) ?? (await addressOf({ virsh, vm }, target.port, signal));
  if (place !== null) return openSocket(place, signal);
  throw new TrueupError('step_failed', `port ${target.port} of machine ${vm} cannot be reached from here`, {
    fields: { vm, port: target.port },
    next: `forward it: port_forwards: ["${20_000 + target.port}:${target.port}"]`,
  });
}

/** What the network of libvirt, or the guest agent, knows. */
async function addressOf(
  { virsh, vm }: Machine,
  port: number,
  signal: AbortSignal,
): Promise<{ readonly host: string; readonly port: number } | null> {
  if (!virsh.engine.isLocal) return null;
  const answers = await virsh.ask(
    [
      ['domifaddr', vm],
      ['domifaddr', vm, '--source', 'agent'],
    ],
    signal,
  );
  const host = answers.flatMap(({ stdout }) =>
    [...stdout.matchAll(/ipv4\s+([\d.]+)\//g)].map((match) => match[1] ?? ''),
  );
  const found = host.find((address) => !address.startsWith('127.'));
  return found === undefined ? null : { host: found, port };
}
