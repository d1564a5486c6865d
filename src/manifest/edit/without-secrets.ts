/** A manifest for people to read: every secret that is declared with its value is blotted out, however it is written. */
import { isMap, isScalar, parseDocument, visit, type YAMLMap } from 'yaml';
import { MASK } from '../../model/secret.ts';

/** Keeps every other character. A text that cannot be read is blotted out whole. */
export function withoutSecrets(text: string): string {
  const document = parseDocument(text, { schema: 'core', merge: false, resolveKnownTags: false });
  if (document.errors.length > 0) return MASK;
  const places: (readonly [start: number, end: number])[] = [];
  visit(document, {
    Map(_key, map) {
      const value = isTrue(map, 'secret') ? map.get('value', true) : null;
      if (isScalar(value) && value.range) places.push([value.range[0], value.range[1]]);
    },
  });
  let shown = text;
  for (const [start, end] of places.toSorted(([left], [right]) => right - left)) {
    const lineBreak = shown.slice(start, end).endsWith('\n') ? '\n' : '';
    shown = shown.slice(0, start) + MASK + lineBreak + shown.slice(end);
  }
  return shown;
}

/** Secret unless it is said not to be: what is mistyped may be meant as one. */
function isTrue(map: YAMLMap, key: string): boolean {
  return isMap(map) && map.has(key) && map.get(key) !== false;
}
