/** How much of a picture changes, in one line. */
import type { ToldChange } from '../../model/change.ts';
import { countActions } from '../plan-document.ts';
import { countList } from '../words.ts';
import type { PictureNode } from './picture.ts';

interface ChangesTextOptions {
  /** Whether all is drawn that is declared. What a document leaves out of its changes nobody could count. */
  readonly isWhole: boolean;
}

export function changesText(
  changes: readonly ToldChange[],
  nodes: readonly PictureNode[],
  { isWhole }: ChangesTextOptions,
): string {
  const { create, update, restart, replace, move, delete: removed } = countActions(changes);
  const counts = countList([
    [create, 'to create'],
    [update + restart, 'to change'],
    [replace, 'to replace'],
    [move, 'to move'],
    [removed, 'to remove'],
    [nodes.filter(({ mark }) => mark === 'along').length, 'touched'],
  ]);
  const told = counts === '' ? 'No changes' : counts;
  return isWhole ? `${told}; ${nodes.filter(({ mark }) => mark === null).length} unchanged` : told;
}
