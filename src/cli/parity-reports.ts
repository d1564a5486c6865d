/** Reports of parity: made of opened sides, kept in the folder of the source, and what the command ends with. */
import { ulid } from 'ulid';
import { worstUnwaived } from '../diff/parity/compare.ts';
import { rankOf } from '../diff/parity/verdict.ts';
import { parityOf } from '../flow/parity/comparing.ts';
import { modelsOfSides } from '../flow/parity/load-sides.ts';
import { assertConsistent, idleSettings } from '../flow/parity/settings-problems.ts';
import type { SideParts } from '../flow/parity/side-parts.ts';
import type { Workspace } from '../flow/workspace.ts';
import type { Severity } from '../model/change.ts';
import type { ComparisonMode, ConfigurationDiffReport } from '../model/parity.ts';
import { parityDocument } from '../report/parity-document.ts';
import type { CommandContext } from './context.ts';
import { diagnosticsText } from './diagnostics.ts';
import { EXIT, type ExitStatus, worstOf } from './exit-status.ts';
import type { OpenedSides } from './parity-sides.ts';
import { report as writeReport } from './reports.ts';
import { trueupVersion } from './version.ts';

/** In the order of the pairs. Throws for settings that contradict each other. */
export async function compareSides(
  { workspace, sides, loadingMs }: OpenedSides,
  pairs: readonly (readonly [SideParts, SideParts])[],
  mode: ComparisonMode,
): Promise<readonly ConfigurationDiffReport[]> {
  const settings = workspace.settings.parity;
  assertConsistent(settings);
  const models = await modelsOfSides(sides, workspace.drivers);
  const timestamp = new Date().toISOString();
  const tool = `trueup ${trueupVersion()}`;
  return pairs.map(([source, target]) => {
    const started = performance.now();
    const report = parityOf({ source, target, mode, models, settings, id: ulid(), timestamp, tool });
    const duration = loadingMs + performance.now() - started;
    return { ...report, metadata: { ...report.metadata, duration_ms: duration } };
  });
}

/** Warns of waivers and pairs for what there is not. */
export async function noteWaivers(context: CommandContext, { workspace, sides }: OpenedSides): Promise<void> {
  const problems = idleSettings(workspace.settings.parity, sides);
  if (problems.length > 0) context.note(await diagnosticsText(problems, context.directory, context.renderError));
}

/** `environment` is that of the source: a label may be a path, or name a revision. */
export async function keepReport(
  context: CommandContext,
  workspace: Workspace,
  report: ConfigurationDiffReport,
  environment: string,
): Promise<void> {
  await writeReport(context, workspace, {
    kind: 'parity',
    id: report.id,
    plan: { environment, inputs: { engines: [] } },
    document: parityDocument(report),
    durationMs: report.metadata.duration_ms ?? 0,
  });
}

/** What nobody could look at is an error, whatever the rest is like. */
export function statusOf(reports: readonly ConfigurationDiffReport[], failOn: Severity): ExitStatus {
  return worstOf(
    reports.flatMap((report) => [
      report.metadata.unknown.length > 0 ? EXIT.error : EXIT.done,
      isAtLeast(worstUnwaived(report), failOn) ? EXIT.found : EXIT.done,
    ]),
  );
}

/** Mistakes are errors also where nothing that is compared has them. */
export function partialStatus({ partial }: OpenedSides): ExitStatus {
  return partial.length > 0 ? EXIT.error : EXIT.done;
}

function isAtLeast(worst: Severity | null, least: Severity): boolean {
  return worst !== null && rankOf(worst) >= rankOf(least);
}
