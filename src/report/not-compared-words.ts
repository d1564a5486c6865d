/** How many fields were taken to be equal because nobody can tell, and why: `2 fields (a secret, …), as in service.web`. */
import type { NotCompared } from '../model/plan.ts';
import { fieldText } from './field-text.ts';
import { safeText } from './safe-text.ts';
import { listed, plural } from './words.ts';

const MOST_FIELDS = 3;

export function notComparedWords(fields: readonly NotCompared[]): string {
  const reasons = [...new Set(fields.map(({ reason }) => safeText(reason)))];
  const names = fields.map(({ address, field_path }) => `${safeText(address)} ${fieldText(field_path)}`);
  return `${plural(fields.length, 'field')}, ${reasons.join('; ')}: ${listed(names, MOST_FIELDS)}`;
}
