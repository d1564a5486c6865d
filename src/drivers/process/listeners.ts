/** Who listens on which port of this machine: from /proc/net on Linux, from `lsof` elsewhere. Opens no socket itself. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { promisify } from 'node:util';

export interface Listener {
  readonly protocol: 'tcp' | 'udp';
  readonly address: string;
  readonly port: number;
  /** Looked up only when it is asked for; `null` where it belongs to another user. */
  pid(): Promise<number | null>;
}

export async function listenersOf(signal: AbortSignal): Promise<readonly Listener[]> {
  if (process.platform !== 'linux') return lsofListeners(signal);
  return [
    ...procListeners('tcp', '/proc/net/tcp'),
    ...procListeners('tcp', '/proc/net/tcp6'),
    ...procListeners('udp', '/proc/net/udp'),
    ...procListeners('udp', '/proc/net/udp6'),
  ];
}

/** States of the kernel: a TCP socket that listens, a UDP socket that is bound. */
const LISTENING = { tcp: '0A', udp: '07' } as const;

function procListeners(protocol: 'tcp' | 'udp', file: string): readonly Listener[] {
  return readLines(file).flatMap((line) => {
    const fields = line.trim().split(/\s+/);
    const [address = '', port = ''] = (fields[1] ?? '').split(':');
    const inode = fields[9];
    if (fields[3] !== LISTENING[protocol] || inode === undefined) return [];
    return [
      { protocol, address: decodeAddress(address), port: Number.parseInt(port, 16), pid: async () => holderOf(inode) },
    ];
  });
}

function readLines(file: string): readonly string[] {
  try {
    return readFileSync(file, 'latin1').split('\n').slice(1);
  } catch {
    return [];
  }
}

/** The kernel prints words of four bytes in the order of this machine's memory, which is little endian. */
function decodeAddress(hex: string): string {
  const words = hex.match(/.{8}/g) ?? [];
  const bytes = words.flatMap((word) => [...Buffer.from(word, 'hex')].toReversed());
  if (bytes.length === 4) return bytes.join('.');
  if (bytes.every((byte) => byte === 0)) return '::';
  const isMapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
  if (isMapped) return bytes.slice(12).join('.');
  if (bytes.slice(0, 15).every((byte) => byte === 0) && bytes[15] === 1) return '::1';
  return Buffer.from(bytes).toString('hex').match(/.{4}/g)?.join(':') ?? hex;
}

/** The process that has the socket open. */
function holderOf(inode: string): number | null {
  const wanted = `socket:[${inode}]`;
  for (const pid of namesIn('/proc').filter((name) => /^\d+$/.test(name))) {
    for (const descriptor of namesIn(`/proc/${pid}/fd`)) {
      if (linkOf(`/proc/${pid}/fd/${descriptor}`) === wanted) return Number(pid);
    }
  }
  return null;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function linkOf(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}

/** `-F` output: `p<pid>` begins a process, `P<protocol>` and `n<address>:<port>` stand for each of its sockets. */
async function lsofListeners(signal: AbortSignal): Promise<readonly Listener[]> {
  const args = ['-nP', '-w', '-iTCP', '-iUDP', '-sTCP:LISTEN', '-FpPn'];
  const { stdout } = await promisify(execFile)('lsof', args, { signal, maxBuffer: 16 * 1024 * 1024 }).catch(
    (error: unknown) => {
      signal.throwIfAborted();
      // It fails where it finds nothing, too.
      return { stdout: error instanceof Error && 'stdout' in error ? String(error.stdout) : '' };
    },
  );
  const listeners: Listener[] = [];
  let pid = 0;
  let protocol: 'tcp' | 'udp' = 'tcp';
  for (const line of stdout.split('\n')) {
    const value = line.slice(1);
    if (line.startsWith('p')) pid = Number(value);
    if (line.startsWith('P')) protocol = value.toLowerCase() === 'udp' ? 'udp' : 'tcp';
    const [, address, port] = line.startsWith('n') ? (/^\[?([^\]]*?)\]?:(\d+)$/.exec(value) ?? []) : [];
    if (address === undefined || port === undefined) continue;
    const holder = pid;
    listeners.push({ protocol, address, port: Number(port), pid: async () => holder });
  }
  return listeners;
}
