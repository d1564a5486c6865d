/** A snapshot of a VM as drivers keep it in records of their own: begun before anything is taken, and read back as far as it can be. */
import { type Json, member } from '../model/json.ts';
import type { VmSnapshot, VmSnapshotRequest } from '../model/vm-snapshot.ts';
import type { VmStatus } from '../model/vm-status.ts';

/** What is known of it before it is taken. `vmId` is the engine's id of the machine, `status` where that is. */
export function begunSnapshot(
  vmId: string,
  { id, label, description, trigger, at }: VmSnapshotRequest,
  status: VmStatus,
): VmSnapshot {
  return {
    id,
    vm_id: vmId,
    label,
    description,
    type: 'full',
    base_snapshot_id: null,
    size_bytes: null,
    checksum_manifest: '',
    created_at: at,
    trigger,
    status,
  };
}

/** `null` for what is none. */
export function readSnapshot(value: Json, id: string): VmSnapshot | null {
  const text = (name: string): string | null => {
    const found = member(value, name);
    return typeof found === 'string' ? found : null;
  };
  const [vm, label, checksum, created] = ['vm_id', 'label', 'checksum_manifest', 'created_at'].map(text);
  if (typeof vm !== 'string' || typeof label !== 'string' || typeof created !== 'string') return null;
  const size = member(value, 'size_bytes');
  const status = text('status');
  return {
    id,
    vm_id: vm,
    label,
    description: text('description'),
    type: 'full',
    base_snapshot_id: null,
    size_bytes: typeof size === 'number' ? size : null,
    checksum_manifest: checksum ?? '',
    created_at: created,
    trigger: text('trigger') === 'system' ? 'system' : 'manual',
    status: status === 'Running' || status === 'Suspended' ? status : 'Stopped',
  };
}
