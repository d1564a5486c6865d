/** What two revisions declare otherwise: the semantic difference between two commits. */
import type { Address, ResourceType } from './address.ts';
import type { Effect, Severity } from './change.ts';
import type { Revision } from './desired.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { FieldPath } from './field-path.ts';
import type { Json } from './json.ts';
import type { SourceRange } from './source.ts';

export type DifferenceKind = 'added' | 'removed' | 'changed';

/** One field that the two revisions declare otherwise. */
export interface DeclaredDifference {
  readonly field_path: FieldPath;
  readonly before: Json;
  readonly after: Json;
  /** What it takes to carry it out; `null` where no engine holds the field. */
  readonly effect: Effect | null;
  readonly severity: Severity;
  readonly before_source: SourceRange | null;
  /** Of what the later revision does not declare: the nearest declared thing around it there. */
  readonly after_source: SourceRange | null;
}

/** A field that two revisions declare otherwise although no step comes of it. */
export interface DeclaredOtherwise extends Pick<DeclaredDifference, 'field_path' | 'before' | 'after' | 'severity'> {
  /** `null` for the environment as a whole. */
  readonly address: Address | null;
  /** In the later revision. */
  readonly source: SourceRange | null;
}

export interface ResourceDifference {
  readonly kind: DifferenceKind;
  readonly address: Address;
  /** The address that it had before, where `moved` says so. */
  readonly previous_address: Address | null;
  readonly type: ResourceType;
  readonly before_source: SourceRange | null;
  readonly after_source: SourceRange | null;
  /** Of what changed alone: what is added or removed is so with all that it has. */
  readonly differences: readonly DeclaredDifference[];
}

export interface EnvironmentDifference {
  readonly kind: DifferenceKind;
  readonly environment: string;
  /** Where the environment as a whole is declared. */
  readonly before_source: SourceRange | null;
  readonly after_source: SourceRange | null;
  /** Of the environment as a whole. */
  readonly differences: readonly DeclaredDifference[];
  /** By address. */
  readonly resources: readonly ResourceDifference[];
}

/** Environments of one revision of which nothing can be said, because their manifests have mistakes there. */
export interface InvalidSide {
  readonly side: 'before' | 'after';
  /** Their names, sorted; empty where the mistakes are in what no environment is declared in. */
  readonly environments: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

export interface DeclaredDiff {
  readonly before: Revision;
  readonly after: Revision;
  /** Those that differ, by name. */
  readonly environments: readonly EnvironmentDifference[];
  /** How many mean the same. */
  readonly unchanged: number;
  readonly invalid: readonly InvalidSide[];
}
