/** `trueup diff`: what one revision declares otherwise than another. Exit 2 when there is something. */
import { ulid } from 'ulid';
import { diffOf } from '../../flow/diffing.ts';
import type { DeclaredSide } from '../../flow/declared-sides.ts';
import { type DeclaredPair, pairsOf } from '../../flow/pairs.ts';
import type { Workspace } from '../../flow/workspace.ts';
import { openRepositoryToRead, type ReadRepository } from '../../git/bare-repository.ts';
import { findCommit, resolveCommit } from '../../git/revisions.ts';
import type { DeclaredDiff } from '../../model/declared-diff.ts';
import { TrueupError } from '../../model/failure.ts';
import { diffDocument } from '../../report/diff-document.ts';
import { renderDiff } from '../../report/diff-text.ts';
import type { CommandContext } from '../context.ts';
import { type CommandDefinition, defineCommand } from '../define-command.ts';
import { PLAN_FORMATS } from '../delivering.ts';
import { EXIT, type ExitStatus, worstOf } from '../exit-status.ts';
import { addInputOptions, type GlobalOptions, type InputOptions } from '../options.ts';
import { addFormatOptions, type FormatOptions, printDiff, withMistakesPrinted } from '../plan-formats.ts';
import { report } from '../reports.ts';
import { type LoadedSides, loadSides, noteMistakes } from '../revision-sides.ts';

interface DiffOptions extends GlobalOptions, InputOptions, FormatOptions {
  readonly report: boolean;
}

export const command: CommandDefinition = defineCommand<DiffOptions>({
  formats: PLAN_FORMATS,
  configure(diff) {
    addFormatOptions(addInputOptions(diff))
      .description(
        'Show what two revisions declare otherwise, by meaning: a file that is only reformatted, reordered or split is no difference. Exit 2 when there are any.',
      )
      .argument('<rev1>', 'the earlier revision')
      .argument(
        '[rev2, environment or address...]',
        'the later revision, the working tree when absent; then what to look at',
      )
      .option('--no-report', 'write no report');
  },
  run: (context, words, options) =>
    withMistakesPrinted(context, 'diff', options, () => diffCommand(context, words, options)),
});

async function diffCommand(
  context: CommandContext,
  words: readonly string[],
  options: DiffOptions,
): Promise<ExitStatus> {
  const started = performance.now();
  const [before, ...rest] = words;
  if (before === undefined)
    throw new TrueupError('usage', 'a revision is missing', { next: 'write `trueup diff REV1`' });
  const opened = await openRepositoryToRead(context.directory, context.signal);
  const { after, names } = await splitWords(context, opened, rest);
  const sides = await loadSides(context, { before, after }, options, opened);
  const pairs = await meantBy(context, names, sides, after === null);
  const looked = { before: withoutOthers(sides.before, names), after: withoutOthers(sides.after, names) };
  await noteMistakes(context, looked.before);
  await noteMistakes(context, looked.after);
  const diff = await diffOf(looked, pairs, sides.workspace);
  const document = diffDocument(diff);
  if (options.report && !sides.isBare) {
    await reportEach(context, sides.workspace, diff, Math.round(performance.now() - started));
  }
  if (context.output === 'text') context.print(renderDiff(diff, context.render));
  if (context.output === 'json') context.printJson(document);
  await printDiff(context, diff, options);
  return worstOf([
    diff.environments.length > 0 ? EXIT.found : EXIT.done,
    diff.invalid.length > 0 ? EXIT.invalid : EXIT.done,
  ]);
}

/** `isOne`: the first name may have been meant as a revision. Where it is neither, both are said. */
async function meantBy(
  context: CommandContext,
  names: readonly string[],
  sides: LoadedSides,
  isOne: boolean,
): Promise<readonly DeclaredPair[]> {
  try {
    return pairsOf(names, sides);
  } catch (error) {
    const [first] = names;
    const isUnknown = error instanceof TrueupError && error.code === 'address_not_found';
    if (!isOne || first === undefined || !isUnknown || !error.message.includes(`"${first}"`)) throw error;
    const { root } = sides.workspace.repository;
    const known = await resolveCommit(root, first, context.signal).catch((reason: unknown) => reason);
    if (!(known instanceof TrueupError)) throw error;
    throw new TrueupError(known.code, `${known.message}, and no environment or resource is called so`, {
      fields: known.fields,
      next: known.next ?? error.next ?? '',
    });
  }
}

/** Mistakes in an environment that is not meant do not keep the others from being compared. */
function withoutOthers(side: DeclaredSide, names: readonly string[]): DeclaredSide {
  if (names.length === 0 || side.invalid.some((name) => names.includes(name))) return side;
  return { ...side, invalid: [], diagnostics: [] };
}

/** The second word is a revision where git knows it as one. A name that is both is taken for the revision. */
async function splitWords(
  context: CommandContext,
  { repository }: ReadRepository,
  words: readonly string[],
): Promise<{ readonly after: string | null; readonly names: readonly string[] }> {
  const [second, ...names] = words;
  if (second === undefined) return { after: null, names };
  const isRevision = (await findCommit(repository.root, second, context.signal)) !== null;
  return isRevision ? { after: second, names } : { after: null, names: words };
}

/** Reports lie by environment. */
async function reportEach(
  context: CommandContext,
  workspace: Workspace,
  diff: DeclaredDiff,
  durationMs: number,
): Promise<void> {
  for (const environment of diff.environments) {
    const document = diffDocument({ ...diff, environments: [environment], unchanged: 0, invalid: [] });
    const about = { environment: environment.environment, inputs: { engines: [] } };
    await report(context, workspace, { kind: 'diff', id: ulid(), plan: about, document, durationMs });
  }
}
