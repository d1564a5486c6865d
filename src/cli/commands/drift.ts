/** `trueup drift`: what changed outside of git. Exit 2 when something did. */
import { ulid } from 'ulid';
import { planFlow } from '../../flow/planning.ts';
import type { Plan } from '../../model/plan.ts';
import { driftDocument } from '../../report/drift-document.ts';
import { renderDrift } from '../../report/drift-text.ts';
import { type CommandDefinition, defineCommand } from '../define-command.ts';
import { printDocuments } from '../documents.ts';
import { EXIT, type ExitStatus, worstOf } from '../exit-status.ts';
import { addInputOptions, type GlobalOptions, type InputOptions } from '../options.ts';
import { planOptions } from '../planning.ts';
import { report } from '../reports.ts';
import { loadSelected } from '../selecting.ts';
import { warnOfProblem } from '../warnings.ts';

interface DriftOptions extends GlobalOptions, InputOptions {
  readonly report: boolean;
}

export const command: CommandDefinition = defineCommand<DriftOptions>({
  configure(drift) {
    addInputOptions(drift)
      .description('Show what the world changed: differences that git does not explain. Exit 2 when there are any.')
      .argument('[environment or address...]', 'what to look at; all environments when absent')
      .option('--no-report', 'write no report');
  },
  async run(context, words, options) {
    const workspace = await context.workspace('read');
    const selected = await loadSelected(context, workspace, words, options, { secrets: 'resolve', without: 'all' });
    const plans: Plan[] = [];
    for (const { environment, addresses } of selected) {
      const started = performance.now();
      const overrides = planOptions({ targets: new Set(addresses) });
      await using planned = await planFlow(workspace, environment, overrides, context.signal);
      warnOfProblem(context, planned.problem);
      const { plan } = planned;
      plans.push(plan);
      context.print(renderDrift(plan, context.render));
      const durationMs = Math.round(performance.now() - started);
      const document = driftDocument(plan);
      if (options.report) await report(context, workspace, { kind: 'drift', id: ulid(), plan, document, durationMs });
    }
    printDocuments(context, 'drifts', plans.map(driftDocument));
    return worstOf(plans.map(statusOf));
  },
});

function statusOf(plan: Plan): ExitStatus {
  if (!plan.complete) return EXIT.error;
  return plan.drift.length > 0 ? EXIT.found : EXIT.done;
}
