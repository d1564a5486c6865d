/**
 * Where a port that a machine forwards is reached from here. What listens on the loopback address of another host is reached from
 * there alone: under the same address here somebody else may listen, who is never to be taken for the guest. Pure.
 */
import type { Place } from '../../open-socket.ts';
import type { Engine } from '../engine.ts';

export interface Forward {
  /** The address that it listens on, on the host that runs the machine. */
  readonly listens: string;
  /** Of that host. */
  readonly port: number;
}

/** `null` where nobody gets there from here. */
export function placeOf({ listens, port }: Forward, engine: Pick<Engine, 'uri' | 'isLocal'>): Place | null {
  const isEverywhere = listens === '0.0.0.0';
  if (engine.isLocal) return { host: isEverywhere ? '127.0.0.1' : listens, port };
  if (isLoopback(listens)) return null;
  const host = isEverywhere ? hostOf(engine.uri) : listens;
  return host === null ? null : { host, port };
}

export function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === 'localhost' || address === '::1';
}

/** `qemu+ssh://kim@lab.example:2222/system` → `lab.example`; `null` where no host is named. */
export function hostOf(uri: string): string | null {
  const host = /^[^:]+:\/\/(?:[^@/]*@)?(\[[^\]]*\]|[^:/?]*)/.exec(uri)?.[1] ?? '';
  return host === '' ? null : host.replace(/^\[(.*)\]$/, '$1');
}
