/** What an import makes of what it was shown: the manifest as values, what goes beside it, and all that has to be said. */
import type { Address } from '../../model/address.ts';
import type { Facts } from '../../model/observed.ts';
import type { ForeignObject } from '../../model/foreign.ts';
import type { FieldPath } from '../../model/field-path.ts';
import type { JsonObject } from '../../model/json.ts';

export interface ImportInput {
  /** The name of the environment. */
  readonly environment: string;
  readonly facts: Facts;
  readonly objects: readonly ForeignObject[];
  /** Those of other environments, none of which this one can have. */
  readonly projects?: ReadonlySet<string>;
  /** Whether a path of the host is there, to be mounted. */
  exists(hostPath: string): boolean;
  /** A path of the host as the manifest names it. */
  named(hostPath: string): string;
}

/** A text that is no part of the manifest: it stands in a file that git does not hold. */
export interface ImportedSecret {
  /** The name of its file. */
  readonly file: string;
  readonly plain: string;
  /** Which variables have it, as `service.web NAME`. */
  readonly used_by: readonly string[];
}

export type ImportNoteKind =
  /** A name that is no valid key, or that another one has. */
  | 'renamed'
  /** What stands in the manifest otherwise than on the engine, under an ignore rule. */
  | 'not_expressed'
  /** A setting that is lost when the resource is next replaced. */
  | 'not_carried'
  /** What looks like a secret, and stands in the manifest. */
  | 'plain_secret'
  /** What apply will do although nothing is declared otherwise. */
  | 'will_change'
  | 'information';

export interface ImportNote {
  readonly kind: ImportNoteKind;
  readonly address: Address;
  readonly text: string;
}

export interface IgnoredField {
  readonly address: Address;
  readonly field_path: FieldPath;
  readonly reason: string;
}

export interface Imported {
  readonly project: string | null;
  readonly services: Readonly<Record<string, JsonObject>>;
  readonly volumes: Readonly<Record<string, JsonObject>>;
  readonly networks: Readonly<Record<string, JsonObject>>;
  readonly ignored: readonly IgnoredField[];
  /** Lines above a service, by its key. */
  readonly comments: Readonly<Record<string, readonly string[]>>;
  /** Secrets that texts of the manifest are put together with. */
  readonly variables: JsonObject;
  readonly secrets: readonly ImportedSecret[];
  readonly notes: readonly ImportNote[];
  /** Services that do not run and are not to be started by an apply. */
  readonly stopped: readonly Address[];
}
