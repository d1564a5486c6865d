/** Whether the API of a cluster that runs does not answer: a busy one may miss the time of one look, and one that starts has nobody listen. */
import { ADMIN_FILE } from '../observe/control-plane.ts';
import type { ClusterSight } from '../observe/sight.ts';
import type { Changing } from './changing.ts';
import { lookUntil } from './look-until.ts';

const PATIENCE_MS = 10_000;
/** A control plane that was just started. */
const STARTING_MS = 60_000;

export async function isSilent(
  changing: Changing,
  cluster: string,
  { isStarting }: { readonly isStarting: boolean },
): Promise<boolean> {
  const { live } = await lookUntil(changing, cluster, isTelling, isStarting ? STARTING_MS : PATIENCE_MS);
  return live === null;
}

/** Pure. That nobody listens tells nothing yet; without the key to ask with, there is nothing to wait for. */
export function isTelling({ live, files }: Pick<ClusterSight, 'live' | 'files'>): boolean {
  return live !== null || !files.control.has(ADMIN_FILE);
}
