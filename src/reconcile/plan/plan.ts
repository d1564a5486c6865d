/** The plan of one environment: compare, decide, order. Pure: the same input gives the same bytes. */
import type { Address } from '../../model/address.ts';
import { compareEnvironment } from '../../diff/compare.ts';
import { startsEmpty } from '../../diff/empty-data.ts';
import { dataGone } from '../../diff/gone-data.ts';
import type { Comparison } from '../../diff/findings.ts';
import { driftOf } from '../../diff/drift.ts';
import { unseenIn } from '../../diff/not-compared.ts';
import { pendingRestarts } from '../../diff/pending-restart.ts';
import { withWrittenSources } from '../../diff/written-sources.ts';
import type { Change, Withheld } from '../../model/change.ts';
import { type Diagnostic, errorAt, hasErrors } from '../../model/diagnostic.ts';
import { ROOT_PATH } from '../../model/field-path.ts';
import { compareText } from '../../model/json.ts';
import type { Observation } from '../../model/observed.ts';
import { type Plan, PLAN_FORMAT_VERSION, type PlanEngine, type SecondStage } from '../../model/plan.ts';
import { absentVolumes } from './backups.ts';
import { backupInputOf, decidePlan, type DecisionsRequest, type PlanDecisions } from './decisions.ts';
import { withInsides } from './insides.ts';
import { notProved } from './left-alone.ts';
import { withInsideImpact } from './inside-impact.ts';
import { withWholeImpact } from './whole-impact.ts';
import { noticedFields } from './notices.ts';
import { unsupportedFields } from './unsupported.ts';
import { withoutSnapshot } from './vm-snapshot-steps.ts';

export interface PlanRequest extends DecisionsRequest {
  /** How many resources a plan may remove: `--allow-removals`. Without it the guard below holds. */
  readonly allowRemovals: number | null;
}

export function planEnvironment(asked: PlanRequest): Plan {
  const { request, resting, taken, kept } = withInsides(asked);
  const { environment } = request;
  const comparison = compareEnvironment(request);
  const decided = decidePlan(request, comparison);
  const diagnostics = diagnosticsOf(request, comparison, decided);
  const drift = driftOf([...comparison.findings, ...comparison.taken], environment);
  const isShown = request.mode === 'apply';
  const restarted = new Set(decided.changes.filter(restarts).map(({ address }) => address));
  const pending = pendingRestarts(comparison.findings, environment).filter(({ address }) => !restarted.has(address));
  const unseen = unseenIn(environment, comparison.world, request.targets);
  const complete = comparison.unreachable.length === 0;
  const isFree = decided.conflicts.length === 0 || decided.isBesideConflicts;
  const applyable = complete && isFree && !hasErrors(diagnostics);
  const stages = secondStages(request);
  return {
    format_version: PLAN_FORMAT_VERSION,
    environment: environment.name,
    project: environment.project,
    revision: environment.revision,
    mode: request.mode,
    inputs: {
      files: environment.files,
      ...ownManifest(environment),
      engines: planEngines(asked, { resting, later: request.later ?? new Map() }),
      targets: request.targets === null ? [] : [...request.targets].sort(compareText),
      ...(environment.ignore_differences.some(({ until }) => until !== null) ? { today: request.today } : {}),
    },
    policies: environment.policies,
    changes: withInsideImpact(
      withWholeImpact(withWrittenSources(decided.changes, environment), {
        environment,
        steps: decided.steps,
        world: comparison.world,
        models: request.models,
      }),
      taken,
    ),
    unchanged: decided.unchanged,
    drift: isShown ? drift.counted : [],
    drift_ignored: isShown ? drift.ignored : [],
    frozen: request.frozen ?? [],
    left_alone: withResting(decided.leftAlone, environment, resting),
    withheld: withKept(withWrittenSources(decided.withheld, environment), kept),
    conflicts: decided.conflicts,
    ...(isShown && pending.length > 0 ? { pending_restart: pending } : {}),
    ignored: comparison.ignored,
    ...(isShown && unseen.length > 0 ? { not_compared: unseen } : {}),
    diagnostics,
    ...(stages.length === 0 ? {} : { second_stage: stages }),
    steps: decided.steps,
    applyable,
    complete,
  };
}

/** What is started anew lags behind no longer. */
function restarts({ action }: Change): boolean {
  return action === 'restart' || action === 'replace' || action === 'delete';
}

/** Of all files that are read, those in the folder of the environment are its manifests, and no mounted ones. */
function ownManifest({ files, folder }: PlanRequest['environment']): Pick<Plan['inputs'], 'manifest'> {
  const manifest = files.find((file) => file.endsWith('.yaml') && file.slice(0, file.lastIndexOf('/')) === folder);
  return manifest === undefined ? {} : { manifest };
}

/** What else of a request must be said: mistakes, and removals that go too far. */
function diagnosticsOf(request: PlanRequest, comparison: Comparison, decided: PlanDecisions): readonly Diagnostic[] {
  return [
    ...unsupportedFields(request),
    ...noticedFields(request),
    ...comparison.diagnostics,
    ...decided.diagnostics,
    ...startsEmpty({ ...request, ...comparison, changes: decided.changes }),
    ...dataGone(request.environment, decided.changes),
    ...snapshotsLeftOut(request, comparison, decided.changes),
    ...removalGuard(decided.changes, comparison, request),
    ...absentVolumes(backupInputOf(request, comparison)).map((address) => absentVolume(address, request)),
  ];
}

/** Who destroys everything is told of the data already. */
function snapshotsLeftOut(
  request: PlanRequest,
  comparison: Comparison,
  changes: readonly Change[],
): readonly Diagnostic[] {
  const { locate } = request.environment;
  return request.mode === 'destroy' ? [] : withoutSnapshot(changes, { ...backupInputOf(request, comparison), locate });
}

function absentVolume(address: Address, { environment }: PlanRequest): Diagnostic {
  const summary = `${address} is not there, so nothing can be put back into it`;
  return errorAt('unknown_reference', environment.locate(address, ROOT_PATH), summary, 'apply first');
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

interface Aside {
  readonly resting: ReadonlySet<string>;
  readonly later: ReadonlyMap<string, Address>;
}

function planEngines({ environment, observations }: PlanRequest, aside: Aside): readonly PlanEngine[] {
  return Object.values(environment.engines)
    .filter((engine) => observations.has(engine.name))
    .sort((left, right) => compareText(left.name, right.name))
    .map(({ name, driver, inside }) => ({
      ...planEngine(name, driver, seenAs(name, observations.get(name), aside)),
      ...(inside === undefined ? {} : { provided_by: inside.provider }),
    }));
}

function seenAs(
  name: string,
  observation: Observation | undefined,
  { resting, later }: Aside,
): Observation | 'resting' | 'awaited' | undefined {
  if (resting.has(name)) return 'resting';
  return later.has(name) && observation?.status === 'unreachable' ? 'awaited' : observation;
}

function planEngine(name: string, driver: string, observation: ReturnType<typeof seenAs>): PlanEngine {
  const silent = { name, driver, facts: null, error: null };
  if (observation === 'resting' || observation === 'awaited') return { ...silent, status: observation };
  if (observation?.status === 'known') {
    const { facts } = observation;
    return { ...silent, status: facts === null ? 'supposed' : 'known', facts };
  }
  if (observation?.status === 'absent') return { ...silent, status: 'absent' };
  return { ...silent, status: 'unreachable', error: observation?.error ?? null };
}

function secondStages({ environment, later = new Map(), targets }: PlanRequest): readonly SecondStage[] {
  return [...later]
    .toSorted(([left], [right]) => compareText(left, right))
    .map(([engine, provider]) => ({
      engine,
      provided_by: provider,
      addresses: [...environment.resources.values()]
        .filter((resource) => resource.engine === engine && targets?.has(resource.address) !== false)
        .map(({ address }) => address)
        .toSorted(compareText),
    }));
}

function withKept(withheld: readonly Withheld[], kept: readonly Withheld[]): readonly Withheld[] {
  if (kept.length === 0) return withheld;
  return [...withheld, ...kept].toSorted((left, right) => compareText(left.address, right.address));
}

/** Nobody judges what is down with its VM, nor what cannot work without it. */
function withResting(
  leftAlone: readonly Address[],
  environment: PlanRequest['environment'],
  resting: ReadonlySet<string>,
): readonly Address[] {
  if (resting.size === 0) return leftAlone;
  const down = [...environment.resources.values()].flatMap(({ address, engine }) =>
    resting.has(engine) ? [address] : [],
  );
  return notProved(environment, { left: [...leftAlone, ...down], broken: down });
}
