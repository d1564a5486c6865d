/** The states of libvirt in trueup's words. Pure. */
import type { ObservedRunState } from '../../../model/observed.ts';
import type { VmStatus } from '../../../model/vm-status.ts';

export interface DomainState {
  readonly run_state: ObservedRunState;
  readonly reason: string | null;
  /** Where the run state does not say it: half-way, or paused because something is wrong. */
  readonly vm_status?: VmStatus;
  /** Whether there is a process of it. */
  readonly isActive: boolean;
  /** Whether the guest has put itself to sleep: it takes a wake-up, and does not go on otherwise. */
  readonly isAsleep?: true;
}

/** `text` is an answer of `domstate --reason`, such as `shut off (saved)`. */
export function stateOf(text: string, hasSave: boolean): DomainState {
  const match = /^([a-z ]+?)(?: \(([^)]*)\))?$/.exec(text.trim());
  const [, state = '', why = ''] = match ?? [];
  switch (state) {
    case 'running':
    case 'idle':
    case 'blocked':
      return active('running', null);
    case 'in shutdown':
      return { ...active('running', 'it is shutting down'), vm_status: 'Stopping' };
    case 'paused':
      return { ...active('paused', PAUSES[why] ?? `it is paused: ${why}`), ...pausedFor(why) };
    case 'pmsuspended':
      return { ...active('paused', 'the guest has put itself to sleep'), isAsleep: true };
    case 'crashed':
      return active('dead', 'the guest has crashed');
    case 'shut off':
      return atRest(why, hasSave);
    default:
      return { run_state: 'dead', reason: `libvirt calls it "${text.trim()}"`, isActive: false };
  }
}

const PAUSES: Readonly<Record<string, string>> = {
  user: 'somebody has paused it',
  'I/O error': 'it was paused because a disk cannot be written: is there space left where the storage pool is?',
  'starting up': 'it is being started',
  saving: 'it is being suspended to disk',
  // Of who has it brought back from disk without going on, too.
  migrating: 'it was brought back from disk and does not go on, or is being moved to another host',
  dumping: 'its memory is being dumped',
  'creating snapshot': 'a snapshot is being taken',
  'from snapshot': 'a snapshot has brought it back, and it does not go on',
  watchdog: 'its watchdog has found that it hangs',
  panicked: 'the kernel of the guest has panicked',
  crashed: 'the guest has crashed',
};

const PAUSED: Readonly<Record<string, VmStatus>> = {
  'I/O error': 'Error',
  watchdog: 'Error',
  panicked: 'Error',
  crashed: 'Error',
  'starting up': 'Starting',
  saving: 'Suspending',
};

/** Whoever pauses it suspends it, but where it is on its way, or something is wrong. */
function pausedFor(why: string): Pick<DomainState, 'vm_status'> {
  const status = PAUSED[why];
  return status === undefined ? {} : { vm_status: status };
}

function atRest(why: string, hasSave: boolean): DomainState {
  if (hasSave) return rest('suspended', 'it is suspended to disk');
  // libvirt goes on to say so after somebody has removed what it remembered.
  if (why === 'saved') return rest('stopped', 'it was suspended to disk, and what it remembered was removed');
  if (why === 'crashed') return rest('failed', 'its process ended without being told to');
  if (why === 'failed') return rest('failed', 'it could not be started');
  if (why === 'destroyed') return rest('stopped', 'it was switched off');
  return rest('stopped', why === 'shutdown' ? 'it was shut down' : null);
}

function active(state: ObservedRunState, reason: string | null): DomainState {
  return { run_state: state, reason, isActive: true };
}

function rest(state: ObservedRunState, reason: string | null): DomainState {
  return { run_state: state, reason, isActive: false };
}
