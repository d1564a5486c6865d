/** The ports that the processes of a cluster listen on: kwokctl has chosen them once, and somebody else may have taken one since. */
import { connect } from 'node:net';
import type { FolderSight } from '../observe/look-at-folder.ts';
import type { Component } from '../settings.ts';

const PORT_FLAGS = /^--(secure-port|listen-client-urls|listen-peer-urls|server-address)=(.*)$/;

export function portsOf({ args }: Component): readonly number[] {
  return args.flatMap((arg) => {
    const port = Number(/(\d+)$/.exec(PORT_FLAGS.exec(arg)?.[2] ?? '')?.[1] ?? 0);
    return port === 0 ? [] : [port];
  });
}

/** A port of a process that does not run, which somebody listens on; `null` for none. */
export async function takenPort({ settings, components }: FolderSight): Promise<number | null> {
  const up = new Set(components.filter(({ state }) => state === 'running').map(({ name }) => name));
  const ports = (settings?.components ?? []).filter(({ name }) => !up.has(name)).flatMap(portsOf);
  for (const port of ports) if (await isListenedOn(port)) return port;
  return null;
}

/** Asked by a connection: who tried to listen there would be in the way of whoever is about to. */
export async function isListenedOn(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect({ port, host: '127.0.0.1' });
  socket.once('error', () => resolve(false));
  socket.once('connect', () => resolve(true));
  const isTaken = await promise;
  socket.destroy();
  return isTaken;
}
