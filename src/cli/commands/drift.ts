/** `trueup drift`: what changed outside of git. Exit 2 when something did. */
import { ulid } from 'ulid';
import { lookAround } from '../../flow/covering.ts';
import { lookInside } from '../../flow/filesystems.ts';
import { locateUndeclared } from '../../flow/last-sources.ts';
import { planFlow } from '../../flow/planning.ts';
import type { Coverage } from '../../model/coverage.ts';
import type { FilesystemDrift } from '../../model/filesystem.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Plan } from '../../model/plan.ts';
import { driftDocument } from '../../report/drift-document.ts';
import { renderDrift } from '../../report/drift-text.ts';
import type { Workspace } from '../../flow/workspace.ts';
import type { CommandContext } from '../context.ts';
import { type CommandDefinition, defineCommand } from '../define-command.ts';
import { PLAN_FORMATS } from '../delivering.ts';
import { printDocuments } from '../documents.ts';
import { EXIT, type ExitStatus, worstOf } from '../exit-status.ts';
import { addInputOptions, type GlobalOptions, type InputOptions } from '../options.ts';
import { masked, maskedFilesystem } from '../masked.ts';
import {
  addFormatOptions,
  type FormatOptions,
  type PrintedPlans,
  printPlans,
  withMistakesPrinted,
} from '../plan-formats.ts';
import { planOptions, toldByPlan } from '../planning.ts';
import { report } from '../reports.ts';
import { loadOptions, loadSelected } from '../selecting.ts';
import { warnOfProblem } from '../warnings.ts';

interface DriftOptions extends GlobalOptions, InputOptions, FormatOptions {
  readonly report: boolean;
  readonly watch: boolean;
  readonly write: boolean;
  readonly autoApprove: boolean;
  readonly filesystem: boolean;
}

export const command: CommandDefinition = defineCommand<DriftOptions>({
  formats: PLAN_FORMATS,
  interrupt: 'quiet',
  configure(drift) {
    addFormatOptions(addInputOptions(drift))
      .description('Show what the world changed: differences that git does not explain. Exit 2 when there are any.')
      .argument('[environment or address...]', 'what to look at; all environments when absent')
      .option('--filesystem', 'also list what changed in the own files of containers, beside what is mounted', false)
      .option('--write', 'write what was found into the manifests, as the smallest edit, once you agree', false)
      .option('--auto-approve', 'write without asking', false)
      .option('--watch', 'go on until Ctrl-C, and tell what drifts and what is mended as it happens', false)
      .option('--no-report', 'write no report');
  },
  async run(context, words, options) {
    if (options.watch) (await import('../drift-watching.ts')).assertWatchable(context, options);
    const workspace = await context.workspace('read');
    const selected = await withMistakesPrinted(context, 'drift', options, () =>
      loadSelected(context, workspace, words, options, {
        secrets: 'resolve',
        without: 'all',
        told: toldByPlan(context),
      }),
    );
    if (options.watch)
      return (await import('../drift-watching.ts')).followDrift(
        context,
        workspace,
        selected,
        loadOptions(options, 'resolve'),
      );
    const plans: Plan[] = [];
    const documents: JsonObject[] = [];
    const coverages: (Coverage | null)[] = [];
    const filesystems: (FilesystemDrift | null)[] = [];
    for (const { environment, addresses } of selected) {
      const started = performance.now();
      const overrides = planOptions({ targets: new Set(addresses) });
      await using planned = await planFlow(workspace, environment, overrides, context.signal);
      warnOfProblem(context, planned.problem);
      const plan = await locateUndeclared(workspace, planned, loadOptions(options, 'leave'), context.signal);
      plans.push(plan);
      // Whoever asks for single resources wants to know of no others.
      const coverage = addresses.length === 0 ? await lookAround(workspace, planned, context.signal) : null;
      coverages.push(coverage);
      const filesystem = options.filesystem
        ? maskedFilesystem(context, await lookInside(workspace, planned, addresses, context.signal))
        : null;
      filesystems.push(filesystem);
      if (context.output === 'text') {
        context.print(renderDrift(masked(context, plan), context.render, coverage, filesystem));
      }
      const durationMs = Math.round(performance.now() - started);
      const document = driftDocument(plan, coverage, filesystem);
      documents.push(document);
      if (options.report) await report(context, workspace, { kind: 'drift', id: ulid(), plan, document, durationMs });
    }
    if (options.write) return writeFound(context, workspace, plans, documents, { ...options, coverages, filesystems });
    printDocuments(context, 'drifts', documents);
    await printPlans(context, 'drift', plans, { ...options, coverages, filesystems });
    return worstOf(plans.map(statusOf));
  },
});

/** What is written is found no more. */
async function writeFound(
  context: CommandContext,
  workspace: Workspace,
  plans: readonly Plan[],
  found: readonly JsonObject[],
  options: DriftOptions & PrintedPlans,
): Promise<ExitStatus> {
  const { writeDrift } = await import('../drift-write.ts');
  const { writings, isWritten } = await writeDrift(context, workspace, plans, options);
  const { writingJson } = await import('../../report/drift-writing-document.ts');
  const documents = plans.map((plan, index) => {
    const writing = writings.get(plan.environment);
    return { ...found[index], ...(writing === undefined ? {} : { writing: writingJson(writing, isWritten) }) };
  });
  printDocuments(context, 'drifts', documents);
  await printPlans(context, 'drift', plans, options);
  return worstOf(
    plans.map((plan) => {
      const left = writings.get(plan.environment)?.by_hand.length ?? 0;
      return isWritten && plan.complete && left === 0 ? EXIT.done : statusOf(plan);
    }),
  );
}

function statusOf(plan: Plan): ExitStatus {
  if (!plan.complete) return EXIT.error;
  return plan.drift.length > 0 ? EXIT.found : EXIT.done;
}
