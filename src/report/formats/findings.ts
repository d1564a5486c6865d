/**
 * What a plan, the drift in it, a diff of two revisions, or a parity of two environments has to tell, in one shape for every format that others display: Markdown, SARIF, JUnit,
 * workflow annotations. Every text here is one line, safe on a terminal, shortened, and without a secret; each renderer
 * adds only the escapes of its own format.
 */
import type { Severity } from '../../model/change.ts';
import type { SourceRange } from '../../model/source.ts';

/** What a document is about. */
export type FindingsKind = 'plan' | 'drift' | 'diff' | 'parity';

/** Those of which the subject is a plan. */
export type PlanFindingsKind = Exclude<FindingsKind, 'diff' | 'parity'>;

/** One field on which desired and observed disagree, two revisions, or two environments. */
export interface FieldFinding {
  /** `field/container.image`: the same for every resource, so that people can filter by it. */
  readonly rule: string;
  readonly field: string;
  /** `"1.4" → "1.5"`, or for drift `is "1.4", declared "1.5"`. */
  readonly values: string;
  /** What it takes, who caused it, what it means: each a few words. */
  readonly notes: readonly string[];
  readonly severity: Severity;
  readonly source: SourceRange | null;
}

/** One resource that changes, that drifted, or that two revisions or environments have otherwise. */
export interface Finding {
  /** `change/missing`, `drift/undeclared`. */
  readonly rule: string;
  readonly address: string;
  /** The physical name: it tells two findings of one address apart. */
  readonly name: string;
  readonly sign: string;
  /** `will be replaced` */
  readonly what: string;
  /** `cannot be changed in place` */
  readonly why: string;
  readonly severity: Severity;
  /** Where it is declared. */
  readonly source: SourceRange | null;
  readonly fields: readonly FieldFinding[];
  /** Of what is created: the fields that tell what it is. */
  readonly sets: readonly string[];
  /** `also restarts service.web`, `drops connections`: what a reader must know before saying yes. */
  readonly consequences: readonly string[];
  readonly losesData: boolean;
  /** Where it was, of what is declared no more: shown by formats that need a place. */
  readonly lastSource?: SourceRange;
}

/**
 * What is said beside the findings. `info` is worth a word wherever the findings stand, and nothing to act on; `told` is
 * for people who read everything. Neither is a finding of its own.
 */
export interface Remark {
  readonly rule: string;
  readonly level: 'error' | 'warning' | 'info' | 'told';
  readonly text: string;
  readonly source: SourceRange | null;
  /** What it is about, where that differs. */
  readonly fields?: readonly FieldFinding[];
  /** As in a finding. */
  readonly lastSource?: SourceRange;
}

export interface EnvironmentFindings {
  readonly environment: string;
  /** `1a2b3c4 (dirty)` */
  readonly revision: string;
  /** The last line of the text form. */
  readonly summary: string;
  /** `[2, 'to create']`, in the order in which they are told. */
  readonly counts: readonly (readonly [count: number, words: string])[];
  /** Addresses that do not go on running without a break. */
  readonly restarts: readonly string[];
  /** The most severe first. */
  readonly findings: readonly Finding[];
  readonly remarks: readonly Remark[];
  /** `null` where nobody counted them. */
  readonly unchanged: number | null;
  /** Whether everything was looked at, and nothing forbids to go on. */
  readonly isWhole: boolean;
  /** A manifest of its own: where a finding is shown that stands in no manifest. */
  readonly file: string | null;
}

export interface FindingsReport {
  readonly kind: FindingsKind;
  readonly environments: readonly EnvironmentFindings[];
  /** Mistakes in manifests: of what they are in there is nothing else to tell. */
  readonly mistakes: readonly Remark[];
}
