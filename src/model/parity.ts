/**
 * Parity: one environment held against another. Names, enums and counts of the report are those of ConfigurationDiffReport,
 * ServiceDiff and Difference in the data model; what we add to them stands in `metadata`. The report is the document itself.
 */
import type { Address, ResourceType } from './address.ts';
import type { Severity } from './change.ts';
import type { IgnoreRule, Revision } from './desired.ts';
import type { DriftWriting } from './drift-writing.ts';
import type { FieldPath } from './field-path.ts';
import type { Json, JsonObject } from './json.ts';
import type { SourceRange } from './source.ts';

export const PARITY_FORMAT_VERSION = '1.0';

/** What is declared; what runs; of what is declared only what matters, by rules. */
export const COMPARISON_MODES = ['structural', 'runtime', 'semantic'] as const;
export type ComparisonMode = (typeof COMPARISON_MODES)[number];

export const OVERALL_STATUSES = ['identical', 'minor_differences', 'major_differences', 'incompatible'] as const;
export type OverallStatus = (typeof OVERALL_STATUSES)[number];

export const SERVICE_DIFF_STATUSES = ['identical', 'different', 'missing_in_source', 'missing_in_target'] as const;
export type ServiceDiffStatus = (typeof SERVICE_DIFF_STATUSES)[number];

export const PARITY_DIFFERENCE_TYPES = [
  'value_mismatch',
  'missing_in_source',
  'missing_in_target',
  'type_mismatch',
] as const;
export type ParityDifferenceType = (typeof PARITY_DIFFERENCE_TYPES)[number];

export const IMPACT_LEVELS = ['none', 'low', 'medium', 'high', 'critical'] as const;
export type ImpactLevel = (typeof IMPACT_LEVELS)[number];

/** One of the two that are compared. The first that a command line names is the source, the second the target. */
export interface ParitySide {
  /** As the command line names it: `local`, `staging@v1.2`, `production.json`. */
  readonly label: string;
  readonly environment: string;
  /** `null` where an observation does not say it. */
  readonly type: 'local' | 'staging' | 'production' | null;
  /** Prefix of physical names. */
  readonly project: string;
  readonly origin: 'declared' | 'observed';
  /** `null` for what was observed. */
  readonly revision: Revision | null;
  /** ISO 8601; `null` for what is declared. */
  readonly observed_at: string | null;
  readonly engines: readonly ParityEngine[];
  /** All but images, which nobody declares: they are fields of services. */
  readonly resources: ReadonlyMap<Address, ParityResource>;
  /** What nobody could look at: it is neither equal nor different. */
  readonly unknown: readonly UnknownPart[];
  /** Where something was looked for: what is declared and not there, with the place of its declaration. */
  readonly absent: ReadonlyMap<Address, SourceRange | null>;
  /** Fields that its manifests leave to others: what runs may be other there. None of an observation that came as a file. */
  readonly ignored: readonly IgnoreRule[];
}

export interface ParityEngine {
  readonly name: string;
  readonly driver: string;
  /** What the engine reports; `null` where it was not asked. */
  readonly version: string | null;
}

export interface UnknownPart {
  readonly side: 'source' | 'target';
  /** The one that does not answer; `null` where what is declared has mistakes. */
  readonly engine: string | null;
  /** What the engine, or the first mistake with its line, says. */
  readonly reason: string;
  /** What could not be compared for it: what belongs there and, where nobody knows all that does, what the other side alone is known to have. */
  readonly addresses: readonly Address[];
}

export interface ParityResource {
  readonly address: Address;
  readonly type: ResourceType;
  /** The physical name. */
  readonly name: string;
  /** That of its engine. */
  readonly driver: string;
  /**
   * In the shape of `DesiredResource.config`, each default of the schema filled in. Host paths below the root of the repo are
   * relative to it (`./app`), so that two checkouts are the same; secrets are `{$secret}`. Of what was observed, values that
   * only equal what the image or the engine means by a field left out are taken out.
   */
  readonly config: JsonObject;
  /** Clusters: how many nodes that makes, by its driver; `null` where nobody knows. Absent elsewhere. */
  readonly node_count?: number | null;
  /** Services: the dependencies by key, `{ db: { condition, restart, criticality } }`; else empty. */
  readonly dependencies: JsonObject;
  /** In runtime mode what runs now where it is other than configured, in the same shape; else `null`. */
  readonly effective: JsonObject | null;
  /** In runtime mode `{ run_state, health, restarts, image_id, … }`; else `null`. */
  readonly status: JsonObject | null;
  /** False for an object of the environment that no manifest declares. */
  readonly declared: boolean;
  /** Where a field is declared, or the nearest declared thing around it. */
  locate(path: FieldPath): SourceRange | null;
  /** Where that stands in a field which makes it other than this value: the variable, where that is what differs. */
  locateOther?(path: FieldPath, other: Json): SourceRange | null;
}

/** Whether and how a difference can be put right in the manifests of the source. */
export const PARITY_FIXES = ['take_target', 'none'] as const;
export type ParityFix = (typeof PARITY_FIXES)[number];

/** A row of the table of rules, or of the settings, where it replaces the row of the same id in part or is a new one. */
export interface ParityRule {
  readonly id: string;
  readonly types: readonly ResourceType[];
  /** Patterns of fields, as severity rules have them. */
  readonly field_paths: readonly string[];
  /** The name of a condition that both values are held against; `differs` for any difference. */
  readonly when: string;
  /** Why it is so: one sentence. */
  readonly reason: string;
  readonly severity: Severity;
  /** What it means while it is there. */
  readonly impact: string;
  readonly recommendation: string;
  readonly fix: ParityFix;
  /** The target is the reference: the other way round the severity may be another. */
  readonly directed: boolean;
}

/** What people say of a rule. */
export interface ParityRuleOverride extends Partial<Omit<ParityRule, 'id'>> {
  readonly id: string;
  readonly source: SourceRange | null;
}

/** A difference that somebody answers for. */
export interface ParityWaiver {
  /** Both names, in either order; `null` for every pair. */
  readonly between: readonly [string, string] | null;
  readonly address: Address;
  /** A pattern of fields; `null` for the resource as a whole, also where it is missing on one side. */
  readonly field_path: string | null;
  readonly reason: string;
  readonly owner: string | null;
  /** `YYYY-MM-DD`: the last day on which it holds. */
  readonly until: string | null;
  readonly source: SourceRange | null;
}

/** Two services that are one although they have different names. */
export interface ParityPair {
  /** `local/service.web` */
  readonly left: string;
  readonly right: string;
  readonly source: SourceRange | null;
}

export interface ParitySettings {
  readonly rules: readonly ParityRuleOverride[];
  readonly waivers: readonly ParityWaiver[];
  readonly pairs: readonly ParityPair[];
}

export interface ConfigurationDiffReport {
  readonly id: string;
  /** ISO 8601. */
  readonly timestamp: string;
  readonly source_environment: string;
  readonly target_environment: string;
  readonly overall_status: OverallStatus;
  /** By name, the most severe first. Services that are identical are in it, too. */
  readonly service_diffs: readonly ServiceDiff[];
  readonly summary: ParitySummary;
  readonly metadata: ParityMetadata;
}

/** Of services alone. */
export interface ParitySummary {
  /** Of the union, with those that nobody could look at: they are in no other count. */
  readonly total_services: number;
  readonly services_identical: number;
  /** Those that both sides have. */
  readonly services_with_differences: number;
  readonly services_missing_in_source: number;
  readonly services_missing_in_target: number;
}

export interface ServiceDiff {
  readonly report_id: string;
  /** The key of the service in the source; of another resource its address. */
  readonly service_name: string;
  readonly status: ServiceDiffStatus;
  readonly differences: readonly ParityDifference[];
  /** Of the worst difference that nobody has waived. */
  readonly impact_level: ImpactLevel;
  readonly metadata: ServiceDiffMetadata;
}

export interface ServiceDiffMetadata {
  readonly recommendation: string | null;
  /** How much it is worth that one side lacks it; absent where both have it. */
  readonly severity?: Severity;
  readonly rule?: string;
  /** The name in the target, where it is another. */
  readonly paired_with?: string;
  /** 0 to 1; 1 where people have settled it. */
  readonly confidence?: number;
  /** `the same image`, `the same ports`. */
  readonly evidence?: readonly string[];
  readonly source_at: SourceRange | null;
  readonly target_at: SourceRange | null;
  /** Where the resource as a whole is waived. */
  readonly waiver?: WaiverNote;
}

export interface ParityDifference {
  /** `<report id>/<service_name>` */
  readonly service_diff_id: string;
  readonly field_path: FieldPath;
  /** `null` where the side lacks it. */
  readonly source_value: Json;
  readonly target_value: Json;
  readonly type: ParityDifferenceType;
  readonly severity: Severity;
  readonly metadata: ParityDifferenceMetadata;
}

export interface ParityDifferenceMetadata {
  readonly impact_description: string;
  readonly auto_fixable: boolean;
  /** The id of the rule that weighs it; `structural` and `runtime` where no rule is asked. */
  readonly rule: string;
  readonly reason: string;
  readonly recommendation: string | null;
  readonly source_at: SourceRange | null;
  readonly target_at: SourceRange | null;
  readonly waiver: WaiverNote | null;
}

export interface WaiverNote {
  readonly reason: string;
  readonly owner: string | null;
  readonly until: string | null;
}

export interface ParityMetadata {
  /** `trueup 0.1.0` */
  readonly comparison_tool: string;
  readonly comparison_mode: ComparisonMode;
  readonly format_version: string;
  /** As the command line named the two, which may be the same environment twice; absent where nobody named them. */
  readonly labels?: { readonly source: string; readonly target: string };
  readonly revisions: { readonly source: Revision | null; readonly target: Revision | null };
  readonly engines: { readonly source: readonly ParityEngine[]; readonly target: readonly ParityEngine[] };
  /** How long it took to load the two and to compare them; absent where nobody measured it. */
  readonly duration_ms?: number;
  /**
   * The share of services in the union without an unwaived difference at warning or above, 0 to 1; 1 where there are none. What
   * nobody could look at is without one for nobody. `null` where that is all there is.
   */
  readonly score: number | null;
  /** Differences that nobody has waived, services and other resources, by severity. */
  readonly severities: Readonly<Record<Severity, number>>;
  readonly resource_diffs: readonly ServiceDiff[];
  readonly resource_summary: ResourceSummary;
  readonly waivers: {
    /** How many differences are waived; that one side lacks a resource is one. */
    readonly hits: number;
    readonly expired: readonly WaiverState[];
    /** Of this pair, and hit nothing. */
    readonly unused: readonly WaiverState[];
    /** What they hit, a wider one has waived before them. */
    readonly covered: readonly CoveredWaiver[];
  };
  readonly unknown: readonly UnknownPart[];
  /** What it was at an earlier revision; absent where nobody asked. */
  readonly before?: ParityBefore;
  /** What became of it in the manifests of one side; absent where nobody asked. */
  readonly fix?: ParityFixing;
}

export interface ParityFixing {
  /** The side whose manifests are edited. */
  readonly side: 'source' | 'target';
  readonly writing: DriftWriting;
  readonly is_written: boolean;
}

/** The same two sides at an earlier revision, and what became of their differences since. */
export interface ParityBefore {
  readonly revision: Revision;
  readonly score: number | null;
  readonly overall_status: OverallStatus;
  /** Of warnings and above that nobody has waived: those that are no more, and those that were not there. */
  readonly gone: number;
  readonly added: number;
}

export interface ResourceSummary {
  /** Of the union, as of services. */
  readonly total: number;
  readonly identical: number;
  readonly with_differences: number;
  readonly missing_in_source: number;
  readonly missing_in_target: number;
}

export interface WaiverState extends WaiverNote {
  readonly address: Address;
  readonly field_path: string | null;
  readonly at: SourceRange | null;
}

export interface CoveredWaiver extends WaiverState {
  /** Where the wider one stands. */
  readonly by: SourceRange | null;
}
