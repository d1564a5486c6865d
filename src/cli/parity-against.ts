/** `trueup parity A B --against REV`: what parity was before a change, told beside what it is. */
import { sideWord } from '../flow/parity/side-word.ts';
import { resolveCommit } from '../git/revisions.ts';
import { TrueupError } from '../model/failure.ts';
import type { ConfigurationDiffReport } from '../model/parity.ts';
import { parityBefore } from '../report/parity-before.ts';
import { safeText } from '../report/safe-text.ts';
import type { CommandContext } from './context.ts';
import { compareSides } from './parity-reports.ts';
import { isFile, openSides, type SidesOptions } from './parity-sides.ts';

export interface AgainstOptions extends SidesOptions {
  readonly against: string;
}

/** The report with what it was. Where an environment was not there yet, or had mistakes, that is said, and nothing else changes. */
export async function withBefore(
  context: CommandContext,
  words: readonly [string, string],
  report: ConfigurationDiffReport,
  { against, ...options }: AgainstOptions,
): Promise<ConfigurationDiffReport> {
  const meant = words.map((word) => sideWord(word, (path) => isFile(context, path)));
  const earlier = meant.map(({ kind, label }) => (kind === 'environment' ? `${label}@${against}` : label));
  if (meant.every(({ kind }) => kind !== 'environment')) {
    throw new TrueupError('usage', `neither ${words.join(' nor ')} was otherwise at ${against}`, {
      next: 'name an environment of the working tree, or leave --against out',
    });
  }
  try {
    // What was not known then could be anything now.
    const opened = await openSides(context, earlier, { ...options, keepGoing: false });
    const [source, target] = opened.sides;
    if (source === undefined || target === undefined) return report;
    const [before] = await compareSides(opened, [[source, target]], options.mode);
    const commit = await resolveCommit(opened.workspace.repository.root, against, context.signal);
    if (before === undefined) return report;
    const metadata = { ...report.metadata, before: parityBefore(before, report, { commit, dirty: false }) };
    return { ...report, metadata };
  } catch (error) {
    const isOfThen = error instanceof TrueupError && THEN.includes(error.code);
    if (!isOfThen) throw error;
    context.note(`What parity was at ${safeText(against)} cannot be told: ${safeText(error.message)}.`);
    return report;
  }
}

/** What is wrong with the past nobody can mend. */
const THEN: readonly string[] = ['environment_not_found', 'invalid_manifests'];
