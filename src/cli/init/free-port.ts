/** Ports that nobody listens on at this moment. */
import { once } from 'node:events';
import { createServer } from 'node:net';

/** The first free port from `first` on that nobody declares, among a hundred; else any free one. */
export async function freePortFrom(first: number, declared: ReadonlySet<number>): Promise<number> {
  for (let port = first; port < first + 100; port += 1) {
    if (!declared.has(port) && (await tryListening(port)) !== null) return port;
  }
  return (await tryListening(0)) ?? first;
}

/** So many different free ports. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = await tryListening(0);
    if (port !== null) ports.add(port);
  }
  return [...ports];
}

async function tryListening(port: number): Promise<number | null> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : null;
  } catch {
    return null;
  } finally {
    server.close();
  }
}
