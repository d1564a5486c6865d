/** The explanation of one resource: each field as it is declared, recorded and live, and why the next plan does what it does. */
import type { Address, ResourceType } from './address.ts';
import type { ActionReason, Cause, ChangeAction, Effect, Severity, WithheldReason } from './change.ts';
import type { DependencyCondition, Revision } from './desired.ts';
import type { FieldPath } from './field-path.ts';
import type { Json } from './json.ts';
import type { SourceRange } from './source.ts';

export const EXPLANATION_FORMAT_VERSION = '1.0';

/** Who wrote some lines last. What the commits say was written by others. */
export type Blame =
  | {
      readonly kind: 'commit';
      /** Full hash. */
      readonly commit: string;
      readonly author: string;
      /** ISO 8601: when its author made it. */
      readonly date: string;
      /** The first line of its message. */
      readonly summary: string;
      /** The history that is here begins with it: it, or an earlier one that is not here. */
      readonly at_or_before: boolean;
    }
  /** Edited since the last commit. */
  | { readonly kind: 'not_committed' }
  /** Git does not know the file. */
  | { readonly kind: 'not_tracked' }
  /** Git could not be asked. */
  | { readonly kind: 'unknown'; readonly reason: string };

export interface BlamedSource {
  readonly source: SourceRange;
  readonly blame: Blame;
}

/** Where a variable that a value is made of gets its own value from. Of several places the first in this order. */
export type VariableOrigin = 'command_line' | 'manifest' | 'process_environment' | 'env_file' | 'not_set';

export interface DeclaredVariable {
  readonly name: string;
  readonly origin: VariableOrigin;
  /** Of one that a manifest sets. */
  readonly source: SourceRange | null;
}

/** How a field is declared. */
export interface FieldDeclaration {
  readonly source: SourceRange;
  /** The folder that it is inherited from; `null` for the environment's own. */
  readonly inherited_from: string | null;
  /** The nearest declaration of the same field in what is extended, which does not count. */
  readonly overrides: SourceRange | null;
  /** In the order in which they are used, those that they are made of included. */
  readonly variables: readonly DeclaredVariable[];
}

/**
 * Where a desired value comes from. `default`: nobody declares it. `image`: nobody declares it, and what it was made from
 * says so. `intent`: a person stopped it on purpose. `none`: it is not set.
 */
export const FIELD_ORIGINS = ['manifest', 'default', 'image', 'intent', 'none'] as const;

export type FieldOrigin = (typeof FIELD_ORIGINS)[number];

export interface ExplainedField {
  readonly field_path: FieldPath;
  readonly desired: Json;
  readonly origin: FieldOrigin;
  /** As it was applied last; `null` where nothing is recorded. */
  readonly recorded: Json;
  readonly live: Json;
  /** Whether the engine can say what is: what it cannot hold is not compared. */
  readonly compared: boolean;
  /** `null` where desired and live agree, or are not known to disagree. */
  readonly difference: { readonly cause: Cause; readonly severity: Severity; readonly effect: Effect } | null;
  /** It differs, and a rule says to ignore that. */
  readonly ignored: boolean;
  /** Of a field that a manifest declares. */
  readonly declaration: BlamedDeclaration | null;
  /**
   * Of one that differs: who changed last what its value is made of, its line, variables and all; of the content of a file, the
   * file. `null` also where git cannot say.
   */
  readonly last_change: Blame | null;
}

export interface BlamedDeclaration extends BlamedSource {
  readonly inherited_from: string | null;
  readonly overrides: SourceRange | null;
  /** The file whose content it is, and who changed that last; `null` of whatever is no content. */
  readonly content: { readonly file: string; readonly blame: Blame } | null;
  readonly variables: readonly (DeclaredVariable & { readonly blame: Blame | null })[];
}

/** What the next plan does about the resource. */
export type NextOutcome =
  | {
      readonly outcome: 'change';
      readonly action: ChangeAction;
      readonly reason: ActionReason;
      readonly cause: Cause;
      /** Its engine does not exist yet, either. */
      readonly after_unknown: boolean;
      /** The other resource whose change takes this one along; `null` where it changes for itself. */
      readonly because_of: Address | null;
    }
  | { readonly outcome: 'withheld'; readonly reason: WithheldReason; readonly summary: string }
  | { readonly outcome: 'conflict'; readonly summary: string }
  /** Something that people wrote forbids it. */
  | { readonly outcome: 'refused'; readonly summary: string }
  /** It is not known how the resource is, so nothing is planned for it. */
  | { readonly outcome: 'unknown'; readonly reason: string }
  | { readonly outcome: 'nothing' };

/** What keeps the resource from being as it is declared. */
export type Wait =
  | { readonly on: 'engine'; readonly engine: string; readonly reason: string }
  | {
      readonly on: 'dependency';
      readonly address: Address;
      readonly condition: DependencyCondition;
      readonly reason: string;
    }
  | { readonly on: 'conflict' | 'plan' | 'run' | 'gate' | 'freeze' | 'quarantine'; readonly reason: string };

/** What became of the resource in the last run that was about it, where that was not what was wanted. */
export interface LastFailure {
  readonly run: string;
  readonly command: string;
  /** ISO 8601: when the run began. */
  readonly at: string;
  /** What failed, or was skipped; `null` where the report of the run is gone. */
  readonly step: string | null;
  readonly status: 'failed' | 'skipped' | 'cancelled' | 'gate_not_met';
  /** The step of another resource that kept it from running. */
  readonly skipped_because: string | null;
  readonly message: string | null;
  readonly next: string | null;
}

export interface Live {
  /** `absent`: its engine does not exist yet. */
  readonly status: 'there' | 'missing' | 'unknown' | 'absent';
  /** The name that it has, where it is there. */
  readonly name: string | null;
  readonly run_state: string | null;
  readonly health: string | null;
  readonly reason: string | null;
}

export interface Explanation {
  readonly environment: string;
  readonly revision: Revision;
  readonly address: Address;
  readonly type: ResourceType;
  /** The physical name that it is to have, or has where nothing declares it. */
  readonly name: string;
  readonly engine: string;
  readonly external: boolean;
  readonly declared: boolean;
  /** Where it is declared. */
  readonly declaration: BlamedSource | null;
  readonly live: Live;
  /** Names of what else carries its labels on its engine, and is in no manifest. */
  readonly beside: readonly string[];
  /** `null` where nothing is recorded of it. `revision` is the commit that it was applied from. */
  readonly recorded: { readonly revision: string | null; readonly unfinished: boolean } | null;
  readonly next: NextOutcome;
  /** Why passes of `watch` and the daemon leave alone what `trueup apply` would change; `null` where they do not. */
  readonly passes: 'drift_reported' | 'drift_ignored' | null;
  readonly waits: readonly Wait[];
  readonly last_failure: LastFailure | null;
  /** Those that are shown. */
  readonly fields: readonly ExplainedField[];
  /** Every field that differs, shown or not: what the plan rests on. */
  readonly differing: readonly ExplainedField[];
  /** Fields that have a value and are not shown. */
  readonly hidden: number;
  /** False when its engine did not answer. */
  readonly complete: boolean;
}
