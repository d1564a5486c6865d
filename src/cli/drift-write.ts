/** `drift --write`: what was found as edits of the manifests, shown, agreed to, and written. Nothing that runs is touched. */
import type { Workspace } from '../flow/workspace.ts';
import { writingOf } from '../flow/writing-drift.ts';
import type { DriftWriting } from '../model/drift-writing.ts';
import type { Plan } from '../model/plan.ts';
import type { Approval } from './confirm.ts';
import type { CommandContext } from './context.ts';
import { showWriting, writeAgreed } from './manifest-writing.ts';
import type { InputOptions } from './options.ts';
import { loadOptions } from './selecting.ts';

export interface WrittenDrift {
  /** By environment. */
  readonly writings: ReadonlyMap<string, DriftWriting>;
  readonly isWritten: boolean;
}

export async function writeDrift(
  context: CommandContext,
  workspace: Workspace,
  plans: readonly Plan[],
  options: InputOptions & Approval,
): Promise<WrittenDrift> {
  const { secrets: _, ...load } = loadOptions(options, 'leave');
  const writings = new Map<string, DriftWriting>();
  for (const plan of plans.filter(({ drift }) => drift.length > 0)) {
    const found = { ...plan, taken: new Set(plan.conflicts.map(({ address }) => address)), isDeclared: false };
    const writing = await writingOf(workspace, found, load, context.signal);
    writings.set(plan.environment, writing);
    showWriting(context, writing);
  }
  const asked = { ...options, root: workspace.repository.root, again: '`trueup drift --write`' };
  return { writings, isWritten: await writeAgreed(context, [...writings.values()], asked) };
}
