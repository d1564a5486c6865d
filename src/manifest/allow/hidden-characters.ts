/** Characters that nobody sees, or that show a text otherwise than it is: not in what somebody else wrote. */
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../model/json.ts';
import type { ManifestPath } from '../layers.ts';
import type { Violation } from './violation.ts';

/**
 * Controls but line feed and tab, format characters, separators of lines and paragraphs, halves of characters, what no font
 * shows by agreement (fillers, selectors of variants), what means something to one font alone, and letters and signs that
 * are blank.
 */
const HIDDEN =
  /(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2800\u{13441}\u{13442}\u{16fe4}\u{1d159}]/u;

export function checkCharacters(root: JsonObject): readonly Violation[] {
  const violations: Violation[] = [];
  const refuse = (path: ManifestPath, part: 'key' | 'value', character: string): void => {
    const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    const summary = `the character U+${code} is not allowed in a repo that is not yours`;
    violations.push({ path, part, summary, detail: 'it is not shown, or changes how the text is shown' });
  };
  const visit = (value: Json, path: ManifestPath): void => {
    const found = typeof value === 'string' ? HIDDEN.exec(value) : null;
    if (found !== null) refuse(path, 'value', found[0]);
    if (isJsonArray(value)) for (const [index, item] of value.entries()) visit(item, [...path, String(index)]);
    if (!isJsonObject(value)) return;
    for (const [key, item] of Object.entries(value)) {
      const inKey = HIDDEN.exec(key);
      if (inKey !== null) refuse([...path, key], 'key', inKey[0]);
      visit(item, [...path, key]);
    }
  };
  visit(root, []);
  return violations;
}
