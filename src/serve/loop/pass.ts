/**
 * One pass over one environment: look, plan, and where something is to be done lock, look and plan again, apply, report
 * and look once more. It has no path of its own: every stage is the flow's. It decides nothing about what is declared, nor
 * about what follows from how it ended.
 */
import { carryOut } from '../../flow/carrying-out.ts';
import { lockProject } from '../../flow/locking.ts';
import { type Planned, planFlow, planOfAll, type PlanOptions } from '../../flow/planning.ts';
import type { Workspace } from '../../flow/workspace.ts';
import { type Change, isHealing } from '../../model/change.ts';
import type { Address } from '../../model/address.ts';
import type { DesiredEnvironment, DesiredResource } from '../../model/desired.ts';
import type { ProgressEvent } from '../../model/events.ts';
import { type Failure, failureOf, TrueupError } from '../../model/failure.ts';
import type { Plan } from '../../model/plan.ts';
import type { Run } from '../../model/run.ts';
import { DEFAULT_LIMITS } from '../../reconcile/execute/ready-steps.ts';
import type { LockHolder } from '../../state/locks/lock-holder.ts';
import type { Sight } from '../sight/sight.ts';

export interface PassSettings {
  /** For those who wait for the lock: `trueup serve`. */
  readonly command: string;
  /** Of trueup, for reports. */
  readonly version: string;
  readonly isDryRun: boolean;
  /** Engine calls at once; absent for the default. */
  readonly parallel?: number;
  /** How long to wait for a lock that somebody else holds. */
  readonly lockTimeoutMs: number;
}

export interface PassRequest {
  readonly workspace: Workspace;
  readonly environment: DesiredEnvironment;
  /** `hold`: what was healthy last, in place of what is declared and failed. */
  readonly purpose: 'apply' | 'hold';
  /**
   * What a look of moments ago found to be done, so that the lock is taken at once and the look under it is the first;
   * `null` where nobody has looked.
   */
  readonly expected: readonly Address[] | null;
  /** Whether a run that changes nothing is worth having: it looks at the gates, and records where the environment stands. */
  readonly isProof: boolean;
  readonly settings: PassSettings;
  readonly sight: Sight;
  /** Ends everything at once. */
  readonly signal: AbortSignal;
  /** Nothing more is begun, and nobody waits at a gate or for a lock. */
  readonly leave: AbortSignal;
  now(): number;
  /** After each look. */
  onPlanned(planned: Planned, when: 'before' | 'locked' | 'after'): Promise<void>;
  /** It is about to change something. */
  onBegin(plan: Plan): void;
  onProgress(event: ProgressEvent): void;
  onWait(holder: LockHolder): void;
  onProblem(problem: TrueupError): void;
}

export interface PassEnd {
  readonly outcome: 'in_sync' | 'reported' | 'applied' | 'failed' | 'cancelled' | 'blocked';
  readonly plan: Plan | null;
  readonly run: Run | null;
  readonly failure: Failure | null;
  /** Whether the last look found something that the next pass would carry out, or say why it cannot. */
  readonly isOpen: boolean;
}

/** Rejects only where it is a defect, or where the signal aborts. */
export async function passOver(request: PassRequest): Promise<PassEnd> {
  try {
    return await pass(request);
  } catch (error) {
    if (request.signal.aborted) throw error;
    if (request.leave.aborted) return ended('cancelled');
    if (error instanceof TrueupError) return { ...ended('blocked'), failure: failureOf(error) };
    throw error;
  }
}

async function pass(request: PassRequest): Promise<PassEnd> {
  const { settings, workspace, environment, isProof } = request;
  const expected = settings.isDryRun ? null : request.expected;
  const first = expected === null ? await planned(request, 'before') : null;
  if (first !== null) {
    if (!first.plan.applyable) return { ...ended('blocked', first.plan), failure: obstacleOf(first.plan) };
    if (first.plan.steps.length === 0 && (!isProof || settings.isDryRun)) return ended(quiet(first.plan), first.plan);
    if (settings.isDryRun) return { ...ended('reported', first.plan), isOpen: true };
  }
  if (request.leave.aborted) return ended('cancelled', first?.plan);
  using waiting = untilLocked(request);
  await using lock = await lockProject(
    workspace,
    {
      environment,
      command: settings.command,
      lockTimeoutMs: settings.lockTimeoutMs,
      onWait: (holder) => request.onWait(holder),
    },
    waiting.signal,
  );
  waiting.locked();
  if (first === null) doubtExpected(request, expected ?? []);
  else doubtTouched(request, first, first.plan.changes);
  const again = await planned({ ...request, workspace: lock.workspace }, 'locked');
  const { plan } = again;
  if (!plan.applyable) return { ...ended('blocked', plan), failure: obstacleOf(plan) };
  if (plan.steps.length === 0 && !isProof) return ended(quiet(plan), plan);
  return await apply({ ...request, workspace: lock.workspace, signal: lock.signal }, again);
}

async function apply(request: PassRequest, locked: Planned): Promise<PassEnd> {
  const { settings, workspace, leave, signal, purpose } = request;
  const { plan } = locked;
  if (plan.steps.length > 0) request.onBegin(plan);
  const { run, problems } = await carryOut(workspace, locked, plan, {
    command: settings.command,
    purpose,
    limits: { ...DEFAULT_LIMITS, ...(settings.parallel === undefined ? {} : { calls: settings.parallel }) },
    emit: (event) => request.onProgress(event),
    signal,
    leave,
    version: settings.version,
    reportsQuiet: false,
    // What was left at a gate, by an earlier pass or the end of the daemon, is waited for here.
    isPatient: true,
    // What git asked for may have brought it down; what is only healed has not.
    leavesFallen: plan.changes.every(isHealing),
    // Where all of it was healthy, what else has fallen since is nothing that this run did, nor waits for.
    answersFor: plan.steps.length > 0 && wasHealthy(locked) ? 'touched' : 'all',
  });
  for (const problem of problems) request.onProblem(problem);
  if (run.status === 'cancelled') {
    const { reason } = signal as { readonly reason: unknown };
    const isLost = signal.aborted && reason instanceof TrueupError && reason.code === 'lock_lost';
    return { ...ended(isLost ? 'blocked' : 'cancelled', plan), run, failure: isLost ? failureOf(reason) : null };
  }
  if (plan.steps.length > 0) doubtTouched(request, locked, [...plan.changes, ...(run.found_inside ?? [])]);
  const after = await planned(request, 'after');
  // What stands in the way of the rest is said by a pass that it stops.
  const isOpen = after.plan.steps.length > 0 || after.plan.conflicts.length > 0;
  if (run.status === 'failed') return { ...ended('failed', plan), run, failure: failureIn(run), isOpen };
  return { ...ended(plan.steps.length > 0 ? 'applied' : quiet(after.plan), plan), run, isOpen };
}

async function planned(request: PassRequest, when: 'before' | 'locked' | 'after'): Promise<Planned> {
  const { workspace, environment, sight, leave } = request;
  // Before anything is begun, nobody who is to leave waits for an engine.
  const signal = when === 'after' ? request.signal : AbortSignal.any([request.signal, leave]);
  const found = await planFlow(workspace, environment, passOptions(request.now()), signal, sight.look);
  await request.onPlanned(found, when);
  return found;
}

/** A plan of everything, by the drift policies. `now` is milliseconds since the epoch. */
export function passOptions(now: number): PlanOptions {
  return planOfAll(now, 'by_policy');
}

/** What a plan touches is looked at anew: whatever was heard until now, what is done rests on what is there. */
function doubtTouched({ sight }: PassRequest, { environment }: Planned, changes: readonly Change[]): void {
  for (const { address, engine, type, name } of changes) {
    sight.doubt(engine, { type, name });
    for (const used of usedBy(environment, address)) sight.doubt(used.engine, used);
  }
}

/** But for images, which take an engine longer than all the rest: what fell is mostly started again, not made anew. */
function doubtExpected({ sight, environment }: PassRequest, expected: readonly Address[]): void {
  for (const address of expected) {
    const fallen = environment.resources.get(address);
    if (fallen !== undefined) sight.doubt(fallen.engine, fallen);
    for (const used of usedBy(environment, address)) if (used.type !== 'image') sight.doubt(used.engine, used);
  }
}

function usedBy({ resources }: DesiredEnvironment, address: Address): readonly DesiredResource[] {
  return (resources.get(address)?.uses ?? []).flatMap((used) => resources.get(used) ?? []);
}

function wasHealthy({ recorded: { revisions } }: Planned): boolean {
  return revisions.last_attempted !== null && revisions.attempt_healthy;
}

function quiet({ drift, withheld, drift_ignored: ignored }: Plan): 'in_sync' | 'reported' {
  return drift.length === 0 && withheld.length === 0 && ignored.length === 0 ? 'in_sync' : 'reported';
}

function ended(outcome: PassEnd['outcome'], plan: Plan | null = null): PassEnd {
  return { outcome, plan, run: null, failure: null, isOpen: false };
}

/** Why a plan may not be carried out. */
function obstacleOf(plan: Plan): Failure {
  const silent = plan.inputs.engines.find(({ status }) => status === 'unreachable');
  if (silent !== undefined) {
    return failureOf(
      new TrueupError('engine_unreachable', `engine ${silent.name} does not answer: ${silent.error ?? ''}`, {
        retryable: true,
      }),
    );
  }
  const [conflict] = plan.conflicts;
  if (conflict !== undefined) return failureOf(new TrueupError('name_in_use', conflict.summary));
  const wrong = plan.diagnostics.find(({ severity }) => severity === 'error');
  return failureOf(
    new TrueupError(
      'invalid_manifests',
      wrong?.summary ?? 'the plan cannot be carried out',
      wrong?.detail === undefined || wrong.detail === null ? {} : { next: wrong.detail },
    ),
  );
}

function failureIn(run: Run): Failure | null {
  const failed = run.steps.find(({ status, error }) => status === 'failed' && error !== null);
  if (failed !== undefined) return failed.error;
  const unmet = run.gates.find(({ met }) => !met);
  if (unmet === undefined) return null;
  const why = unmet.reason === null ? '' : `: ${unmet.reason}`;
  return failureOf(new TrueupError('gate_unhealthy', `${unmet.address} is not ${unmet.condition}${why}`));
}

/** A signal that `leave` aborts, too, until the lock is there. */
function untilLocked({ signal, leave }: PassRequest): Disposable & { readonly signal: AbortSignal; locked(): void } {
  const given = new AbortController();
  const onLeave = (): void => given.abort(leave.reason);
  if (leave.aborted) onLeave();
  leave.addEventListener('abort', onLeave, { once: true });
  const stop = (): void => leave.removeEventListener('abort', onLeave);
  return { signal: AbortSignal.any([signal, given.signal]), locked: stop, [Symbol.dispose]: stop };
}
