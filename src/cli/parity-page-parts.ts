/** What a page of a parity is made from: its report and, where several reports of the pair are kept, how it went on until then. */
import { resolve } from 'node:path';
import { historyOf } from '../flow/parity/history.ts';
import { keptParities } from '../flow/parity/kept-parities.ts';
import type { ConfigurationDiffReport } from '../model/parity.ts';
import { parityDocument } from '../report/parity-document.ts';
import { parityHistoryDocument } from '../report/parity-history-document.ts';
import type { CommandContext } from './context.ts';
import type { InputOptions } from './options.ts';
import { DEFAULT_LIMIT, searchOf } from './parity-history.ts';
import type { OpenedSides } from './parity-sides.ts';
import type { ParityPageParts } from './plan-formats.ts';

/** One report alone has no history. In a bare repo nothing is kept. */
export async function parityPageParts(
  context: CommandContext,
  { workspace, isBare }: OpenedSides,
  report: ConfigurationDiffReport,
  inputs: InputOptions,
): Promise<ParityPageParts> {
  const document = parityDocument(report);
  if (isBare) return { document, history: null };
  const { repository, settings } = workspace;
  const { comparison_mode: mode, labels } = report.metadata;
  const { source, target } = labels ?? { source: report.source_environment, target: report.target_environment };
  const { reports } = await keptParities(resolve(repository.root, settings.folders.reports));
  const search = searchOf(context, workspace, [source, target], { ...inputs, mode });
  const query = { source, target, mode, limit: DEFAULT_LIMIT, ...(search === null ? {} : { search }) };
  const history = await historyOf(repository.root, reports, query, context.signal);
  return { document, history: history.entries.length < 2 ? null : parityHistoryDocument(history) };
}
