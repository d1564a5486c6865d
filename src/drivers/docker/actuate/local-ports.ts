/** Which process of this machine listens on a port, as far as this user may know. Only Linux tells without a program. */
import { readdir, readFile, readlink } from 'node:fs/promises';

export interface LocalProcess {
  readonly pid: number;
  readonly command: string;
}

/** State 0A of /proc/net/tcp: listening. Sockets of UDP that are bound are in state 07. */
const LISTENING: Readonly<Record<string, string>> = { tcp: '0A', udp: '07' };

/** `null` where nobody is found: not Linux, another user's process, or another network namespace. */
export async function localHolder(port: number, protocol: string): Promise<LocalProcess | null> {
  const inodes = await listeningSockets(port, protocol);
  if (inodes.size === 0) return null;
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    if (await holdsSocket(pid, inodes)) return { pid: Number(pid), command: await commandOf(pid) };
  }
  return null;
}

async function listeningSockets(port: number, protocol: string): Promise<ReadonlySet<string>> {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const tables = [protocol, `${protocol}6`].map((name) => readFile(`/proc/net/${name}`, 'utf8').catch(() => ''));
  const lines = (await Promise.all(tables)).flatMap((table) => table.split('\n').slice(1));
  return new Set(
    lines.flatMap((line) => {
      const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
      return local.endsWith(wanted) && state === LISTENING[protocol] && inode !== undefined ? [inode] : [];
    }),
  );
}

async function holdsSocket(pid: string, inodes: ReadonlySet<string>): Promise<boolean> {
  const folder = `/proc/${pid}/fd`;
  const descriptors = await readdir(folder).catch(() => []);
  const links = await Promise.all(descriptors.map((name) => readlink(`${folder}/${name}`).catch(() => '')));
  return links.some((link) => inodes.has(/^socket:\[(\d+)\]$/.exec(link)?.[1] ?? ''));
}

async function commandOf(pid: string): Promise<string> {
  return (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')).trim() || 'unknown';
}
