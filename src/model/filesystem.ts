/** What somebody changed in a service's own files: in the layer that goes with the container, and not in what is mounted. */
import type { Address } from './address.ts';

export type FilesystemChangeKind = 'added' | 'changed' | 'deleted';

export interface FilesystemChange {
  /** Absolute, as the service sees it. */
  readonly path: string;
  readonly change: FilesystemChangeKind;
}

export interface LocatedFilesystemChange extends FilesystemChange {
  readonly address: Address;
}

/** An engine whose services were not all looked at, and why. */
export interface UnseenFilesystem {
  readonly engine: string;
  readonly reason: 'cannot_tell' | 'no_answer';
}

/** Of a whole environment, by address and path. Information: nothing is healed, planned or written for it. */
export interface FilesystemDrift {
  readonly changes: readonly LocatedFilesystemChange[];
  /** Of services with more changes than are listed, how many more. */
  readonly omitted: readonly { readonly address: Address; readonly count: number }[];
  readonly unseen: readonly UnseenFilesystem[];
}
