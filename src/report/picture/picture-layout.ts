/**
 * Where everything of a picture lies. Who depends stands on the left of what it depends on; what is joined to nothing comes
 * below, in rows. Libraries that do this took many seconds for a thousand resources; this takes a fraction of one.
 */
import { arrange } from './arrange.ts';
import { type Columns, columnsOf, type Line, type Slot } from './columns.ts';
import { layersOf } from './layers.ts';
import { labelSize, nodeSize, type Size } from './measures.ts';
import type { Picture, PictureEdge, PictureNode } from './picture.ts';

export interface Box extends Size {
  readonly x: number;
  readonly y: number;
}

export interface PlacedEdge {
  readonly edge: PictureEdge;
  /** Where the line passes: level between the two of a pair, curved from pair to pair. */
  readonly points: readonly (readonly [x: number, y: number])[];
  /** The middle of its label. */
  readonly label: { readonly x: number; readonly y: number } | null;
}

export interface PictureLayout extends Size {
  readonly boxes: ReadonlyMap<string, Box>;
  readonly edges: readonly PlacedEdge[];
}

const COLUMN_GAP = 28;
const ROW_GAP = 14;
/** Rows of what is joined to nothing are as wide as the rest, and at least so wide. */
const LEAST_ROW = 720;

export function layOut({ nodes, edges }: Picture): PictureLayout {
  const joined = new Set(edges.filter(({ from, to }) => from !== to).flatMap(({ from, to }) => [from, to]));
  const [inGraph, alone] = [nodes.filter(({ id }) => joined.has(id)), nodes.filter(({ id }) => !joined.has(id))];
  const graph = graphLayout(inGraph, edges);
  const top = graph.height === 0 ? 0 : graph.height + 2 * ROW_GAP;
  const rows = rowsLayout(alone, Math.max(LEAST_ROW, graph.width), top);
  return {
    width: Math.max(graph.width, rows.width),
    height: Math.max(graph.height, rows.height),
    boxes: new Map([...graph.boxes, ...rows.boxes]),
    edges: graph.edges,
  };
}

function graphLayout(nodes: readonly PictureNode[], edges: readonly PictureEdge[]): PictureLayout {
  if (nodes.length === 0) return { width: 0, height: 0, boxes: new Map(), edges: [] };
  const sizes = new Map(nodes.map((node) => [node.id, nodeSize(node)]));
  const ids = nodes.map(({ id }) => id);
  const drawn = edges.filter(({ from, to }) => sizes.has(from) && sizes.has(to));
  const measures = { node: (id: string) => sizes.get(id) ?? { width: 0, height: 0 }, label: labelSize };
  const placed = columnsOf(layersOf(ids, drawn), drawn, measures);
  arrange(placed.columns);
  return positions(placed);
}

function positions({ columns, nodes, lines }: Columns): PictureLayout {
  const slots = columns.flat();
  const top = slots.reduce((least, { y, height }) => Math.min(least, y - height / 2), Infinity);
  const bottom = slots.reduce((most, { y, height }) => Math.max(most, y + height / 2), -Infinity);
  const spans = new Map<Slot, readonly [left: number, right: number]>();
  let x = 0;
  for (const column of columns) {
    const width = column.reduce((most, slot) => Math.max(most, slot.width), 0);
    for (const slot of column) spans.set(slot, [x, x + width]);
    x += width + COLUMN_GAP;
  }
  const boxes = new Map<string, Box>();
  for (const [id, slot] of nodes) {
    const [left, right] = spans.get(slot) ?? [0, 0];
    const { width, height } = slot;
    boxes.set(id, { x: left + (right - left - width) / 2, y: slot.y - height / 2 - top, width, height });
  }
  const edges = lines.map((line) => placedEdge(line, boxes, spans, top));
  return { width: x - COLUMN_GAP, height: bottom - top, boxes, edges };
}

type Spans = ReadonlyMap<Slot, readonly [left: number, right: number]>;

/** A line is level from a box to the side of its column, so that it runs into no wider box beside it. */
function placedEdge(
  { edge, slots, label }: Line,
  boxes: ReadonlyMap<string, Box>,
  spans: Spans,
  top: number,
): PlacedEdge {
  const [from, to] = [boxes.get(edge.from), boxes.get(edge.to)];
  const points = slots.flatMap((slot, index) => {
    const [left, right] = spans.get(slot) ?? [0, 0];
    const y = slot.y - top;
    const first = index === 0 && from !== undefined ? from.x + from.width : left;
    const second = index === slots.length - 1 && to !== undefined ? to.x : right;
    return [[first, y] as const, [second, y] as const];
  });
  const [left, right] = label === null ? [0, 0] : (spans.get(label) ?? [0, 0]);
  return { edge, points, label: label === null ? null : { x: (left + right) / 2, y: label.y - top } };
}

function rowsLayout(nodes: readonly PictureNode[], width: number, top: number): PictureLayout {
  const boxes = new Map<string, Box>();
  let [x, y, rowHeight, widest] = [0, top, 0, 0];
  for (const node of nodes) {
    const size = nodeSize(node);
    if (x > 0 && x + size.width > width) [x, y, rowHeight] = [0, y + rowHeight + ROW_GAP, 0];
    boxes.set(node.id, { x, y, ...size });
    x += size.width + ROW_GAP;
    rowHeight = Math.max(rowHeight, size.height);
    widest = Math.max(widest, x - ROW_GAP);
  }
  return { width: widest, height: nodes.length === 0 ? 0 : y + rowHeight, boxes, edges: [] };
}
