/**
 * `trueup parity A B --fix`: what can be taken over from the other side as edits of manifests, with what parity is afterwards;
 * shown, agreed to, and written. The side that is edited is held as the source: its rules say what is no loss to it.
 */
import { fixOf } from '../flow/parity/fix.ts';
import { loadSides } from '../flow/parity/load-sides.ts';
import type { SideParts } from '../flow/parity/side-parts.ts';
import { editedTree } from '../manifest/edit/edited-tree.ts';
import type { DriftWriting } from '../model/drift-writing.ts';
import { TrueupError } from '../model/failure.ts';
import type { ConfigurationDiffReport } from '../model/parity.ts';
import { verdictText } from '../report/parity-words.ts';
import type { CommandContext } from './context.ts';
import { showWriting, writeAgreed } from './manifest-writing.ts';
import type { FixOptions, FixSide } from './parity-fix-options.ts';
import { compareSides } from './parity-reports.ts';
import type { OpenedSides } from './parity-sides.ts';

export interface FixedParity {
  /** What was found, with what became of it. */
  readonly report: ConfigurationDiffReport;
  /** What is left: the same as was found where nothing was written. */
  readonly after: ConfigurationDiffReport;
}

export async function fixParity(
  context: CommandContext,
  opened: OpenedSides,
  report: ConfigurationDiffReport,
  options: FixOptions,
): Promise<FixedParity> {
  const { workspace, request } = opened;
  const { fix: side = 'source', only } = options;
  assertEditable(opened, side);
  const held = side === 'source' ? report : await compared(opened, opened.sides, { isTurned: true });
  const writing = await fixOf(workspace, { report: held, only, inputs: request.inputs }, context.signal);
  const after = writing.files.length === 0 ? report : await promised(context, opened, writing);
  showWriting(context, writing);
  if (writing.files.length > 0 && context.output === 'text') context.print(`\nWith that: ${verdictText(after)}.`);
  const { root } = workspace.repository;
  const writings = writing.files.length + writing.by_hand.length === 0 ? [] : [writing];
  if (writings.length === 0) context.note('There is nothing to fix.');
  const isWritten = await writeAgreed(context, writings, { ...options, root, again: '`trueup parity --fix`' });
  const fix = { side, writing, is_written: isWritten };
  return { report: { ...report, metadata: { ...report.metadata, fix } }, after: isWritten ? after : report };
}

function assertEditable({ request, partial }: OpenedSides, side: FixSide): void {
  const [mistaken] = partial;
  if (mistaken !== undefined) {
    throw new TrueupError('usage', `nothing is edited while ${mistaken} has mistakes: nobody knows what they hide`, {
      next: 'mend what is said above, and leave out --keep-going',
    });
  }
  const word = request.words[side === 'source' ? 0 : 1];
  if (word === undefined || word.kind === 'environment') return;
  const why = word.kind === 'revision' ? 'what a commit declares stays as it is' : 'an observation has no manifests';
  throw new TrueupError('usage', `${word.label} cannot be edited: ${why}`, {
    next: 'name an environment of the working tree on that side, or fix the other one (`--fix=source`, `--fix=target`)',
  });
}

/** Both sides as they would be. */
async function promised(
  context: CommandContext,
  opened: OpenedSides,
  { files }: DriftWriting,
): Promise<ConfigurationDiffReport> {
  const texts = new Map(files.map(({ path, after }) => [path, after]));
  const tree = editedTree(opened.workspace.tree, texts);
  const loaded = await loadSides({ ...opened.workspace, tree }, opened.request, context.signal);
  const sides = loaded.flatMap((side) => (side.status === 'loaded' ? [side.parts] : []));
  return compared(opened, sides, { isTurned: false });
}

async function compared(
  opened: OpenedSides,
  sides: readonly SideParts[],
  { isTurned }: { readonly isTurned: boolean },
): Promise<ConfigurationDiffReport> {
  const [source, target] = isTurned ? sides.toReversed() : sides;
  if (source === undefined || target === undefined) throw new Error('a parity has two sides');
  const [report] = await compareSides({ ...opened, sides }, [[source, target]], opened.request.mode);
  if (report === undefined) throw new Error('one pair is one report');
  return report;
}
