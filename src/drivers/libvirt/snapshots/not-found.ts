/** There is no such snapshot of ours. */
import { TrueupError } from '../../../model/failure.ts';
import type { SnapshotSight } from './look.ts';
import { snapshotsOf } from './look.ts';

export function notFound(vm: string, id: string, sight: SnapshotSight): TrueupError {
  const { ours, foreign } = snapshotsOf(sight);
  const message = foreign.includes(id)
    ? `the snapshot ${id} of ${vm} is somebody else's: trueup did not take it`
    : `${vm} has no snapshot ${id}`;
  const next = foreign.includes(id)
    ? `\`virsh snapshot-revert\` and \`snapshot-delete\` are the tools for it`
    : `\`trueup snapshot list\` shows what there is${ours.length === 0 ? ': nothing' : ''}`;
  return new TrueupError('snapshot_not_found', message, { fields: { name: vm, snapshot: id }, next });
}
