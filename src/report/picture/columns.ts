/**
 * The columns of a layered drawing, from the left. Columns of nodes alternate with columns of labels. A line that passes
 * a column has a slot in it as a node has, so that lines run around nodes, and labels lie over nothing.
 */
import type { Measures } from './measures.ts';
import type { PictureEdge } from './picture.ts';

/** A place in a column. `at` (where in the column) and `y` (its middle) are what the layout is about to find out. */
export interface Slot {
  readonly width: number;
  readonly height: number;
  /** What it is joined to on the left, and on the right. */
  readonly left: Slot[];
  readonly right: Slot[];
  at: number;
  y: number;
}

export interface Line {
  readonly edge: PictureEdge;
  /** From who depends to what it depends on. */
  readonly slots: readonly Slot[];
  readonly label: Slot | null;
}

export interface Columns {
  readonly columns: readonly (readonly Slot[])[];
  readonly nodes: ReadonlyMap<string, Slot>;
  readonly lines: readonly Line[];
}

/** A longer line goes straight behind what lies between: a slot in each column of each such line would be too many. */
const LONGEST_LINE = 16;
const LINE_HEIGHT = 4;

export function columnsOf(
  layers: ReadonlyMap<string, number>,
  edges: readonly PictureEdge[],
  measures: Measures,
): Columns {
  const last = Math.max(0, ...layers.values());
  const columns = Array.from({ length: 2 * last + 1 }, (): Slot[] => []);
  const columnOf = (id: string): number => 2 * (last - (layers.get(id) ?? 0));
  const add = (column: number, width: number, height: number): Slot => {
    const slots = columns[column] ?? [];
    const slot: Slot = { width, height, left: [], right: [], at: slots.length, y: 0 };
    slots.push(slot);
    return slot;
  };
  const nodes = new Map<string, Slot>();
  for (const id of layers.keys()) {
    const { width, height } = measures.node(id);
    nodes.set(id, add(columnOf(id), width, height));
  }
  const lines = edges.flatMap((edge): readonly Line[] => {
    const from = nodes.get(edge.from);
    const to = nodes.get(edge.to);
    if (from === undefined || to === undefined || from === to) return [];
    const [start, end] = [columnOf(edge.from), columnOf(edge.to)];
    const size = edge.label === '' ? { width: 0, height: LINE_HEIGHT } : measures.label(edge.label);
    // Only in a circle does a line not lead to the right: it has no room of its own then.
    const label = start < end ? add(start + 1, size.width, size.height) : null;
    const passed = end - start <= 2 * LONGEST_LINE ? Math.max(0, end - start - 2) : 0;
    const passing = Array.from({ length: passed }, (_none, index) => add(start + 2 + index, 0, LINE_HEIGHT));
    const slots = [from, ...(label === null ? [] : [label]), ...passing, to];
    join(slots);
    return [{ edge, slots, label: edge.label === '' ? null : label }];
  });
  return { columns, nodes, lines };
}

function join(slots: readonly Slot[]): void {
  for (const [index, slot] of slots.entries()) {
    const next = slots[index + 1];
    if (next === undefined) continue;
    slot.right.push(next);
    next.left.push(slot);
  }
}
