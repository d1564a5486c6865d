/** `drift --write`: shows the edits of the manifests, asks, and writes them. Nothing that runs is touched. */
import { resolve } from 'node:path';
import { replaceText, saysText } from '../files/replace-text.ts';
import type { Workspace } from '../flow/workspace.ts';
import { writingOf } from '../flow/writing-drift.ts';
import type { DriftWriting, EditedFile } from '../model/drift-writing.ts';
import { TrueupError } from '../model/failure.ts';
import type { Plan } from '../model/plan.ts';
import { renderWriting } from '../report/drift-writing-text.ts';
import { safeText } from '../report/safe-text.ts';
import { plural } from '../report/words.ts';
import { type Approval, canConfirm, confirmationRequired, confirmed } from './confirm.ts';
import type { CommandContext } from './context.ts';
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
    const writing = await writingOf(workspace, plan, load, context.signal);
    writings.set(plan.environment, writing);
    const text = renderWriting(writing, context.render);
    if (text !== '') tell(context, `\n${text}`);
  }
  const files = [...writings.values()].flatMap((writing) => writing.files);
  if (files.length === 0) {
    if (writings.size > 0) tell(context, '\nNothing of it can be written into the manifests.');
    return { writings, isWritten: false };
  }
  if (!canConfirm(context, options)) {
    throw confirmationRequired('read the edits above, and pass --auto-approve to write them');
  }
  tell(context, '');
  if (!(await confirmed(context, options, `Write ${plural(files.length, 'manifest')}?`))) {
    context.note('Nothing was written.');
    return { writings, isWritten: false };
  }
  await assertSame(workspace.repository.root, files);
  for (const file of files) await write(context, workspace.repository.root, file);
  return { writings, isWritten: true };
}

/** Where a document is asked for, it has standard output to itself. */
function tell(context: CommandContext, text: string): void {
  if (context.output === 'text') context.print(text);
  else if (context.output !== 'json') context.note(text);
}

/** Before the first is written, so that all of them are or none. */
async function assertSame(root: string, files: readonly EditedFile[]): Promise<void> {
  for (const { path, before } of files)
    if (!(await saysText(resolve(root, path), before))) throw changedMeanwhile(path);
}

function changedMeanwhile(path: string): TrueupError {
  return new TrueupError('file_changed', `${path} was changed meanwhile; it stays as it is`, {
    fields: { path },
    next: 'run `trueup drift --write` again',
  });
}

async function write(context: CommandContext, root: string, { path, before, after }: EditedFile): Promise<void> {
  if (!(await replaceText(resolve(root, path), before, after))) throw changedMeanwhile(path);
  tell(context, `Wrote ${safeText(path)}.`);
}
