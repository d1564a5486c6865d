/** The public JSON of what `drift --write` wrote, or would: a part of the drift document (schemas/drift.json). */
import type { DriftWriting } from '../model/drift-writing.ts';
import type { JsonObject } from '../model/json.ts';
import { unifiedDiff } from './drift-writing-text.ts';
import { sourceJson } from './json-parts.ts';

/** `isWritten`: whether the files say it now. */
export function writingJson({ files, written, by_hand: byHand }: DriftWriting, isWritten: boolean): JsonObject {
  return {
    written: isWritten,
    files: files.map((file) => ({ path: file.path, diff: unifiedDiff(file) })),
    differences: written.map(({ address, field_path, file }) => ({ address, field_path, file })),
    by_hand: byHand.map(({ address, field_path, reason, detail, source }) => ({
      address,
      field_path,
      reason,
      detail,
      source: sourceJson(source),
    })),
  };
}
