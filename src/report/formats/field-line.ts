/** One field in one line of plain text: `labels.team: "a" → "b" (forces replacement) environments/local/web.yaml:9:7`. */
import type { FieldFinding } from './findings.ts';
import { placeText } from './place-text.ts';

export function fieldLine(field: FieldFinding): string {
  return field.source === null ? fieldWords(field) : `${fieldWords(field)} ${placeText(field.source)}`;
}

/** Without the place, where the format has another way to show it. */
export function fieldWords({ field, values, notes }: FieldFinding): string {
  return `${field}: ${values}${notes.length > 0 ? ` (${notes.join('; ')})` : ''}`;
}
