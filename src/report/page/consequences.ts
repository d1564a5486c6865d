/** What a change does beside what it is for: what a reader must know before saying yes. */
import type { ToldChange } from '../../model/change.ts';
import { consequencesOf } from '../formats/plan-findings.ts';
import { el, type Html } from './html.ts';

interface ConsequenceOptions {
  /** Said before them. */
  readonly lead?: string;
  /** Said after them. */
  readonly more?: readonly string[];
}

export function consequencesHtml(change: ToldChange, { lead = '', more = [] }: ConsequenceOptions = {}): Html | null {
  const { ports_dropped, data_at_risk } = change.impact;
  const others = data_at_risk.filter((address) => address !== change.address);
  const lines = [
    ...consequencesOf(change),
    ...(ports_dropped.length > 0 ? [`nobody answers on ${ports_dropped.join(', ')} ${howLong(change)}`] : []),
    ...(others.length > 0 ? [`data at risk: ${others.join(', ')}`] : []),
    ...more,
  ];
  if (lines.length === 0) return null;
  const list = el(
    'ul',
    {},
    lines.map((line) => el('li', {}, line)),
  );
  return el('div', { class: 'consequences' }, lead === '' ? null : el('p', {}, lead), list);
}

function howLong({ action }: ToldChange): string {
  return action === 'delete' ? 'any more' : 'meanwhile';
}
