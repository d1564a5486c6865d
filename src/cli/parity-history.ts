/** `trueup parity A B --history`: how the parity of the two went on. Needs no engine; what is compared are commits, to find the one that did it. */
import { resolve } from 'node:path';
import { historyOf } from '../flow/parity/history.ts';
import { HistorySearch } from '../flow/parity/history-search.ts';
import { keptParities } from '../flow/parity/kept-parities.ts';
import { sideWord } from '../flow/parity/side-word.ts';
import type { Workspace } from '../flow/workspace.ts';
import type { ComparisonMode } from '../model/parity.ts';
import { parityHistoryDocument } from '../report/parity-history-document.ts';
import { renderParityHistory } from '../report/parity-history-text.ts';
import { safeText } from '../report/safe-text.ts';
import type { CommandContext } from './context.ts';
import { EXIT, type ExitStatus } from './exit-status.ts';
import type { InputOptions } from './options.ts';
import { namedPair } from './parity-named.ts';
import { isFile } from './parity-sides.ts';
import { type FormatOptions, printPage } from './plan-formats.ts';
import { loadOptions } from './selecting.ts';

export interface HistoryOptions extends FormatOptions, InputOptions {
  readonly mode: ComparisonMode;
  readonly limit?: number;
  /** Search each range of commits, however long it takes. */
  readonly bisect: boolean;
}

export const DEFAULT_LIMIT = 20;

export async function parityHistory(
  context: CommandContext,
  words: readonly string[],
  options: HistoryOptions,
): Promise<ExitStatus> {
  const { mode, limit = DEFAULT_LIMIT, also, bisect: isThorough } = options;
  const [source, target] = await namedPair(context, words);
  const workspace = await context.workspace('read');
  const { repository, settings } = workspace;
  const kept = await keptParities(resolve(repository.root, settings.folders.reports));
  for (const path of kept.unreadable)
    context.note(`warning: ${safeText(path)} is no report of a parity, and is left out`);
  const search = searchOf(context, workspace, [source, target], options);
  const query = { source, target, mode, limit, isThorough, ...(search === null ? {} : { search }) };
  const history = await historyOf(repository.root, kept.reports, query, context.signal);
  const document = parityHistoryDocument(history);
  if (context.output === 'json') context.printJson(document);
  if (context.output === 'text')
    context.print(renderParityHistory(history, { ...context.render, isThorough: isThorough || search === null }));
  await printPage(context, document, { also });
  return EXIT.done;
}

/** `null` where manifests do not say what was compared: of what runs, and of what was observed. */
export function searchOf(
  context: CommandContext,
  workspace: Workspace,
  words: readonly [string, string],
  { mode, ...options }: InputOptions & { readonly mode: ComparisonMode },
): HistorySearch | null {
  const [source, target] = words.map((word) => sideWord(word, (path) => isFile(context, path)));
  if (mode === 'runtime' || source === undefined || target === undefined) return null;
  if (source.kind === 'observation' || target.kind === 'observation') return null;
  const { secrets: _left, ...inputs } = loadOptions(options, 'leave');
  return new HistorySearch(workspace, { source, target, mode, inputs }, context.signal);
}
