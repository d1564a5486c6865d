/** There is no such snapshot of ours. */
import { TrueupError } from '../../../model/failure.ts';
import type { SnapshotSight } from './look.ts';

export function notFound(vm: string, id: string, { ours, foreign }: SnapshotSight): TrueupError {
  const isForeign = foreign.includes(id);
  const message = isForeign
    ? `the snapshot ${id} of ${vm} is somebody else's: trueup did not take it`
    : `${vm} has no snapshot ${id}`;
  const next = isForeign
    ? '`limactl snapshot` is the tool for it'
    : `\`trueup snapshot list\` shows what there is${ours.length === 0 ? ': nothing' : ''}`;
  return new TrueupError('snapshot_not_found', message, { fields: { name: vm, snapshot: id }, next });
}
