/**
 * What all changing commands share: lock, plan, show, ask, apply, report. They differ in what they plan and whether
 * they ask.
 */
import { type Adopted, planAdopting } from '../flow/adopting.ts';
import { carryOut as carryOutFlow } from '../flow/carrying-out.ts';
import { expectedDowntimes } from '../flow/downtime.ts';
import { lockProject } from '../flow/locking.ts';
import { type Planned, planFlow, type PlanOptions } from '../flow/planning.ts';
import type { Workspace } from '../flow/workspace.ts';
import { isLeftUndone } from '../model/change.ts';
import type { DesiredEnvironment } from '../model/desired.ts';
import type { JsonObject } from '../model/json.ts';
import type { Plan } from '../model/plan.ts';
import type { Run } from '../model/run.ts';
import { planDocument } from '../report/plan-document.ts';
import { renderFailure } from '../report/failure-text.ts';
import { masked, maskedRun } from './masked.ts';
import { renderPlan } from '../report/plan-text.ts';
import { renderRun } from '../report/run-text.ts';
import { safeText } from '../report/safe-text.ts';
import { DEFAULT_LIMITS } from '../reconcile/execute/ready-steps.ts';
import { isPassing, type LockHolder, waitingWords } from '../state/locks/lock-holder.ts';
import { addOwners } from '../state/owners.ts';
import { showAdoptions } from './adoptions.ts';
import { confirmed } from './confirm.ts';
import type { CommandContext } from './context.ts';
import { printDocuments } from './documents.ts';
import { EXIT, type ExitStatus, worstOf } from './exit-status.ts';
import { tellEarlier } from './earlier.ts';
import { withProgress } from './progress.ts';
import { trueupVersion } from './version.ts';
import { warnOfProblem } from './warnings.ts';

export interface ChangeRequest {
  /** For those who wait for the lock: `trueup apply`. */
  readonly command: string;
  readonly environment: DesiredEnvironment;
  /** A function where they rest on what is recorded, which others change until the lock is held. */
  readonly options: PlanOptions | (() => Promise<PlanOptions>);
  /** Asked before something changes; `null` for commands that do not ask. */
  readonly question: string | null;
  readonly autoApprove: boolean;
  readonly parallel?: number;
  readonly lockTimeoutMs?: number;
  /** Whether what another checkout has left of this environment becomes ours. */
  readonly adopt?: boolean;
  /** The plan to carry out instead of the one just made, once that one has shown that it is still right. */
  readonly saved?: (current: Plan) => Plan;
  /** Throws where what was found forbids what is asked for; absent where nothing does. */
  readonly check?: (planned: Planned) => Promise<void> | void;
  /** What the document of the run says beyond every other: where a rollback goes. */
  readonly addition?: JsonObject;
}

export interface Changed {
  readonly status: ExitStatus;
  readonly document: JsonObject;
}

/** Ends a command: prints what was done as JSON where that is asked for, and gives the status of all of it. */
export function conclude(context: CommandContext, changed: readonly Changed[]): ExitStatus {
  printDocuments(
    context,
    'runs',
    changed.map(({ document }) => document),
  );
  return worstOf(changed.map(({ status }) => status));
}

export async function change(context: CommandContext, workspace: Workspace, request: ChangeRequest): Promise<Changed> {
  const onWait = (holder: LockHolder): void => {
    // Whoever waits says so meanwhile.
    context.beforeChange();
    context.note(safeText(waitingWords(holder)));
  };
  await using lock = await lockProject(workspace, { ...request, waitsFor: isPassing, onWait }, context.signal);
  const changed = await changeUnderLock({ ...context, signal: lock.signal }, lock.workspace, request);
  const lost = lock.lost();
  if (lost === null || context.signal.aborted) return changed;
  context.stderr.write(`${context.mask(renderFailure(lost, context.renderError))}\n`);
  return { ...changed, status: EXIT.locked };
}

async function changeUnderLock(
  context: CommandContext,
  workspace: Workspace,
  request: ChangeRequest,
): Promise<Changed> {
  const { planned: found, workspace: ours, adoptions } = await planFor(context, workspace, request);
  await using planned = found;
  warnOfProblem(context, planned.problem);
  warnOfProblem(context, planned.earlier.problem);
  await request.check?.(planned);
  const plan = request.saved?.(planned.plan) ?? planned.plan;
  if (!plan.applyable) {
    context.complain(renderPlan(shown(context, plan), context.render));
    return { status: EXIT.error, document: planDocument(plan) };
  }
  if (plan.steps.length > 0 || adoptions.length > 0) context.beforeChange();
  tellEarlier(context, planned, plan);
  if (request.question === null) tellFrozen(context, plan);
  if (request.question !== null) {
    if (context.output === 'text' && (plan.steps.length > 0 || plan.withheld.length > 0)) {
      const estimates = await expectedDowntimes(workspace, plan);
      context.print(`${renderPlan(shown(context, plan), context.render, estimates)}\n`);
    }
    const isAsked = plan.steps.length > 0 || adoptions.length > 0;
    if (isAsked && !(await confirmed(context, request, request.question))) {
      context.note('Nothing was changed.');
      return { status: EXIT.error, document: planDocument(plan) };
    }
  }
  const ids = adoptions.map(({ owner }) => owner);
  if (ids.length > 0) await addOwners(workspace.ownersIn, ids);
  return await carryOut(context, ours, request, planned, plan);
}

/** Of rules that have expired the loader has warned already: what is changed may be nothing, and then no plan is shown. */
function shown(context: CommandContext, plan: Plan): Plan {
  return { ...masked(context, plan), ignored: plan.ignored.filter(({ status }) => status !== 'expired') };
}

/** Commands that do not ask show no plan: what they were asked to do and leave undone is said in any case. */
function tellFrozen(context: CommandContext, { withheld }: Plan): void {
  for (const { reason, summary } of withheld) if (reason === 'frozen') context.note(safeText(summary));
}

async function planFor(
  context: CommandContext,
  workspace: Workspace,
  { environment, options: given, adopt = false }: ChangeRequest,
): Promise<Adopted> {
  const options = typeof given === 'function' ? await given() : given;
  if (!adopt) {
    const look = context.lookAt(workspace.repository.root, environment.name);
    const planned = await planFlow(workspace, environment, options, context.signal, look);
    return { planned, workspace, adoptions: [] };
  }
  const adopted = await planAdopting(workspace, environment, options, context.signal);
  showAdoptions(context, adopted.adoptions, adopted.planned.adopts);
  return adopted;
}

async function carryOut(
  context: CommandContext,
  workspace: Workspace,
  request: ChangeRequest,
  planned: Planned,
  plan: Plan,
): Promise<Changed> {
  const { run, document, problems } = await withProgress(context, (emit) =>
    carryOutFlow(workspace, planned, plan, {
      command: request.command,
      limits: { ...DEFAULT_LIMITS, ...(request.parallel === undefined ? {} : { calls: request.parallel }) },
      emit,
      signal: context.signal,
      version: trueupVersion(),
      reportsQuiet: true,
      ...(request.addition === undefined ? {} : { addition: request.addition }),
    }),
  );
  for (const problem of problems) warnOfProblem(context, problem);
  const text = renderRun(maskedRun(context, run), plan, context.render);
  if (run.status === 'succeeded') context.print(text);
  else context.complain(text);
  return { status: statusOf(run, plan), document };
}

function statusOf(run: Run, plan: Plan): ExitStatus {
  if (run.status === 'cancelled') return EXIT.interrupted;
  if (run.status === 'succeeded')
    return [...plan.withheld, ...(run.withheld_inside ?? [])].some(isLeftUndone) ? EXIT.partial : EXIT.done;
  const isPartial = run.steps.some(({ phase, status }) => status === (phase === 'gate' ? 'failed' : 'done'));
  return isPartial || run.gates.some((gate) => !gate.met) ? EXIT.partial : EXIT.error;
}
