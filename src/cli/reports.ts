/** Reports of a command. One that cannot be written is a warning: what was done, was done. */
import { type ReportRequest, writeFlowReport } from '../flow/reporting.ts';
import type { Workspace } from '../flow/workspace.ts';
import { TrueupError } from '../model/failure.ts';
import type { CommandContext } from './context.ts';
import { trueupVersion } from './version.ts';
import { warnOfProblem } from './warnings.ts';

/** Where the report lies, relative to the root of the repo; `null` when it could not be written. */
export async function report(
  context: CommandContext,
  workspace: Workspace,
  request: ReportRequest,
): Promise<string | null> {
  try {
    return await writeFlowReport(workspace, request, trueupVersion());
  } catch (error) {
    if (!(error instanceof TrueupError)) throw error;
    warnOfProblem(context, error);
    return null;
  }
}
