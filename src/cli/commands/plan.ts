/** `trueup plan`: what apply would do, and why. Changes nothing but the reports folder and the file of `--out`. */
import { resolve } from 'node:path';
import { ulid } from 'ulid';
import { planAdopting } from '../../flow/adopting.ts';
import { expectedDowntimes } from '../../flow/downtime.ts';
import { locateUndeclared } from '../../flow/last-sources.ts';
import { type Planned, planFlow, type PlanOptions } from '../../flow/planning.ts';
import { savedPlanOf } from '../../flow/saved-plan.ts';
import type { Workspace } from '../../flow/workspace.ts';
import type { DesiredEnvironment } from '../../model/desired.ts';
import type { DowntimeEstimate } from '../../model/estimate.ts';
import { isLeftUndone } from '../../model/change.ts';
import { TrueupError } from '../../model/failure.ts';
import type { Plan } from '../../model/plan.ts';
import { estimatesJson } from '../../report/estimates-document.ts';
import { planDocument } from '../../report/plan-document.ts';
import { masked } from '../masked.ts';
import { renderPlan } from '../../report/plan-text.ts';
import { writePlanFile } from '../../state/plan-file.ts';
import { showAdoptions } from '../adoptions.ts';
import type { CommandContext } from '../context.ts';
import { tellOwed } from '../earlier.ts';
import { type CommandDefinition, defineCommand } from '../define-command.ts';
import { PLAN_FORMATS } from '../delivering.ts';
import { printDocuments } from '../documents.ts';
import { EXIT, type ExitStatus, worstOf } from '../exit-status.ts';
import { plansAgainst } from '../plan-against.ts';
import { plansObserved } from '../plan-observed.ts';
import { selectedAt, withUnpinned } from '../revision-selecting.ts';
import { addInputOptions, collect, type GlobalOptions, type InputOptions, wholeNumber } from '../options.ts';
import { addFormatOptions, type FormatOptions, printPlans, withMistakesPrinted } from '../plan-formats.ts';
import { planOptions, replacedIn, targetsOf, toldByPlan } from '../planning.ts';
import { report } from '../reports.ts';
import { loadOptions } from '../selecting.ts';
import { warnOfProblem } from '../warnings.ts';

interface PlanCommandOptions extends GlobalOptions, InputOptions, FormatOptions {
  readonly out?: string;
  readonly detailedExitcode: boolean;
  readonly replace: readonly string[];
  readonly adopt: boolean;
  readonly allowRemovals?: number;
  readonly report: boolean;
  readonly revision?: string;
  readonly against?: string;
  readonly observed?: string;
}

export const command: CommandDefinition = defineCommand<PlanCommandOptions>({
  formats: PLAN_FORMATS,
  configure(plan) {
    addFormatOptions(addInputOptions(plan))
      .description('Compare what git declares with what runs, and show what would make them equal. Changes nothing.')
      .argument('[environment or address...]', 'what to plan; all environments when absent')
      .option('--revision <rev>', 'plan what this commit, branch or tag declares; only what git tracks there counts')
      .option('--against <rev>', 'what merging into this revision would change, as if it were applied; asks no engine')
      .option('--observed <file>', 'plan from what `trueup observe --out FILE` saved elsewhere; asks no engine')
      .option('--out <file>', 'save the plan, so that `trueup apply FILE` carries out exactly this')
      .option('--detailed-exitcode', 'exit 2 when there are changes, also withheld ones', false)
      .option('--replace <address>', 'replace this resource although nothing differs; may be repeated', collect, [])
      .option('--adopt', 'plan as if what is claimed, and what another checkout has left of it, were adopted', false)
      .option('--allow-removals <n>', 'allow the plan to remove this many resources', wholeNumber(0))
      .option('--no-report', 'write no report');
  },
  run: (context, words, options) =>
    withMistakesPrinted(context, 'plan', options, () => planCommand(context, words, options)),
});

async function planCommand(
  context: CommandContext,
  words: readonly string[],
  options: PlanCommandOptions,
): Promise<ExitStatus> {
  assertTogether(options);
  if (options.against !== undefined) {
    return showPlans(context, await plansAgainst(context, options.against, words, options), options);
  }
  if (options.observed !== undefined) {
    return showPlans(context, await plansObserved(context, options.observed, words, options), options);
  }
  // A saved plan is carried out later: its keyed hashes need the key that stays, and its objects an owner.
  const { workspace, selected, isBare } = await selectedAt(context, options.revision, words, options, {
    access: options.out === undefined ? 'read' : 'change',
    secrets: 'resolve',
    told: toldByPlan(context),
  });
  if (options.out !== undefined && selected.length !== 1) {
    throw new TrueupError('usage', '--out saves the plan of one environment', { next: 'name the environment' });
  }
  const plans: Plan[] = [];
  for (const { unpinned, ...selection } of selected) {
    const started = performance.now();
    const { environment } = selection;
    const asked = planOptions({
      targets: targetsOf(selection),
      replace: replacedIn(environment, options.replace),
      allowRemovals: options.allowRemovals ?? null,
    });
    await using planned = await plannedFor(context, workspace, environment, asked, options.adopt);
    warnOfProblem(context, planned.problem);
    warnOfProblem(context, planned.earlier.problem);
    const located = await locateUndeclared(workspace, planned, loadOptions(options, 'leave'), context.signal);
    const plan = withUnpinned(located, unpinned);
    tellOwed(context, planned, plan);
    plans.push(plan);
    // In a bare repo there is no place for reports.
    const isReported = options.report && !isBare;
    const estimates = isReported || context.output === 'text' ? await expectedDowntimes(workspace, plan) : [];
    showPlan(context, plan, estimates);
    const durationMs = Math.round(performance.now() - started);
    if (isReported) {
      const document = { ...planDocument(plan), estimates: estimatesJson(estimates) };
      await report(context, workspace, { kind: 'plan', id: ulid(), plan, document, durationMs });
    }
    if (options.out !== undefined) {
      await writePlanFile(resolve(context.directory, options.out), savedPlanOf(plan, environment.resources));
      const saved = `Saved to ${options.out}; carry it out with: trueup apply ${options.out}`;
      if (context.output === 'text') context.print(saved);
      else context.note(saved);
    }
  }
  printDocuments(context, 'plans', plans.map(planDocument));
  await printPlans(context, 'plan', plans, options);
  return worstOf(plans.map((plan) => statusOf(plan, options.detailedExitcode)));
}

/** Of plans that nobody carries out from here: they are no reports either. */
async function showPlans(
  context: CommandContext,
  plans: readonly Plan[],
  options: PlanCommandOptions,
): Promise<ExitStatus> {
  for (const plan of plans) showPlan(context, plan);
  printDocuments(context, 'plans', plans.map(planDocument));
  await printPlans(context, 'plan', plans, options);
  return worstOf(plans.map((plan) => statusOf(plan, options.detailedExitcode)));
}

/** As text at once; every other format is one document for all plans. */
function showPlan(context: CommandContext, plan: Plan, estimates: readonly DowntimeEstimate[] = []): void {
  if (context.output !== 'text') return;
  const text = renderPlan(masked(context, plan), context.render, estimates);
  if (plan.applyable) context.print(text);
  else context.complain(text);
}

/** What plans without an engine cannot be: asked for twice, saved to be carried out, or about objects of others. */
function assertTogether({ against, observed, out, adopt, replace }: PlanCommandOptions): void {
  const source = against === undefined ? (observed === undefined ? null : '--observed') : '--against';
  if (source === null) return;
  const others: readonly (readonly [string, boolean, string])[] = [
    ['--observed', source === '--against' && observed !== undefined, '--against takes the revision to be applied'],
    ['--out', out !== undefined, 'it asks no engine, and what it plans is not to be carried out from here'],
    ['--adopt', adopt, 'it asks no engine, and adopting is for the checkout that applies'],
    ['--replace', source === '--against' && replace.length > 0, 'it shows what merging alone would change'],
  ];
  const wrong = others.find(([, isGiven]) => isGiven);
  if (wrong === undefined) return;
  throw new TrueupError('usage', `${source} and ${wrong[0]} do not go together`, {
    next: `leave one out: ${wrong[2]}`,
  });
}

async function plannedFor(
  context: CommandContext,
  workspace: Workspace,
  environment: DesiredEnvironment,
  options: PlanOptions,
  adopt: boolean,
): Promise<Planned> {
  if (!adopt) return planFlow(workspace, environment, options, context.signal);
  const { planned, adoptions } = await planAdopting(workspace, environment, options, context.signal);
  showAdoptions(context, adoptions, planned.adopts);
  return planned;
}

function statusOf(plan: Plan, detailed: boolean): ExitStatus {
  if (!plan.applyable) return EXIT.error;
  return detailed && (plan.changes.length > 0 || plan.withheld.some(isLeftUndone)) ? EXIT.found : EXIT.done;
}
