/** How much of a picture changes, in one line. */
import type { ToldChange } from '../../model/change.ts';
import { countActions } from '../plan-document.ts';
import { countList } from '../words.ts';
import type { PictureNode } from './picture.ts';

export function changesText(changes: readonly ToldChange[], nodes: readonly PictureNode[]): string {
  const { create, update, restart, replace, move, delete: removed } = countActions(changes);
  const quiet = nodes.filter(({ mark }) => mark === null).length;
  const counts = countList([
    [create, 'to create'],
    [update + restart, 'to change'],
    [replace, 'to replace'],
    [move, 'to move'],
    [removed, 'to remove'],
    [nodes.filter(({ mark }) => mark === 'along').length, 'touched'],
  ]);
  return counts === '' ? `No changes; ${quiet} unchanged` : `${counts}; ${quiet} unchanged`;
}
