/** What each rule of a SARIF log means. Rules are few: none has a name of a user in it. */
import type { JsonObject } from '../../../model/json.ts';

const SUMMARIES: Readonly<Record<string, string>> = {
  change: 'A resource has to change',
  drift: 'A resource is not as declared',
  field: 'What runs differs from what is declared',
  revision: 'A resource is declared otherwise than before',
  declared: 'A field is declared otherwise than before',
  parity: 'Two environments differ where they should not',
  waiver: 'A waiver is of no use (any more)',
  withheld: 'A change is not made',
  ignore_rule: 'A rule that ignores differences is of no use (any more)',
  diagnostic: 'A manifest, or what it asks for, is not as it must be',
  conflict: 'The name is taken by an object that is not ours',
  engine_unreachable: 'An engine does not answer',
};

/** Groups of rules that name a field, which stands there as it is written. */
const FIELD_GROUPS: ReadonlySet<string> = new Set(['field', 'declared']);

/** `field/container.image`: `What runs differs from what is declared: container.image`. */
export function sarifRule(id: string): JsonObject {
  const [group = '', ...rest] = id.split('/');
  const summary = SUMMARIES[group] ?? group;
  const what = rest.length === 0 ? '' : `: ${rest.join('/').replaceAll('_', ' ')}`;
  return { id, shortDescription: { text: `${summary}${FIELD_GROUPS.has(group) ? `: ${rest.join('/')}` : what}` } };
}
