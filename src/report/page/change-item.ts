/** One change, folded: what happens to what and why in a line; what differs and what else it does below. */
import type { Change, Severity } from '../../model/change.ts';
import type { DowntimeEstimate } from '../../model/estimate.ts';
import { ACTION_WORDS, futureText, reasonText, tellsCause } from '../change-words.ts';
import { createdFields } from '../created-fields.ts';
import { causeWords } from '../formats/field-findings.ts';
import { elapsedText, plural } from '../words.ts';
import { severityBadge } from './badge.ts';
import { consequencesHtml } from './consequences.ts';
import { differenceList } from './difference-item.ts';
import { el, type Html } from './html.ts';
import { type ItemOptions, itemHtml } from './item.ts';
import { whereHtml } from './where.ts';

export interface ChangeOptions extends ItemOptions {
  readonly severity: Severity;
  /** No engine was asked: another revision is taken to be applied. */
  readonly isSupposed: boolean;
  readonly estimate: DowntimeEstimate | undefined;
}

export function changeItem(change: Change, { severity, isSupposed, estimate, ...options }: ChangeOptions): Html {
  const cause = tellsCause(change) ? causeWords(change.cause) : '';
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
