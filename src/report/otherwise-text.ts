/** A field that another revision declares otherwise without a step, in a line: `service.web hooks.pre_stop: (not set) → ["…"]`. */
import type { DeclaredOtherwise } from '../model/declared-diff.ts';
import { fieldText } from './field-text.ts';
import { safeText } from './safe-text.ts';
import { shortenPair, valuePair } from './value-text.ts';

const LONGEST_VALUE = 80;

export function otherwiseText({ address, field_path, before, after }: Omit<DeclaredOtherwise, 'source'>): string {
  const values = shortenPair(valuePair(before, after, 'after'), LONGEST_VALUE);
  const who = address === null ? '' : `${safeText(address)} `;
  return `${who}${fieldText(field_path)}: ${values.before} → ${values.after}`;
}
