/** What a VM is at, from what its engine reports. Pure. */
import type { ObservedStatus } from './observed.ts';
import type { VmStatus } from './vm-status.ts';

/** What an engine reports, told in the words of a VM. `health` is what is known of it by now. */
export function vmStatusOf({
  run_state: state,
  health,
  vm_status: own,
}: Pick<ObservedStatus, 'run_state' | 'vm_status'> & { readonly health: string }): VmStatus {
  if (own !== undefined) return own;
  switch (state) {
    case 'running':
      return health === 'starting' ? 'Starting' : 'Running';
    case 'restarting':
      return 'Starting';
    case 'created':
    case 'stopped':
    case 'completed':
      return 'Stopped';
    case 'paused':
    case 'suspended':
      return 'Suspended';
    case 'failed':
    case 'dead':
      return 'Error';
    case null:
      return 'Unknown';
    default:
      return state satisfies never;
  }
}
