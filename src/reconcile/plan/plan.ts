/** The plan of one environment: compare, decide, order. Pure: the same input gives the same bytes. */
import type { Address } from '../../model/address.ts';
import { type CompareInput, compareEnvironment, type Comparison } from '../../diff/compare.ts';
import { decideChanges, type DecideOptions } from '../../diff/decide.ts';
import { driftOf } from '../../diff/drift.ts';
import { decideImages, withImages } from '../../diff/images.ts';
import type { Change } from '../../model/change.ts';
import { type Diagnostic, errorAt, hasErrors } from '../../model/diagnostic.ts';
import { ROOT_PATH } from '../../model/field-path.ts';
import { compareText } from '../../model/json.ts';
import type { Observation } from '../../model/observed.ts';
import { type Plan, PLAN_FORMAT_VERSION, type PlanEngine } from '../../model/plan.ts';
import { withBackupRestarts } from './backup-restarts.ts';
import { absentVolumes, type BackupInput } from './backups.ts';
import { withDependentRestarts } from './restarts.ts';
import { stepsOf } from './steps.ts';
import { unsupportedFields } from './unsupported.ts';

export interface PlanRequest extends CompareInput, DecideOptions {
  /** How many resources a plan may remove: `--allow-removals`. Without it the guard below holds. */
  readonly allowRemovals: number | null;
  /** Images that are pulled although nothing needs them; absent for none. */
  readonly pull?: ReadonlySet<Address>;
  /** Snapshots whose data takes the place of what is there, by volume: `rollback --volumes`. */
  readonly restored?: ReadonlyMap<Address, string>;
}

export function planEnvironment(request: PlanRequest): Plan {
  const { environment } = request;
  const comparison = compareEnvironment(request);
  const { decided, unchanged, withheld, diagnostics } = decisionsOf(request, comparison);
  const { steps, changes } = stepsOf(decided, {
    environment,
    models: request.models,
    destroyData: request.destroyData,
    fields: request.fields,
    ...backupInputOf(request, comparison),
  });
  const complete = comparison.unreachable.length === 0;
  const applyable = complete && comparison.conflicts.length === 0 && !hasErrors(diagnostics);
  return {
    format_version: PLAN_FORMAT_VERSION,
    environment: environment.name,
    project: environment.project,
    revision: environment.revision,
    mode: request.mode,
    inputs: {
      files: environment.files,
      engines: planEngines(request),
      targets: request.targets === null ? [] : [...request.targets].sort(compareText),
    },
    policies: environment.policies,
    changes,
    unchanged,
    drift: request.mode === 'destroy' ? [] : driftOf(comparison.findings),
    withheld,
    conflicts: comparison.conflicts,
    ignored: comparison.ignored,
    diagnostics,
    steps,
    applyable,
    complete,
  };
}

interface PlanDecisions extends Pick<Plan, 'unchanged' | 'withheld' | 'diagnostics'> {
  /** All changes, images and dependents that restart along among them. */
  readonly decided: readonly Change[];
}

function decisionsOf(request: PlanRequest, comparison: Comparison): PlanDecisions {
  const { environment } = request;
  const { changes, unchanged, withheld, diagnostics } = decideChanges(environment, comparison.findings, request);
  const decided = withRestarts(request, comparison, changes);
  const images = decideImages(environment, comparison.findings, decided, request.pull ?? new Set());
  return {
    decided: withImages(decided, images.changes),
    unchanged: unchanged - (decided.length - changes.length),
    withheld,
    diagnostics: [
      ...unsupportedFields(request),
      ...comparison.diagnostics,
      ...diagnostics,
      ...images.diagnostics,
      ...removalGuard(decided, comparison, request),
      ...absentVolumes(backupInputOf(request, comparison)).map((address) => absentVolume(address, request)),
    ],
  };
}

/** With all that comes up anew because something else changes. */
function withRestarts(request: PlanRequest, comparison: Comparison, changes: readonly Change[]): readonly Change[] {
  const { environment, fields } = request;
  const { findings } = comparison;
  const dependent = (known: readonly Change[]): readonly Change[] =>
    fields === 'all' ? withDependentRestarts(environment, findings, known) : known;
  const restarted = dependent(changes);
  const paused = withBackupRestarts(restarted, {
    environment,
    findings,
    fields,
    ...backupInputOf(request, comparison),
  });
  return paused === restarted ? restarted : dependent(paused);
}

function absentVolume(address: Address, { environment }: PlanRequest): Diagnostic {
  const summary = `${address} is not there, so nothing can be put back into it`;
  return errorAt('unknown_reference', environment.locate(address, ROOT_PATH), summary, 'apply first');
}

function backupInputOf(request: PlanRequest, { world }: Comparison): BackupInput {
  const { environment, recorded, declared = environment.resources, restored = new Map() } = request;
  return { world, declared, recorded, restored };
}

/** More than half of an environment, and at least this many, never go by surprise. */
const GUARDED_REMOVALS = 5;

function removalGuard(changes: readonly Change[], comparison: Comparison, request: PlanRequest): readonly Diagnostic[] {
  const removals = changes.filter((change) => isRemoval(change, request)).length;
  const limit = request.allowRemovals;
  const isExcessive =
    limit === null ? removals >= GUARDED_REMOVALS && removals * 2 > comparison.world.ours().length : removals > limit;
  if (request.mode === 'destroy' || !isExcessive) return [];
  const summary = `the plan removes ${removals} of ${comparison.world.ours().length} resources`;
  return [errorAt('removals_exceed_limit', null, summary, `if that is meant, pass --allow-removals ${removals}`)];
}

/** What goes from beside a resource that stays is none. */
function isRemoval({ action, address, engine, name }: Change, { environment }: PlanRequest): boolean {
  const declared = environment.resources.get(address);
  return action === 'delete' && (declared?.engine !== engine || declared.name === name);
}

function planEngines(request: PlanRequest): readonly PlanEngine[] {
  return Object.values(request.environment.engines)
    .filter((engine) => request.observations.has(engine.name))
    .sort((left, right) => compareText(left.name, right.name))
    .map((engine) => planEngine(engine.name, engine.driver, request.observations.get(engine.name)));
}

function planEngine(name: string, driver: string, observation: Observation | undefined): PlanEngine {
  if (observation?.status === 'known') return { name, driver, status: 'known', facts: observation.facts, error: null };
  if (observation?.status === 'absent') return { name, driver, status: 'absent', facts: null, error: null };
  return { name, driver, status: 'unreachable', facts: null, error: observation?.error ?? null };
}
