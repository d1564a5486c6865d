/** What it takes to reach into a running resource, and what comes back. */
import type { Duplex } from 'node:stream';
import type { Vault } from '../model/secret.ts';

export interface ExecOptions {
  readonly signal: AbortSignal;
  readonly vault: Vault;
  /** For an interactive `exec`: the terminal is handed over and output is empty. */
  readonly interactive?: boolean;
  /** Output beyond this many bytes is cut from the front. Default 65536. */
  readonly maxOutput?: number;
  /** What differs from how the resource's own command runs; absent for nothing. */
  readonly user?: string;
  readonly workingDirectory?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly privileged?: boolean;
}

export interface ExecResult {
  readonly exit_code: number;
  /** Both streams, in the order written. */
  readonly output: string;
}

/** A place inside a resource: a TCP port, or a socket path. */
export type ConnectTarget = { readonly port: number } | { readonly path: string };

/** A byte stream to a place inside the VM that an engine runs in. Rejects when nobody listens. The caller destroys it. */
export type Dial = (target: ConnectTarget, signal: AbortSignal) => Promise<Duplex>;
