/** The sign that stands in a box: colour is never the only thing that tells. The signs are those of the texts of plans and runs. */
import { ACTION_WORDS } from '../change-words.ts';
import { STATUS_WORDS } from '../status-words.ts';
import type { Mark } from './picture.ts';

export function signOf(mark: Mark): string {
  return markWords(mark).sign;
}

/** What a legend says of it. */
export function meaningOf(mark: Mark): string {
  return markWords(mark).meaning;
}

function markWords(mark: Mark): { readonly sign: string; readonly meaning: string } {
  switch (mark) {
    case 'along':
      return { sign: '~', meaning: 'restarts or is reconnected along' };
    case 'done':
    case 'failed':
    case 'cancelled':
    case 'skipped':
    case 'not_started':
      return { sign: STATUS_WORDS[mark].sign, meaning: STATUS_WORDS[mark].word };
    case 'create':
    case 'update':
    case 'restart':
    case 'replace':
    case 'delete':
    case 'move':
      return { sign: ACTION_WORDS[mark].sign, meaning: ACTION_WORDS[mark].future };
    default:
      return mark satisfies never;
  }
}
