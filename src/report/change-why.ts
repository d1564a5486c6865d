/** What each change of a plan is made for, in a few words for who looks on: `environment_variables.A: 1 → 2`. Pure. */
import { type Change, type Difference, isHealing } from '../model/change.ts';
import type { ChangeWhy } from '../model/serve-event.ts';
import { pastText, reasonText } from './change-words.ts';
import { fieldText } from './field-text.ts';
import { shortenPair, valuePair } from './value-text.ts';

/** Of so many is told; nobody looks on at more. */
const MOST = 100;
const MOST_FIELDS = 2;
const LONGEST_VALUE = 40;

export function changeWhys(changes: readonly Change[]): readonly ChangeWhy[] {
  return changes.slice(0, MOST).map((change) => {
    return { address: change.address, heals: isHealing(change), text: whyText(change) };
  });
}

function whyText(change: Change): string {
  const { reason, cause, differences, address, action } = change;
  switch (reason) {
    case 'differs':
    case 'replace_because_cannot_update':
      return differences.length === 0 ? reasonText(change) : fieldsText(differences);
    case 'missing':
      return cause === 'world' ? 'was removed outside of git' : pastText(address, action);
    case 'not_running':
      return cause === 'world' ? 'did not run as declared' : fieldsText(differences);
    case 'replace_by_request':
    case 'restart_by_request':
    case 'restart_with_dependency':
    case 'delete_because_no_resource_config':
    case 'delete_because_left_over':
    case 'delete_by_request':
    case 'pull_always':
    case 'pull_by_request':
    case 'moved':
    case 'aside_left':
    case 'pending_restart':
      return `${pastText(address, action)}: ${reasonText(change)}`;
    default:
      return reason satisfies never;
  }
}

function fieldsText(differences: readonly Difference[]): string {
  const shown = differences.slice(0, MOST_FIELDS).map((difference) => {
    const pair = valuePair(difference.before, difference.after, 'after');
    const { before, after } = shortenPair(pair, LONGEST_VALUE);
    return `${fieldText(difference.field_path)}: ${before} → ${after}`;
  });
  const more = differences.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
