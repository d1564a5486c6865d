/** `trueup plan`: what apply would do, and why. Changes nothing but the reports folder and the file of `--out`. */
import { resolve } from 'node:path';
import { ulid } from 'ulid';
import { planAdopting } from '../../flow/adopting.ts';
import { type Planned, planFlow, type PlanOptions } from '../../flow/planning.ts';
import { savedPlanOf } from '../../flow/saved-plan.ts';
import type { Workspace } from '../../flow/workspace.ts';
import type { DesiredEnvironment } from '../../model/desired.ts';
import { TrueupError } from '../../model/failure.ts';
import type { Plan } from '../../model/plan.ts';
import { planDocument } from '../../report/plan-document.ts';
import { renderPlan } from '../../report/plan-text.ts';
import { writePlanFile } from '../../state/plan-file.ts';
import { showAdoptions } from '../adoptions.ts';
import type { CommandContext } from '../context.ts';
import { tellOwed } from '../earlier.ts';
import { type CommandDefinition, defineCommand } from '../define-command.ts';
import { printDocuments } from '../documents.ts';
import { EXIT, type ExitStatus, worstOf } from '../exit-status.ts';
import { addInputOptions, collect, type GlobalOptions, type InputOptions, wholeNumber } from '../options.ts';
import { planOptions, replacedIn, targetsOf } from '../planning.ts';
import { report } from '../reports.ts';
import { loadSelected } from '../selecting.ts';
import { warnOfProblem } from '../warnings.ts';

interface PlanCommandOptions extends GlobalOptions, InputOptions {
  readonly out?: string;
  readonly detailedExitcode: boolean;
  readonly replace: readonly string[];
  readonly adopt: boolean;
  readonly allowRemovals?: number;
  readonly report: boolean;
}

export const command: CommandDefinition = defineCommand<PlanCommandOptions>({
  configure(plan) {
    addInputOptions(plan)
      .description('Compare what git declares with what runs, and show what would make them equal. Changes nothing.')
      .argument('[environment or address...]', 'what to plan; all environments when absent')
      .option('--out <file>', 'save the plan, so that `trueup apply FILE` carries out exactly this')
      .option('--detailed-exitcode', 'exit 2 when there are changes', false)
      .option('--replace <address>', 'replace this resource although nothing differs; may be repeated', collect, [])
      .option('--adopt', 'plan as if what another checkout has left of this environment were adopted', false)
      .option('--allow-removals <n>', 'allow the plan to remove this many resources', wholeNumber(0))
      .option('--no-report', 'write no report');
  },
  run: planCommand,
});

async function planCommand(
  context: CommandContext,
  words: readonly string[],
  options: PlanCommandOptions,
): Promise<ExitStatus> {
  // A saved plan is carried out later: its keyed hashes need the key that stays, and its objects an owner.
  const workspace = await context.workspace(options.out === undefined ? 'read' : 'change');
  const selected = await loadSelected(context, workspace, words, options, { secrets: 'resolve', without: 'all' });
  if (options.out !== undefined && selected.length !== 1) {
    throw new TrueupError('usage', '--out saves the plan of one environment', { next: 'name the environment' });
  }
  const plans: Plan[] = [];
  for (const selection of selected) {
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
    const { plan } = planned;
    tellOwed(context, planned, plan);
    plans.push(plan);
    const text = renderPlan(plan, context.render);
    if (plan.applyable) context.print(text);
    else context.complain(text);
    const durationMs = Math.round(performance.now() - started);
    if (options.report)
      await report(context, workspace, { kind: 'plan', id: ulid(), plan, document: planDocument(plan), durationMs });
    if (options.out !== undefined) {
      await writePlanFile(resolve(context.directory, options.out), savedPlanOf(plan));
      context.print(`Saved to ${options.out}; carry it out with: trueup apply ${options.out}`);
    }
  }
  printDocuments(context, 'plans', plans.map(planDocument));
  return worstOf(plans.map((plan) => statusOf(plan, options.detailedExitcode)));
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
  showAdoptions(context, adoptions);
  return planned;
}

function statusOf(plan: Plan, detailed: boolean): ExitStatus {
  if (!plan.applyable) return EXIT.error;
  return detailed && plan.changes.length > 0 ? EXIT.found : EXIT.done;
}
