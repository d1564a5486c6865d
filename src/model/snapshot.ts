/** Snapshots of volumes: the data as it was before a step that could have harmed it, and what is written beside it. */
import type { Revision } from './desired.ts';

export interface SnapshotFile {
  /** Relative to the root of the volume. */
  readonly path: string;
  /** `file`, `directory`, `symlink`, `link` … as the archive says. */
  readonly type: string;
  readonly size: number;
  readonly mode: number;
  /** Of regular files. */
  readonly sha256: string | null;
}

/** What was snapshot. */
export interface SnapshotSubject {
  /** The key of the volume. */
  readonly volume: string;
  /** Its physical name. */
  readonly name: string;
  readonly engine: string;
  readonly project: string;
  readonly environment: string;
  /** The run before whose change it was taken, and the revision that the run applied. */
  readonly run: string;
  readonly revision: Revision;
}

/** `manifest.json` beside the archive, without the list of files. */
export interface Snapshot extends SnapshotSubject {
  /** The name of its folder; sorts by time. */
  readonly id: string;
  /** ISO 8601. */
  readonly taken_at: string;
  readonly size_bytes: number;
  /** Of the archive. */
  readonly sha256: string;
}

export const SNAPSHOT_FORMAT_VERSION = '1.0';
