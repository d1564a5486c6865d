/**
 * What has become of a cluster, decided before anything is done that cannot be undone. An API server that is started again has nobody
 * listen, and files are moved aside and put back: without an answer of the API, only a sign that lasts counts.
 */
import { TrueupError } from '../../../model/failure.ts';
import { damageOf } from '../observe/damage.ts';
import { firstControlPlane } from '../observe/look.ts';
import { runStateOf } from '../observe/run-state.ts';
import type { ClusterSight } from '../observe/sight.ts';
import type { Changing } from './changing.ts';
import { lookUntil } from './look-until.ts';

/** The node starts again what cannot start at longer and longer intervals: 10 s, 20 s, 40 s. */
const PATIENCE_MS = 60_000;

export type Fate =
  /** Why: there is nothing left to keep. Also of what is gone. */
  | { readonly state: 'lost'; readonly reason: string }
  | { readonly state: 'stays' }
  /** Nobody answers, and nothing says that nobody will. */
  | { readonly state: 'unknown' };

export async function decideFate(changing: Changing, cluster: string, patienceMs: number = PATIENCE_MS): Promise<Fate> {
  return fateOf(await lookUntil(changing, cluster, isTelling, patienceMs));
}

/** Whether waiting would tell no more. Pure. */
export function isTelling({ live, nodes }: Pick<ClusterSight, 'live' | 'nodes'>): boolean {
  return live !== null || firstControlPlane(nodes) === null || runStateOf(nodes) !== 'running';
}

/** Pure. */
export function fateOf(sight: ClusterSight): Fate {
  const { lost } = damageOf(sight);
  if (lost !== null) return { state: 'lost', reason: lost };
  return { state: sight.live === null ? 'unknown' : 'stays' };
}

export function undecided(cluster: string): TrueupError {
  return new TrueupError('step_failed', `nobody can tell whether ${cluster} was made whole: its API gives no answer`, {
    retryable: true,
    fields: { cluster },
    next: 'apply again, or with `--replace` if nothing in it is needed',
  });
}
