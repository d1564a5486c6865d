/** A VM as tools around it show one: their names and units, whatever manifests call it. */
import type { VmStatus } from './vm-status.ts';

export interface VirtualMachine {
  /** The engine's own. */
  readonly id: string | null;
  /** The physical name. */
  readonly name: string;
  readonly status: VmStatus;
  /** `x86_64`, `arm64`; `null` where neither the engine nor a manifest says. */
  readonly arch: string | null;
  /** In MiB, as it runs. */
  readonly memoryMB: number | null;
  readonly cpus: number | null;
  /** In GiB, of the disk that it boots from. */
  readonly diskSizeGB: number | null;
  /** The port of this host that leads to its SSH server; `null` for none. */
  readonly sshLocalPort: number | null;
  /** Where its engine keeps it; `null` where that is no folder. */
  readonly directory: string | null;
  /** ISO 8601, these three; `null` where nobody knows, and where it never happened. */
  readonly createdAt: string | null;
  readonly lastStarted: string | null;
  readonly lastStopped: string | null;
}
