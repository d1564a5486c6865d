/** Tables without borders that fit a width: what matters least is left out first, and the widest column is shortened last. */
import Table from 'cli-table3';
import { displayWidth, shorten } from './safe-text.ts';

export interface Column<Row> {
  readonly title: string;
  /** Left out first where the number is highest; 0 always stays. */
  readonly rank: number;
  /** May be shortened when nothing can be left out any more. */
  readonly shrinks?: boolean;
  /** Safe text without colours. */
  cell(row: Row): string;
  paint?(text: string, row: Row): string;
}

const GAP = 2;
const LEAST_COLUMN = 8;

const NO_BORDERS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: ' '.repeat(GAP),
};

/** The table with its head; columns in which every cell is empty are left out. */
export function renderTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[], width: number): string {
  const filled = columns.filter((column) => column.rank === 0 || rows.some((row) => column.cell(row) !== ''));
  const shown = fitting(filled, rows, width);
  const limits = columnLimits(shown, rows, width);
  const table = new Table({
    chars: NO_BORDERS,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
    head: shown.map((column) => column.title),
  });
  for (const row of rows) {
    table.push(
      shown.map((column, index) => {
        const text = shorten(column.cell(row), limits[index] ?? LEAST_COLUMN);
        return column.paint?.(text, row) ?? text;
      }),
    );
  }
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

function fitting<Row>(columns: readonly Column<Row>[], rows: readonly Row[], width: number): readonly Column<Row>[] {
  const least = columns.reduce((sum, column) => {
    const natural = naturalWidth(column, rows);
    return sum + GAP + (column.shrinks === true ? Math.min(natural, LEAST_COLUMN * 2) : natural);
  }, -GAP);
  const worst = columns.reduce((highest, column) => Math.max(highest, column.rank), 0);
  if (least <= width || worst === 0) return columns;
  return fitting(
    columns.filter((column) => column.rank < worst),
    rows,
    width,
  );
}

/** Shrinking columns share what the others leave, the widest giving first. */
function columnLimits<Row>(columns: readonly Column<Row>[], rows: readonly Row[], width: number): readonly number[] {
  const limits = columns.map((column) => naturalWidth(column, rows));
  let excess = limits.reduce((sum, limit) => sum + limit + GAP, -GAP) - width;
  while (excess > 0) {
    const widest = columns.reduce<number | null>((best, column, index) => {
      const size = limits[index] ?? 0;
      if (column.shrinks !== true || size <= LEAST_COLUMN) return best;
      return best === null || size > (limits[best] ?? 0) ? index : best;
    }, null);
    if (widest === null) break;
    limits[widest] = (limits[widest] ?? 0) - 1;
    excess -= 1;
  }
  return limits;
}

function naturalWidth<Row>(column: Column<Row>, rows: readonly Row[]): number {
  return rows.reduce((widest, row) => Math.max(widest, displayWidth(column.cell(row))), displayWidth(column.title));
}
