/** A matrix for people: the scores as a grid where each pair was compared, and a line for each pair, the worst first. */
import type { ConfigurationDiffReport, OverallStatus } from '../model/parity.ts';
import { type Paint, painter, type Tone } from './paint.ts';
import type { ParityMatrix } from './parity-matrix.ts';
import { labelOf, MOST_FIRST, scoreText, STATUS_WORDS } from './parity-words.ts';
import type { RenderOptions } from './render-options.ts';
import { safeText } from './safe-text.ts';
import { type Column, renderTable } from './table.ts';
import { countList } from './words.ts';

export function renderMatrix(matrix: ParityMatrix, options: RenderOptions): string {
  const { reports, invalid, reference } = matrix;
  const paint = painter(options.color);
  const ranked = reports.toSorted((left, right) => rankOf(left) - rankOf(right));
  const blocks = [
    reference === null && reports.length > 1 ? gridText(reports, options, paint) : '',
    reports.length === 0 ? 'Nothing could be compared.' : renderTable(pairColumns(paint), ranked, options.width),
    invalid.length === 0 ? '' : `Not compared, for mistakes: ${invalid.map(safeText).join(', ')}.`,
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

/** Of what nobody knows nobody can say how bad it is: it comes after all that is known. */
function rankOf({ metadata: { score } }: ConfigurationDiffReport): number {
  return score ?? 2;
}

interface GridRow {
  readonly label: string;
  readonly scores: ReadonlyMap<string, ConfigurationDiffReport>;
}

/** Each pair stands there once, above the diagonal. */
function gridText(reports: readonly ConfigurationDiffReport[], options: RenderOptions, paint: Paint): string {
  const labels = [...new Set(reports.flatMap((report) => [labelOf(report, 'source'), labelOf(report, 'target')]))];
  const rows = labels.slice(0, -1).map((label): GridRow => {
    const own = reports.filter((report) => labelOf(report, 'source') === label);
    return { label, scores: new Map(own.map((report) => [labelOf(report, 'target'), report])) };
  });
  const columns: readonly Column<GridRow>[] = [
    { title: '', rank: 0, cell: ({ label }) => label },
    ...labels.slice(1).map(
      (label): Column<GridRow> => ({
        title: label,
        rank: 0,
        cell: ({ scores }) => scoreCell(scores.get(label)),
        paint: (text, { scores }) => paint(toneOf(scores.get(label)), text),
      }),
    ),
  ];
  return renderTable(columns, rows, options.width);
}

function pairColumns(paint: Paint): readonly Column<ConfigurationDiffReport>[] {
  return [
    { title: 'SOURCE', rank: 0, shrinks: true, cell: (report) => labelOf(report, 'source') },
    { title: 'TARGET', rank: 0, shrinks: true, cell: (report) => labelOf(report, 'target') },
    { title: 'PARITY', rank: 0, cell: scoreCell, paint: (text, report) => paint(toneOf(report), text) },
    { title: 'STATUS', rank: 1, cell: statusCell },
    { title: 'DIFFERENCES', rank: 2, cell: differencesText },
  ];
}

/** Where nothing is known, the least that can be said is not said. */
function statusCell({ overall_status: status, metadata }: ConfigurationDiffReport): string {
  const isNothingKnown = metadata.score === null && metadata.resource_diffs.length === 0;
  return isNothingKnown ? 'unknown' : STATUS_WORDS[status];
}

function scoreCell(report: ConfigurationDiffReport | undefined): string {
  if (report === undefined) return '';
  const { score, unknown } = report.metadata;
  return `${scoreText(score)}${score !== null && unknown.length > 0 ? '?' : ''}`;
}

function differencesText({ metadata: { severities } }: ConfigurationDiffReport): string {
  return countList(MOST_FIRST.map((severity) => [severities[severity], severity]));
}

const TONES: Readonly<Record<OverallStatus, Tone>> = {
  identical: 'good',
  minor_differences: 'warning',
  major_differences: 'bad',
  incompatible: 'bad',
};

function toneOf(report: ConfigurationDiffReport | undefined): Tone {
  return report === undefined ? 'faint' : TONES[report.overall_status];
}
