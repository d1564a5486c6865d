/**
 * What has become of a cluster. `damage` is what can be made anew in it, `lost` is what takes a new cluster: nothing counts as lost
 * on one sign alone, because files are moved aside and put back by whoever works on a control plane, and a busy machine is slow to
 * answer. Pure.
 */
import type { ClusterSight } from './sight.ts';
import { runStateOf } from './run-state.ts';
import { ADMIN_FILE } from './control-plane.ts';
import { firstControlPlane } from './look.ts';

export interface Damage {
  readonly damage: string | null;
  readonly lost: string | null;
}

const UNNOTED = 'it has no note of ours';
const UNSURE = `${UNNOTED}, and nobody listens where its API should be`;
const HALF = 'it was made by half: kind did not get to its end';
const EMPTIED = 'its etcd has lost what was in it';

export function damageOf(sight: ClusterSight): Damage {
  const lost = lostOf(sight);
  return { lost, damage: lost === null ? repairable(sight) : null };
}

/** Whether nothing of anybody's goes with it: there never was anything, or there is no more. */
export function isEmptied(sight: ClusterSight): boolean {
  const lost = lostOf(sight);
  return lost === HALF || lost === EMPTIED;
}

function lostOf({ nodes, files, harm, live, isDown }: ClusterSight): string | null {
  if (firstControlPlane(nodes) === null) return 'its control plane node is gone';
  const isNoted = files.kept !== null;
  if (live !== null) {
    // Our notes are written last. Without them, what it has come to says whether it was begun only.
    if (!isNoted && !live.isMade) return HALF;
    return live.isWhole ? null : EMPTIED;
  }
  if (!isNoted) {
    const isHarmed = harm.missing.length > 0;
    // An API server that is started again has nobody listen for a while: with all its files there, that proves nothing.
    const isUnbegun =
      runStateOf(nodes) === 'running' ? (isDown && isHarmed) || !files.control.has(ADMIN_FILE) : isHarmed;
    return isUnbegun ? HALF : null;
  }
  if (!isDown || harm.lost.length === 0) return null;
  return `gone from its control plane, with what it could be made anew with: ${harm.lost.join(', ')}`;
}

/** An API that answers has all that it needs: what is gone from the disk then is somebody's work under way, but for our own note. */
function repairable({ nodes, files, harm, live, isDown }: ClusterSight): string | null {
  const isNoted = files.kept !== null;
  if (live !== null) return isNoted ? null : UNNOTED;
  if (runStateOf(nodes) !== 'running') return null;
  if (harm.missing.length > 0) return `gone from its control plane: ${harm.missing.join(', ')}`;
  if (harm.expired.length > 0) return `expired in its control plane: ${harm.expired.join(', ')}`;
  return !isNoted && isDown ? UNSURE : null;
}
