/** Reports of a command. One that cannot be written is a warning: what was done, was done. */
import { join } from 'node:path';
import type { Workspace } from '../flow/workspace.ts';
import { TrueupError } from '../model/failure.ts';
import type { JsonObject } from '../model/json.ts';
import type { Plan } from '../model/plan.ts';
import { renderFailure } from '../report/failure-text.ts';
import { type ReportKind, writeReport } from '../report/write.ts';
import type { CommandContext } from './context.ts';
import { maskDocument } from './masking.ts';
import { trueupVersion } from './version.ts';

export interface ReportRequest {
  readonly kind: ReportKind;
  readonly id: string;
  readonly plan: Plan;
  readonly document: JsonObject;
  readonly durationMs: number;
}

/** Where the report lies, relative to the root of the repo; `null` when it could not be written. */
export async function report(
  context: CommandContext,
  workspace: Workspace,
  request: ReportRequest,
): Promise<string | null> {
  const { root } = workspace.repository;
  const { reports } = workspace.settings;
  try {
    return await writeReport(
      join(root, workspace.settings.folders.reports),
      request.plan.environment,
      request.kind,
      maskDocument(request.document, context.mask),
      {
        now: new Date(),
        id: request.id,
        keep: reports.keep,
        durationMs: request.durationMs,
        trueupVersion: trueupVersion(),
        engines: request.plan.inputs.engines.map(({ name, driver, facts }) => ({
          name,
          driver,
          version: facts?.version ?? null,
        })),
      },
    );
  } catch (error) {
    if (!(error instanceof TrueupError)) throw error;
    context.note(renderFailure(error, context.renderError));
    return null;
  }
}
