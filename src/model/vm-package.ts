/** A VM as one file: its definition and its disks, as `snapshot export` writes it and `snapshot import` takes it. */
import type { JsonObject } from './json.ts';

/** A stretch of bytes that belongs to a machine: a disk, or what a disk lies over. */
export interface VmPart {
  /** Unique in the package; letters, digits and `. _ - /`. */
  readonly name: string;
  readonly bytes: number;
  /** Changes whenever its content may have: what was copied of another one is worth nothing. */
  readonly stamp: string;
  /** What the driver wants to know of it when it is put back. */
  readonly about: JsonObject;
}

export interface VmContents {
  /** The engine's id of the machine. */
  readonly vm_id: string;
  /** What the driver calls its kind of package: only the same driver takes it back. */
  readonly package_kind: string;
  /** The definition as the engine has it, with nothing secret in it: for people, and for who takes it back. */
  readonly definition: { readonly name: string; readonly text: string };
  readonly parts: readonly VmPart[];
}

export const VM_PACKAGE_FORMAT_VERSION = '1.0';

/** What came of an export. Names are those of the tools around VMs. */
export interface ExportPackage {
  readonly id: string;
  /** The engine's id of the machine that is in it. */
  readonly container_id: string;
  readonly format: 'zip';
  /** Absolute. */
  readonly location: string;
  readonly status: 'succeeded';
  /** `sha256:…` over the checksums of all that is in it. */
  readonly integrity_hash: string;
  /** ISO 8601: when it was begun. */
  readonly created_at: string;
  readonly size_bytes: number;
}

/** What stands at the beginning of a package: all that is known before the first byte of a disk is read. */
export interface PackageHead extends Omit<VmContents, 'definition'> {
  readonly id: string;
  /** ISO 8601. */
  readonly created_at: string;
  /** Where the definition is. */
  readonly definition: string;
  /** `sha256:…` of its text: what was begun with another one is of another machine. Empty where a package does not say. */
  readonly definition_hash: string;
}
