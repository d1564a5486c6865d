/** The sign that stands in a box: colour is never the only thing that tells. The signs are those of the plan's text. */
import { ACTION_WORDS } from '../change-words.ts';
import type { Mark } from './picture.ts';

export function signOf(mark: Mark): string {
  return mark === 'along' ? '~' : ACTION_WORDS[mark].sign;
}
