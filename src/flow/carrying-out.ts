/**
 * Carry out: applies a plan, writes the report of the run and adds it to the history, with nobody asked. Whoever stands in
 * front of it, a person at a command or a pass of the long-lived side, has decided before. The caller holds the lock.
 */
import { relative } from 'node:path';
import { TrueupError } from '../model/failure.ts';
import type { Interrupted } from '../model/interrupted.ts';
import type { JsonObject } from '../model/json.ts';
import type { Plan } from '../model/plan.ts';
import type { Run } from '../model/run.ts';
import { runDocument } from '../report/run-document.ts';
import { type ApplyOptions, applyFlow } from './applying.ts';
import type { Planned } from './planning.ts';
import { rememberRun } from './remembering.ts';
import { writeFlowReport } from './reporting.ts';
import type { Workspace } from './workspace.ts';

export interface CarryOutOptions extends ApplyOptions {
  /** Of trueup, for the report. */
  readonly version: string;
  /** Whether a run that had nothing to do is reported, too. */
  readonly reportsQuiet: boolean;
  /** What the document of the run says beyond every other. */
  readonly addition?: JsonObject;
}

export interface CarriedOut {
  readonly run: Run;
  readonly interrupted: Interrupted | null;
  readonly document: JsonObject;
  /** What could not be written of what was done, which was done all the same. */
  readonly problems: readonly TrueupError[];
}

export async function carryOut(
  workspace: Workspace,
  planned: Planned,
  plan: Plan,
  options: CarryOutOptions,
): Promise<CarriedOut> {
  const { run, interrupted, problem } = await applyFlow(workspace, planned, plan, options);
  const problems: TrueupError[] = problem === null ? [] : [problem];
  const document = { ...runDocument(run, plan.changes, interrupted), ...options.addition };
  const isReported = options.reportsQuiet || plan.steps.length > 0 || run.status !== 'succeeded';
  const report = await tolerated(problems, async () => {
    if (!isReported) return null;
    const { id, duration_ms: durationMs } = run;
    const { root } = workspace.repository;
    const request = { kind: 'run', id, plan, document, durationMs } as const;
    return relative(root, await writeFlowReport(workspace, request, options.version));
  });
  const { command, purpose = 'apply' } = options;
  await tolerated(problems, () => rememberRun(workspace.state, { run, plan, command, purpose, report }));
  return { run, interrupted, document, problems };
}

async function tolerated<T>(problems: TrueupError[], write: () => Promise<T>): Promise<T | null> {
  try {
    return await write();
  } catch (error) {
    if (!(error instanceof TrueupError)) throw error;
    problems.push(error);
    return null;
  }
}
