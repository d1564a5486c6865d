/**
 * The plan: the graph of steps that turns observed into desired. Same revision, observation, recorded state and inputs
 * give the same bytes; times, ids and estimates belong to the report around it.
 */
import type { Address } from './address.ts';
import type { ClaimedObject } from './adoption.ts';
import type { Change, Conflict, Difference, IgnoreHit, PendingRestart, Withheld } from './change.ts';
import type { DeclaredOtherwise } from './declared-diff.ts';
import type { Policies, Revision } from './desired.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { FieldPath } from './field-path.ts';
import type { JsonObject } from './json.ts';
import type { Facts } from './observed.ts';
import type { Freeze } from './served.ts';
import type { LastSource, SourceRange } from './source.ts';

export const PLAN_FORMAT_VERSION = '1.0';

/**
 * Where in a change a step stands; it decides the order between resources.
 * `prepare` touches nothing that runs; `stop` takes something down, or lets go of what it uses; `alter` changes it;
 * `start` brings it up; `gate` waits; `remove` ends it. Within one change, whatever stops or removes comes before
 * whatever builds: taking down waits for nobody, while building waits for what is used, which waits for its users.
 * What can be rolled back goes on: `settle` puts what has passed its gate in its final place, `discard` gives up what was
 * kept for the case that a gate would not open, and `recover`, where the change did not get done, brings that back.
 */
export const STEP_PHASES = [
  'prepare',
  'stop',
  'alter',
  'start',
  'gate',
  'settle',
  'remove',
  'discard',
  'recover',
] as const;

export type StepPhase = (typeof STEP_PHASES)[number];

/**
 * What must have become of a step before another runs. `done`: it did what it was to do. `ended`: it ended in whatever
 * way. `failed`: of all such dependencies something of the dependent's own address began, and something did not get done;
 * where all are done, or nothing began, the dependent has nothing to do.
 */
export const DEPENDENCY_OUTCOMES = ['done', 'ended', 'failed'] as const;

export interface StepDependency {
  readonly step: string;
  readonly when: (typeof DEPENDENCY_OUTCOMES)[number];
}

/** One engine call, or one gate. */
export interface Step {
  /** `<address>:<verb>`, with a counter where a change needs the same verb twice. */
  readonly id: string;
  readonly address: Address;
  /** The resource whose change asks for it: another one where a step reaches into a neighbour. */
  readonly changed: Address;
  readonly engine: string;
  /** The physical name of the resource, as its change says it: it tells two changes of one address apart. */
  readonly name: string;
  readonly phase: StepPhase;
  /** Belongs to the driver and is opaque to plan and execute. Gates carry the condition they wait for, hooks `post_start` or `pre_stop`. */
  readonly verb: string;
  readonly args: JsonObject;
  /** Why this step is there, in a few words. */
  readonly cause: string;
  readonly depends_on: readonly StepDependency[];
}

export interface PlanEngine {
  readonly name: string;
  readonly driver: string;
  /**
   * `supposed`: nobody asked it, and what another revision declares is taken to be there. `resting`: it is in a VM that is
   * meant to be down, or is left down, and all of it with the VM. `awaited`: it is in a VM that comes up, and is looked at once it answers.
   */
  readonly status: 'known' | 'absent' | 'unreachable' | 'supposed' | 'resting' | 'awaited';
  readonly facts: Facts | null;
  /** Why an unreachable engine did not answer. */
  readonly error: string | null;
  /** The VM that it is in; absent for one that is reached by itself. */
  readonly provided_by?: Address;
}

/** An engine in a VM that the plan brings up: what is placed there is looked at, and planned anew, once the engine answers. */
export interface SecondStage {
  readonly engine: string;
  readonly provided_by: Address;
  /** What is declared there, of what the plan is about; sorted. */
  readonly addresses: readonly Address[];
}

/** What the plan was computed from. */
export interface PlanInputs {
  readonly files: readonly string[];
  /** The first of the environment's own manifests; absent where the plan reads none. */
  readonly manifest?: string;
  readonly engines: readonly PlanEngine[];
  /** Addresses that the command was limited to; empty for all. */
  readonly targets: readonly Address[];
  /** The revision that is taken to be applied, where no engine was asked. */
  readonly against?: Revision;
  /** When the saved observation was taken that stands for what runs, ISO 8601; absent where engines were asked. */
  readonly observed_at?: string;
  /** What the revision does not decide, each in a few words; absent where the working tree was read. */
  readonly unpinned?: readonly string[];
  /** `YYYY-MM-DD`: the day by which ignore rules were judged; absent where none of them ends. */
  readonly today?: string;
  /** ISO 8601: by when freezes of a saved observation were judged; absent where it has none. */
  readonly now?: string;
}

/** A field that was taken to be equal because nobody can tell. */
export interface NotCompared {
  readonly address: Address;
  readonly field_path: FieldPath;
  /** In a few words. */
  readonly reason: string;
}

/**
 * What becomes of what the world changed. `heal_all`: what is declared is carried out, as a person's word has it;
 * `by_policy`: only where the drift policy of the resource is `heal`, as passes of the long-lived side have it.
 */
export type DriftScope = 'heal_all' | 'by_policy';

export interface Drift {
  readonly address: Address;
  readonly engine: string;
  readonly name: string;
  /** `missing`: gone; `differs`: fields; `undeclared`: ours, but in no manifest. */
  readonly kind: 'missing' | 'differs' | 'undeclared';
  readonly differences: readonly Difference[];
  readonly cause: Change['cause'];
  /** Where what is missing is declared: nothing else of it has a line. Absent elsewhere. */
  readonly source?: SourceRange;
  /** As in a change. */
  readonly last_source?: LastSource;
  /** Of what is undeclared: another object is what its address stands for, and this one only carries its labels, too. */
  readonly is_stranger?: true;
}

/** Whether all of it is what somebody put into an input: what is declared moved, and nothing that runs did. */
export function isOfInputs({ kind, differences }: Pick<Drift, 'kind' | 'differences'>): boolean {
  return kind === 'differs' && differences.every(({ moved_input: moved }) => moved === 'alone');
}

export interface Plan {
  readonly format_version: typeof PLAN_FORMAT_VERSION;
  readonly environment: string;
  readonly project: string;
  readonly revision: Revision;
  readonly mode: 'apply' | 'destroy';
  readonly inputs: PlanInputs;
  readonly policies: Policies;
  readonly changes: readonly Change[];
  readonly unchanged: number;
  /** What the world, or nobody knows who, changed: the part of the differences that git does not explain. */
  readonly drift: readonly Drift[];
  /** What drifted, and is nobody's concern by its drift policy: in no other list but, where a person asks for all, `changes`. */
  readonly drift_ignored: readonly Address[];
  /** What is left alone while somebody debugs it. Sorted by address. */
  readonly frozen: readonly Freeze[];
  /**
   * Frozen, or left as it drifted, and whatever depends on what does not work for that reason: the run is not judged by
   * its gate. Sorted.
   */
  readonly left_alone: readonly Address[];
  readonly withheld: readonly Withheld[];
  readonly conflicts: readonly Conflict[];
  /** What the manifests claim, is as it should be, and waits for `--adopt`; sorted. Absent where nothing does. */
  readonly to_adopt?: readonly Address[];
  /**
   * What carries nobody's labels and may be touched all the same: as it was met, and a person agreed to it before or with
   * this plan. By address; absent where nothing is.
   */
  readonly adopted?: readonly ClaimedObject[];
  /** By address and field; absent where nothing waits for a restart. */
  readonly pending_restart?: readonly PendingRestart[];
  readonly ignored: readonly IgnoreHit[];
  /** By address and field; absent where everything was compared. */
  readonly not_compared?: readonly NotCompared[];
  /** What the revision that is taken to be applied declares otherwise, and what no step comes of; absent without one. */
  readonly declared_otherwise?: readonly DeclaredOtherwise[];
  readonly diagnostics: readonly Diagnostic[];
  /** What goes on once VMs are up, by engine; absent where nothing does. Of its steps only what is known ahead is listed. */
  readonly second_stage?: readonly SecondStage[];
  readonly steps: readonly Step[];
  /** False when errors, conflicts or an unreachable engine forbid to carry it out. */
  readonly applyable: boolean;
  /** False when some engine did not answer, so that more may have to change than is listed. */
  readonly complete: boolean;
}

/** What its document tells of a plan: all but how it is carried out. */
export type ToldPlan = Omit<Plan, 'format_version' | 'steps' | 'left_alone' | 'adopted'>;
