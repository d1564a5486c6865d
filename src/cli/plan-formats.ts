/**
 * Plans and diffs in the formats that others display, as `plan`, `drift` and `diff` print them: one document for all environments.
 * Nothing here is loaded unless such a format is asked for. Like JSON they are printed with `--quiet` too.
 */
import type { DeclaredDiff } from '../model/declared-diff.ts';
import type { Plan } from '../model/plan.ts';
import { InvalidManifestsError } from '../model/failure.ts';
import type { FindingsKind, FindingsReport, PlanFindingsKind } from '../report/formats/findings.ts';
import type { CommandContext } from './context.ts';
import { trueupVersion } from './version.ts';

/** Beyond text and json. */
export const PLAN_FORMATS = ['markdown', 'sarif', 'junit', 'github'] as const;

type PlanFormat = (typeof PLAN_FORMATS)[number];

/** Prints the one document where such a format is asked for, and nothing otherwise. */
export async function printPlans(
  context: CommandContext,
  kind: PlanFindingsKind,
  plans: readonly Plan[],
): Promise<void> {
  const format = formatOf(context);
  if (format === null) return;
  const { findingsReport } = await import('../report/formats/findings-report.ts');
  await print(context, format, findingsReport(kind, plans, context.mask));
}

/** As `printPlans`, of two revisions. */
export async function printDiff(context: CommandContext, diff: DeclaredDiff): Promise<void> {
  const format = formatOf(context);
  if (format === null) return;
  const { diffReport } = await import('../report/formats/findings-report.ts');
  await print(context, format, diffReport(diff, context.mask));
}

/**
 * Runs what plans. Where the manifests have mistakes these are the findings of the document; the error is told as
 * always, and decides about the exit status.
 */
export async function withMistakesPrinted<Result>(
  context: CommandContext,
  kind: FindingsKind,
  planning: () => Promise<Result>,
): Promise<Result> {
  try {
    return await planning();
  } catch (error) {
    const format = formatOf(context);
    if (format !== null && error instanceof InvalidManifestsError) {
      const { mistakesReport } = await import('../report/formats/findings-report.ts');
      await print(context, format, mistakesReport(kind, error.diagnostics, context.mask));
    }
    throw error;
  }
}

function formatOf({ output }: CommandContext): PlanFormat | null {
  return PLAN_FORMATS.find((format) => format === output) ?? null;
}

async function print(context: CommandContext, format: PlanFormat, report: FindingsReport): Promise<void> {
  const text = await rendered(format, report);
  if (text !== '') context.stdout.write(`${text}\n`);
}

async function rendered(format: PlanFormat, report: FindingsReport): Promise<string> {
  switch (format) {
    case 'markdown':
      return (await import('../report/formats/markdown/markdown.ts')).renderMarkdown(report);
    case 'sarif': {
      const { sarifDocument } = await import('../report/formats/sarif/sarif.ts');
      return JSON.stringify(sarifDocument(report, trueupVersion()), null, 2);
    }
    case 'junit':
      return (await import('../report/formats/junit.ts')).renderJunit(report);
    case 'github':
      return (await import('../report/formats/workflow-commands.ts')).renderWorkflowCommands(report);
    default:
      return format satisfies never;
  }
}
