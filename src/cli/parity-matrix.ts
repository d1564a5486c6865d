/** `trueup parity --matrix A B C …`: each pair, or each against one reference, as one small table. Each report is kept. */
import type { SideParts } from '../flow/parity/side-parts.ts';
import { TrueupError } from '../model/failure.ts';
import { matrixDocument } from '../report/parity-matrix-document.ts';
import type { ParityMatrix } from '../report/parity-matrix.ts';
import { renderMatrix } from '../report/parity-matrix-text.ts';
import type { CommandContext } from './context.ts';
import { EXIT, type ExitStatus, worstOf } from './exit-status.ts';
import type { PairOptions } from './parity-pair.ts';
import { compareSides, keepReport, noteWaivers, partialStatus, statusOf } from './parity-reports.ts';
import { openSides } from './parity-sides.ts';
import { printParity } from './plan-formats.ts';

export interface MatrixOptions extends PairOptions {
  /** `false` for none, whatever the settings say. */
  readonly reference?: string | false;
}

export async function parityMatrix(
  context: CommandContext,
  given: readonly string[],
  options: MatrixOptions,
): Promise<ExitStatus> {
  const reference = await referenceOf(context, options);
  const words = [...new Set([...given, ...(reference === null ? [] : [reference])])];
  if (words.length < 2) {
    throw new TrueupError('usage', 'a matrix is of two environments or more', { next: 'name more of them' });
  }
  const started = performance.now();
  const opened = await openSides(context, words, options);
  await noteWaivers(context, opened);
  const pairs = pairsOf(opened.sides, reference);
  const reports = await compareSides(opened, pairs, options.mode);
  const duration = performance.now() - started;
  const { mode } = options;
  const matrix: ParityMatrix = { mode, reference, duration_ms: duration, reports, invalid: opened.invalid };
  for (const [index, report] of reports.entries()) {
    const environment = pairs[index]?.[0].environment;
    if (options.report && !opened.isBare && environment !== undefined) {
      await keepReport(context, opened.workspace, report, environment);
    }
  }
  if (context.output === 'text') context.print(renderMatrix(matrix, context.render));
  const document = matrixDocument(matrix);
  if (context.output === 'json') context.printJson(document);
  await printParity(context, reports, async () => ({ document, history: null }), options);
  const invalid = opened.invalid.length > 0 ? EXIT.invalid : EXIT.done;
  return worstOf([statusOf(reports, options.failOn), partialStatus(opened), invalid]);
}

async function referenceOf(context: CommandContext, { reference }: MatrixOptions): Promise<string | null> {
  if (reference === false) return null;
  if (reference !== undefined) return reference;
  const { settings } = await context.workspace('read');
  return settings.parity.reference;
}

/** The reference is the target of each. What has mistakes is in no pair. */
function pairsOf(sides: readonly SideParts[], reference: string | null): readonly (readonly [SideParts, SideParts])[] {
  if (reference !== null) {
    const target = sides.find(({ label }) => label === reference);
    return target === undefined ? [] : sides.filter((side) => side !== target).map((side) => [side, target] as const);
  }
  return sides.flatMap((source, index) => sides.slice(index + 1).map((target) => [source, target] as const));
}
