/**
 * Which column of a layered drawing each node belongs to: 0 depends on nothing, and whoever depends is further out than all
 * that it depends on. What more nodes depend on than it has dependencies moves out towards them, so that lines stay short.
 * A circle, which no environment has but a document might, is broken at its first node.
 */
import type { PictureEdge } from './picture.ts';

export function layersOf(ids: readonly string[], edges: readonly PictureEdge[]): ReadonlyMap<string, number> {
  const needs = Map.groupBy(edges, ({ from }) => from);
  const neededBy = Map.groupBy(edges, ({ to }) => to);
  const layers = new Map<string, number>();
  for (const id of inwardOut(ids, needs, neededBy)) {
    layers.set(id, 1 + Math.max(-1, ...(needs.get(id) ?? []).map(({ to }) => layers.get(to) ?? -1)));
  }
  for (const id of [...layers.keys()].toReversed()) {
    const around = neededBy.get(id) ?? [];
    if (around.length <= (needs.get(id)?.length ?? 0)) continue;
    const nearest = around.reduce((least, { from }) => Math.min(least, layers.get(from) ?? 0), Infinity) - 1;
    if (nearest > (layers.get(id) ?? 0)) layers.set(id, nearest);
  }
  return layers;
}

type EdgesById = ReadonlyMap<string, readonly PictureEdge[]>;

/** Each node after all that it depends on. */
function inwardOut(ids: readonly string[], needs: EdgesById, neededBy: EdgesById): ReadonlySet<string> {
  const missing = new Map(ids.map((id) => [id, needs.get(id)?.length ?? 0]));
  const order = new Set<string>();
  const ready = ids.filter((id) => missing.get(id) === 0);
  for (const id of [...ready, ...ids]) {
    const queue = order.has(id) ? [] : [id];
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      order.add(next);
      for (const { from } of neededBy.get(next) ?? []) {
        const left = (missing.get(from) ?? 0) - 1;
        missing.set(from, left);
        if (left === 0 && !order.has(from)) queue.push(from);
      }
    }
  }
  return order;
}
