/**
 * One at a time in a storage pool, and what nothing there needs any more: images that no disk needs, and marks whose disks somebody
 * has removed by hand.
 */
import { Turns } from '../../turns.ts';
import type { Engine } from '../engine.ts';
import { removeUnusedBases } from './bases.ts';
import type { Changing } from './changing.ts';
import { removeStrayMarks } from './stray-marks.ts';

const POOL_TURNS = new Turns();

/** No image may go, and no mark be taken for a stray one, between what comes first and the disk. */
export function inPoolTurn<T>({ uri, pool }: Engine, act: () => Promise<T>): Promise<T> {
  return POOL_TURNS.take(`${uri} ${pool}`, act);
}

/** `spared`: a disk that is made anew next, under the mark that it has. */
export async function sweepPool(changing: Changing, spared: string | null = null): Promise<void> {
  await inPoolTurn(changing.virsh.engine, async () => {
    await removeUnusedBases(changing);
    await removeStrayMarks(changing, spared);
  });
}
