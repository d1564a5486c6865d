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

const UNSURE = 'it has no note of ours, and nobody listens where its API should be';
const HALF = 'it was made by half: kind did not get to its end';

export function damageOf(sight: ClusterSight): Damage {
  const lost = lostOf(sight);
  return { lost, damage: lost === null ? repairable(sight) : null };
}

function lostOf({ nodes, files, harm, live, isDown }: ClusterSight): string | null {
  if (firstControlPlane(nodes) === null) return 'its control plane node is gone';
  const isUp = runStateOf(nodes) === 'running';
  if (files.kept === null) {
    // Our notes are written last. Without them, it was made by half if it has not begun to work, or nobody to use it.
    const isUnused = live !== null && (!live.isWhole || live.contents.objects.length === 0);
    // An API server that is started again has nobody listen for a while: with all its files there, that proves nothing.
    const isHarmed = harm.missing.length > 0;
    const isUnbegun = isUp ? (isDown && isHarmed) || !files.control.has(ADMIN_FILE) : isHarmed;
    return isUnused || isUnbegun ? HALF : null;
  }
  if (live !== null) return live.isWhole ? null : 'its etcd has lost what was in it';
  if (!isDown || harm.lost.length === 0) return null;
  return `gone from its control plane, with what it could be made anew with: ${harm.lost.join(', ')}`;
}

/** An API that answers has all that it needs: what is gone from the disk then is somebody's work under way. */
function repairable({ nodes, files, harm, live, isDown }: ClusterSight): string | null {
  if (live !== null || runStateOf(nodes) !== 'running') return null;
  if (harm.missing.length > 0) return `gone from its control plane: ${harm.missing.join(', ')}`;
  if (harm.expired.length > 0) return `expired in its control plane: ${harm.expired.join(', ')}`;
  return files.kept === null && isDown ? UNSURE : null;
}
