/** Snapshots of VMs: all that a machine is at one moment, kept by its engine. Names are those of the tools around VMs. */
import type { VmStatus } from './vm-status.ts';

/** `system`: trueup took it by itself, before a change; it goes once there are enough later ones. */
export type VmSnapshotTrigger = 'system' | 'manual';

export interface VmSnapshot {
  /** A UUID; also what the engine calls it. */
  readonly id: string;
  /** The engine's id of the machine that it is of. */
  readonly vm_id: string;
  /** A short name for people; need not be unique. */
  readonly label: string;
  /** What somebody said of it; `null` for nothing. */
  readonly description: string | null;
  /** Each stands for itself. */
  readonly type: 'full';
  /** What it rests on: nothing. */
  readonly base_snapshot_id: null;
  /** By how much the disks grew when it was taken; `null` where the engine does not tell. */
  readonly size_bytes: number | null;
  /** `sha256:…` over what the engine knows of its parts; another one now means that somebody was at it. */
  readonly checksum_manifest: string;
  /** ISO 8601. */
  readonly created_at: string;
  readonly trigger: VmSnapshotTrigger;
  /** Where the machine was, and where restoring brings it: Running, Suspended or Stopped. */
  readonly status: VmStatus;
}

/** What a snapshot is asked for with. `id` makes the call idempotent: where it is there, nothing is taken. */
export interface VmSnapshotRequest extends Pick<VmSnapshot, 'id' | 'label' | 'description' | 'trigger'> {
  /** ISO 8601. */
  readonly at: string;
}

export const VM_SNAPSHOTS_FORMAT_VERSION = '1.0';
