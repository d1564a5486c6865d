/** What a bisect finds: how each commit was judged, the first bad one, and what it declares otherwise than its parent. */
import type { Address } from './address.ts';
import type { DesiredEnvironment } from './desired.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { FieldPath } from './field-path.ts';
import type { Json } from './json.ts';
import type { Plan } from './plan.ts';
import type { Run } from './run.ts';
import type { SourceRange } from './source.ts';

/** What people know a commit by. */
export interface CommitInfo {
  /** Full hash. */
  readonly commit: string;
  /** Full hashes, the first parent first. */
  readonly parents: readonly string[];
  readonly author: string;
  /** When it was written, ISO 8601. */
  readonly date: string;
  /** The first line of its message. */
  readonly subject: string;
}

/** What became of a copy that was to be what a commit declares. Without a run the plan could not be carried out. */
export interface Staged {
  readonly plan: Plan;
  readonly run: Run | null;
}

export interface Judgement {
  readonly commit: CommitInfo;
  readonly verdict: 'good' | 'bad';
  /** Why it is bad, in one sentence; `null` for a good one. */
  readonly reason: string | null;
  /** The commit that declares the same, and was judged before; `null` where this one was tried. */
  readonly same_as: string | null;
  readonly duration_ms: number;
  /** Mistakes in the manifests, or what the engine cannot carry out. */
  readonly diagnostics: readonly Diagnostic[];
  /** What was declared; `null` where it could not be read. */
  readonly environment: DesiredEnvironment | null;
  readonly staged: Staged | null;
}

export interface DesiredDifference {
  readonly field_path: FieldPath;
  /** `null` where it is not set. */
  readonly before: Json;
  readonly after: Json;
  /** Where the later one declares it. */
  readonly source: SourceRange | null;
}

export interface DesiredChange {
  readonly address: Address;
  readonly kind: 'added' | 'removed' | 'changed';
  /** Of what is there before and after. */
  readonly differences: readonly DesiredDifference[];
  /** Where it is declared: of what was removed, in the earlier one. */
  readonly source: SourceRange | null;
}

export interface Bisected {
  readonly environment: string;
  readonly good: CommitInfo;
  readonly bad: CommitInfo;
  readonly first_bad: Judgement;
  /** What the differences are to: the first parent; `null` for a commit without one. */
  readonly parent: string | null;
  /** Desired against desired; `null` where one of the two declares nothing that can be read. */
  readonly changes: readonly DesiredChange[] | null;
  /** In the order of looking. */
  readonly judged: readonly Judgement[];
}
