/** Where an engine listens. */
import type { ConnectTarget, Dial } from '../../reach.ts';

export interface TlsFiles {
  /** `null`: the certificate authorities of this machine. */
  readonly ca: string | null;
  readonly cert: string | null;
  readonly key: string | null;
  /** Whether the engine must prove who it is. */
  readonly verify: boolean;
}

interface Place {
  /** For people: `unix:///var/run/docker.sock`. */
  readonly text: string;
  /** Where it was found, for people: `DOCKER_HOST`, `context "colima"`, `the default socket`. */
  readonly source: string;
}

export interface UnixEndpoint extends Place {
  readonly kind: 'unix';
  readonly path: string;
}

export interface TcpEndpoint extends Place {
  readonly kind: 'tcp';
  readonly host: string;
  readonly port: number;
  readonly tls: TlsFiles | null;
}

export interface SshEndpoint extends Place {
  readonly kind: 'ssh';
  readonly host: string;
  /** `null`: as the configuration of ssh says. */
  readonly user: string | null;
  readonly port: number | null;
  /** The engine's socket over there; `null`: as the docker command there finds it. */
  readonly socket: string | null;
}

/** Inside of a VM that is declared: only whoever runs the VM knows a way there. */
export interface InsideEndpoint extends Place {
  readonly kind: 'inside';
  readonly target: ConnectTarget;
  readonly dial: Dial;
}

export type Endpoint = UnixEndpoint | TcpEndpoint | SshEndpoint | InsideEndpoint;
