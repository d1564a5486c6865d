/** The ports that the processes of a cluster listen on: kwokctl has chosen them once, and somebody else may have taken one since. */
import { createServer } from 'node:net';
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
  for (const port of ports) if (!(await isFree(port))) return port;
  return null;
}

export async function isFree(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const server = createServer();
  server.once('error', () => resolve(false));
  server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  return promise;
}
