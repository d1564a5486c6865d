/**
 * What only engines of VMs have, beside what every engine has: snapshots, packages that carry a machine elsewhere, the serial
 * console, and the word of the engine's own validator. Each of them is optional: an engine that has no such thing leaves it out.
 */
import type { Address } from '../model/address.ts';
import type { DesiredResource } from '../model/desired.ts';
import type { FieldPath } from '../model/field-path.ts';
import type { JsonObject } from '../model/json.ts';
import type { Facts } from '../model/observed.ts';
import type { VmContents, VmPart } from '../model/vm-package.ts';
import type { VmSnapshot, VmSnapshotRequest } from '../model/vm-snapshot.ts';
import type { StepContext } from './step-context.ts';
import type { ObjectReference } from './scope.ts';

/** What there is of one machine. */
export interface VmSnapshots {
  /** Oldest first. */
  readonly ours: readonly VmSnapshot[];
  /** Names of those that somebody else took: they are told, and never touched. */
  readonly foreign: readonly string[];
}

/** What a validator refuses: at the field that comes to it, or at the machine where nobody knows. */
export interface Refusal {
  readonly field_path: FieldPath;
  readonly text: string;
}

/** Of an observer: only reads. Each rejects with `object_missing` where there is no such machine. */
export interface VmSights {
  snapshots?(object: ObjectReference, signal: AbortSignal): Promise<VmSnapshots>;
  /**
   * What a package of the machine as it is now would hold. Rejects with `illegal_transition` where it runs, or remembers more
   * than its disks hold: nobody may write to what is copied.
   */
  contents?(object: ObjectReference, signal: AbortSignal): Promise<VmContents>;
  /** The bytes of a part from an offset on. */
  readPart?(object: ObjectReference, part: VmPart, offset: number, signal: AbortSignal): AsyncIterable<Uint8Array>;
  /**
   * What the engine's own validator says against the definition that this configuration comes to, each at its field; empty for
   * nothing. `null` where the validator is not to be had here: then the engine itself says so when it is applied.
   */
  validate?(resource: DesiredResource, facts: Facts | null, signal: AbortSignal): Promise<readonly Refusal[] | null>;
}

/**
 * Of an actuator. What is not ours is never touched, whatever is asked: `name_in_use`. Steps and these calls on one machine are
 * serialised by the driver.
 */
export interface VmActions {
  /**
   * Takes one of a machine wherever it is; afterwards the machine is where it was. Idempotent by the id. After a throw there is
   * none of this id, or a part that the next call with any id clears away.
   */
  takeSnapshot?(object: ObjectReference, request: VmSnapshotRequest, context: StepContext): Promise<VmSnapshot>;
  /**
   * Brings the machine where it was then: its disks, its definition, and what it remembered, or a start anew from those disks where
   * the engine cannot give that back. What it is now is lost. Checked
   * against its checksum before anything is touched (`snapshot_damaged`); rejects with `snapshot_not_found`. After a throw half-way
   * the machine may be stopped, and the same call can be made again.
   */
  restoreSnapshot?(object: ObjectReference, id: string, context: StepContext): Promise<JsonObject>;
  /** Idempotent: what is gone is done. What somebody else took is refused with `snapshot_not_found`. */
  deleteSnapshot?(object: ObjectReference, id: string, context: StepContext): Promise<void>;
  /**
   * Puts the parts of a package in place for a machine that is not there yet, with our marks on them; the next apply makes the
   * machine around them. Refuses, before anything is touched, a package of another kind, one that is not what `config` declares,
   * and where there are disks already (`object_in_use`) unless `replace`. Not idempotent half-way: after a throw nothing that it
   * has begun stands under the name of a disk.
   */
  putParts?(machine: MachineToBe, source: PackageSource, context: StepContext): Promise<void>;
  /**
   * Hands the terminal over to the serial console of a machine that runs, until the person leaves by the key, or the machine
   * ends. `not_running` where it does not. Resolves with the exit status for the command.
   */
  console?(object: ObjectReference, signal: AbortSignal): Promise<number>;
  /** The key that leaves the console, as people write it: `Ctrl-]`. */
  readonly consoleKey?: string;
}

export interface MachineToBe {
  readonly object: ObjectReference;
  readonly address: Address;
  /** As it is declared, in the long form. */
  readonly config: JsonObject;
  /** Whether disks that are there already may go, with all that is on them. */
  readonly replace: boolean;
}

/** Checked against its hash before it is handed over. */
export interface PackageSource {
  readonly contents: VmContents;
  read(part: VmPart): AsyncIterable<Uint8Array>;
}
