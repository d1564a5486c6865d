/** What each verb that starts or ends processes begins with: nobody else is at it, it is ours, and nothing is left of a killed run. */
import type { FolderSight } from '../observe/look-at-folder.ts';
import { type Changing, ownSight } from './changing.ts';
import { waitForOthers } from './others.ts';
import { clearWorkshop } from './workshop.ts';

export async function takeUp(changing: Changing, name: string): Promise<FolderSight> {
  await waitForOthers(changing, name);
  const sight = await ownSight(changing, name);
  await clearWorkshop(changing, name);
  return sight;
}
