/** Where a manifest says something, found without any code of trueup's. */
import { isMap, isPair, isScalar, isSeq, LineCounter, type Pair, parseDocument } from 'yaml';

/** The line of what is said at a path, or of the nearest thing around it: of its key, or of the item of a list. */
export function lineOf(text: string, path: readonly string[]): number {
  const lines = new LineCounter();
  let node: unknown = parseDocument(text, { lineCounter: lines, keepSourceTokens: true }).contents;
  let offset = 0;
  for (const name of path) {
    const next: unknown = isMap(node)
      ? node.items.find((pair) => isNamed(pair, name))
      : isSeq(node)
        ? node.items[Number(name)]
        : null;
    if (isPair(next)) {
      offset = startOf(next.key);
      node = next.value;
    } else {
      if (next === null || next === undefined) break;
      offset = startOf(next);
      node = next;
    }
  }
  return lines.linePos(offset).line;
}

function isNamed({ key }: Pair, name: string): boolean {
  return isScalar(key) && String(key.value) === name;
}

function startOf(node: unknown): number {
  return isScalar(node) || isMap(node) || isSeq(node) ? (node.range?.[0] ?? 0) : 0;
}
