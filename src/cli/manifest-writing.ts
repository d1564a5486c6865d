/** Edits of manifests on their way into the files: shown, agreed to, and written, all of them or none. */
import { resolve } from 'node:path';
import { replaceText, saysText } from '../files/replace-text.ts';
import type { DriftWriting, EditedFile } from '../model/drift-writing.ts';
import { TrueupError } from '../model/failure.ts';
import { renderWriting } from '../report/drift-writing-text.ts';
import { safeText } from '../report/safe-text.ts';
import { plural } from '../report/words.ts';
import { type Approval, canConfirm, confirmationRequired, confirmed } from './confirm.ts';
import type { CommandContext } from './context.ts';

export interface AgreedWriting extends Approval {
  /** Absolute path of the repo. */
  readonly root: string;
  /** The command to run again where a file was changed meanwhile. */
  readonly again: string;
}

export function showWriting(context: CommandContext, writing: DriftWriting): void {
  const text = renderWriting(writing, context.render);
  if (text !== '') tell(context, `\n${text}`);
}

/** Whether the files say it now. Throws where nobody can be asked, and where somebody saved one of them meanwhile. */
export async function writeAgreed(
  context: CommandContext,
  writings: readonly DriftWriting[],
  { root, again, ...approval }: AgreedWriting,
): Promise<boolean> {
  const files = writings.flatMap((writing) => writing.files);
  if (files.length === 0) {
    if (writings.length > 0) tell(context, '\nNothing of it can be written into the manifests.');
    return false;
  }
  if (!canConfirm(context, approval)) {
    throw confirmationRequired('read the edits above, and pass --auto-approve to write them');
  }
  tell(context, '');
  if (!(await confirmed(context, approval, `Write ${plural(files.length, 'manifest')}?`))) {
    context.note('Nothing was written.');
    return false;
  }
  // Before the first is written, so that all of them are or none.
  for (const { path, before } of files)
    if (!(await saysText(resolve(root, path), before))) throw changedMeanwhile(path, again);
  for (const file of files) await write(context, file, { root, again });
  return true;
}

/** Where a document is asked for, it has standard output to itself. */
function tell(context: CommandContext, text: string): void {
  if (context.output === 'text') context.print(text);
  else if (context.output !== 'json') context.note(text);
}

async function write(
  context: CommandContext,
  { path, before, after }: EditedFile,
  { root, again }: Pick<AgreedWriting, 'root' | 'again'>,
): Promise<void> {
  if (!(await replaceText(resolve(root, path), before, after))) throw changedMeanwhile(path, again);
  tell(context, `Wrote ${safeText(path)}.`);
}

function changedMeanwhile(path: string, again: string): TrueupError {
  return new TrueupError('file_changed', `${path} was changed meanwhile; it stays as it is`, {
    fields: { path },
    next: `run ${again} again`,
  });
}
