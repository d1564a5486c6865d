/**
 * A byte stream to a port or a socket of a guest: through the port of the host that leads there, at the address that the guest
 * has, or else over its ssh.
 */
import type { Duplex } from 'node:stream';
import { TrueupError } from '../../../model/failure.ts';
import { type JsonObject, memberAt } from '../../../model/json.ts';
import { readNetworks } from '../domain/networks.ts';
import type { ConnectTarget } from '../../reach.ts';
import type { Virsh } from '../virsh/virsh.ts';
import { must } from '../virsh/virsh.ts';
import { parseXml } from '../xml/parse.ts';
import { openSocket, type Place } from '../../open-socket.ts';
import { forwardAt, forwardTo } from './forwards.ts';
import { placeOf } from './place.ts';
import type { Tunnels } from './tunnel.ts';

export interface Machine {
  readonly virsh: Virsh;
  readonly vm: string;
}

export interface Ways {
  readonly tunnels: Tunnels;
  /** As it is declared; `null` where nobody said. */
  readonly config: JsonObject | null;
}

export async function connectInto(
  { virsh, vm }: Machine,
  target: ConnectTarget,
  { tunnels, config }: Ways,
  signal: AbortSignal,
): Promise<Duplex> {
  const overSsh =
    config === null || memberAt(config, 'ready', 'ssh') === null
      ? null
      : (): Promise<Duplex> => tunnels.connect({ virsh, vm, config, signal }, target, signal);
  if ('path' in target) {
    if (overSsh !== null) return overSsh();
    throw new TrueupError('step_failed', `the socket ${target.path} of machine ${vm} cannot be reached from outside`, {
      fields: { vm, path: target.path },
      next: 'declare ready.ssh with a user and a key, or have it listen on a port, and forward that',
    });
  }
  const networks = readNetworks(parseXml(await must(virsh, ['dumpxml', vm], signal)));
  const forward = forwardAt(networks, target.port) ?? forwardTo(networks, target.port);
  const forwarded = forward === null ? null : placeOf(forward, virsh.engine);
  const place = forwarded ?? (await addressOf({ virsh, vm }, target.port, signal));
  if (place !== null) return openSocket(place, signal);
  if (overSsh !== null) return overSsh();
  throw new TrueupError('step_failed', `port ${target.port} of machine ${vm} cannot be reached from here`, {
    fields: { vm, port: target.port },
    next: `forward it: port_forwards: ["${virsh.engine.isLocal ? '' : '0.0.0.0:'}${20_000 + target.port}:${target.port}"]`,
  });
}

/** What the network of libvirt, or the guest agent, knows. */
async function addressOf({ virsh, vm }: Machine, port: number, signal: AbortSignal): Promise<Place | null> {
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
