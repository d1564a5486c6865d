/** `trueup parity A B --history`: how the parity of the two went on. Needs no engine, and compares nothing. */
import { resolve } from 'node:path';
import { historyOf } from '../flow/parity/history.ts';
import { keptParities } from '../flow/parity/kept-parities.ts';
import type { ComparisonMode } from '../model/parity.ts';
import { parityHistoryDocument } from '../report/parity-history-document.ts';
import { renderParityHistory } from '../report/parity-history-text.ts';
import { safeText } from '../report/safe-text.ts';
import type { CommandContext } from './context.ts';
import { EXIT, type ExitStatus } from './exit-status.ts';
import { pairOf } from './parity-pair.ts';

export interface HistoryOptions {
  readonly mode: ComparisonMode;
  readonly limit?: number;
}

const DEFAULT_LIMIT = 20;

export async function parityHistory(
  context: CommandContext,
  words: readonly string[],
  { mode, limit = DEFAULT_LIMIT }: HistoryOptions,
): Promise<ExitStatus> {
  const [source, target] = await pairOf(context, words);
  const { repository, settings } = await context.workspace('read');
  const kept = await keptParities(resolve(repository.root, settings.folders.reports));
  for (const path of kept.unreadable)
    context.note(`warning: ${safeText(path)} is no report of a parity, and is left out`);
  const history = await historyOf(repository.root, kept.reports, { source, target, mode, limit }, context.signal);
  if (context.output === 'json') context.printJson(parityHistoryDocument(history));
  context.print(renderParityHistory(history, context.render));
  return EXIT.done;
}
