/** `trueup parity A B`: compares, keeps the report and prints it. */
import { parityDocument } from '../report/parity-document.ts';
import { renderParity } from '../report/parity-text.ts';
import type { Severity } from '../model/change.ts';
import type { ConfigurationDiffReport } from '../model/parity.ts';
import type { CommandContext } from './context.ts';
import { type ExitStatus, worstOf } from './exit-status.ts';
import { namedPair } from './parity-named.ts';
import { parityPageParts } from './parity-page-parts.ts';
import { compareSides, keepReport, noteWaivers, partialStatus, statusOf } from './parity-reports.ts';
import { withBefore } from './parity-against.ts';
import { type OpenedSides, openSides, type SidesOptions } from './parity-sides.ts';
import { type FormatOptions, printParity } from './plan-formats.ts';
import type { FixedParity } from './parity-fix.ts';
import type { FixOptions } from './parity-fix-options.ts';

export interface PairOptions extends SidesOptions, FormatOptions, FixOptions {
  readonly failOn: Severity;
  readonly all: boolean;
  readonly report: boolean;
  /** Also say what it was at this revision. */
  readonly against?: string;
}

export async function parityPair(
  context: CommandContext,
  words: readonly string[],
  options: PairOptions,
): Promise<ExitStatus> {
  const meant = await namedPair(context, words);
  const opened = await openSides(context, meant, options);
  await noteWaivers(context, opened);
  const [source, target] = opened.sides;
  if (source === undefined || target === undefined) throw new Error('two words are two sides');
  const [report] = await compareSides(opened, [[source, target]], options.mode);
  if (report === undefined) throw new Error('one pair is one report');
  const told =
    options.against === undefined
      ? report
      : await withBefore(context, meant, report, { ...options, against: options.against });
  if (options.report && !opened.isBare) await keepReport(context, opened.workspace, told, source.environment);
  if (context.output === 'text') context.print(renderParity(told, { ...context.render, all: options.all }));
  const fixed = options.fix === undefined ? null : await fixedPair(context, opened, told, options);
  if (context.output === 'json') context.printJson(parityDocument(fixed?.report ?? told));
  await printParity(context, [told], () => parityPageParts(context, opened, fixed?.report ?? told, options), options);
  return worstOf([statusOf([fixed?.after ?? report], options.failOn), partialStatus(opened)]);
}

async function fixedPair(
  context: CommandContext,
  opened: OpenedSides,
  report: ConfigurationDiffReport,
  options: PairOptions,
): Promise<FixedParity> {
  const { fixParity } = await import('./parity-fix.ts');
  return fixParity(context, opened, report, options);
}
