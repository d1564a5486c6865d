/** One change, folded: what happens to what and why in a line; what differs and what else it does below. */
import type { Change, Severity, ToldChange } from '../../model/change.ts';
import type { DowntimeEstimate } from '../../model/estimate.ts';
import { ACTION_WORDS, futureText, reasonText } from '../change-words.ts';
import { createdFields } from '../created-fields.ts';
import { causeWords } from '../formats/field-findings.ts';
import { placeText } from '../formats/place-text.ts';
import { elapsedText, plural } from '../words.ts';
import { severityBadge } from './badge.ts';
import { consequencesHtml } from './consequences.ts';
import { differenceList } from './difference-item.ts';
import { el, type Html } from './html.ts';
import { type ItemOptions, itemHtml } from './item.ts';

export interface ChangeOptions extends ItemOptions {
  readonly severity: Severity;
  /** No engine was asked: another revision is taken to be applied. */
  readonly isSupposed: boolean;
  readonly estimate: DowntimeEstimate | undefined;
}

export function changeItem(change: Change, { severity, isSupposed, estimate, ...options }: ChangeOptions): Html {
  const cause = change.differences.length === 0 && change.reason !== 'missing' ? causeWords(change.cause) : '';
  const reason = reasonText(change, isSupposed);
  const sets = change.action === 'create' && change.after !== null ? createdFields(change.type, change.after) : [];
  return itemHtml(
    {
      sign: ACTION_WORDS[change.action].sign,
      tint: ACTION_WORDS[change.action].tone,
      address: change.address,
      what: futureText(change),
      why: cause === '' ? reason : `${reason}, ${cause}`,
      badge: severityBadge(severity),
      content: [
        consequencesHtml(change, { more: expectedLines(estimate) }),
        change.action === 'create' ? setsHtml(sets) : differenceList(change.differences, 'as a step'),
        whereHtml(change),
      ],
    },
    options,
  );
}

/** The physical name, the engine, and the line at which it is declared. */
export function whereHtml({ name, engine, source, depends_on }: ToldChange): Html {
  return el(
    'p',
    { class: 'where' },
    el('code', {}, name),
    ' on ',
    el('code', {}, engine),
    source === null ? ', declared nowhere' : [', declared at ', el('code', {}, placeText(source))],
    depends_on.length === 0 ? '' : `, depends on ${depends_on.join(', ')}`,
  );
}

function setsHtml(sets: readonly string[]): Html | null {
  if (sets.length === 0) return null;
  return el(
    'ul',
    { class: 'sets' },
    sets.map((text) => el('li', {}, el('code', {}, text))),
  );
}

/** Of what nothing is known nothing is said. */
function expectedLines(estimate: DowntimeEstimate | undefined): readonly string[] {
  if (estimate === undefined || estimate.downtime_ms === null) return [];
  return [`expected downtime about ${elapsedText(estimate.downtime_ms)}, by ${plural(estimate.runs, 'earlier run')}`];
}
