/**
 * What a VM is at, in words that tools around it show, and the arrows between them. They bind what trueup causes; the world
 * jumps as it likes.
 */

export const VM_STATUSES = [
  'Stopped',
  'Starting',
  'Running',
  'Stopping',
  'Suspending',
  'Suspended',
  'Resuming',
  'Error',
  'Unknown',
] as const;

export type VmStatus = (typeof VM_STATUSES)[number];

/** Where nothing is under way. */
export type RestingVmStatus = 'Stopped' | 'Running' | 'Suspended';

/** What a person can ask of a VM by a command. */
export type VmCommand = 'start' | 'stop' | 'restart' | 'suspend' | 'resume';

const FROM_STOPPED: readonly VmStatus[] = ['Starting', 'Running'];
const FROM_SUSPENDED: readonly VmStatus[] = ['Resuming', 'Running'];
const TO_STOPPED: readonly VmStatus[] = ['Stopping', 'Stopped'];
const TO_SUSPENDED: readonly VmStatus[] = ['Suspending', 'Suspended'];

/**
 * What a VM passes through on its way to where it is to be, that place last; empty where it is there. What is half-way goes on
 * from where it was to get; out of an error or the unknown every way leads.
 */
export function wayTo(from: VmStatus, to: RestingVmStatus): readonly VmStatus[] {
  if (from === to) return [];
  const toRunning = from === 'Suspended' ? FROM_SUSPENDED : FROM_STOPPED;
  switch (to) {
    case 'Running':
      return from === 'Resuming' || from === 'Starting' ? ['Running'] : toRunning;
    case 'Stopped':
      if (from === 'Stopping') return ['Stopped'];
      return from === 'Suspended' ? [...toRunning, ...TO_STOPPED] : TO_STOPPED;
    case 'Suspended':
      if (from === 'Suspending') return ['Suspended'];
      return from === 'Stopped' ? [...toRunning, ...TO_SUSPENDED] : TO_SUSPENDED;
    default:
      return to satisfies never;
  }
}

/** From where a command may be given; where it has nothing to do, it may be given as well. */
const GIVEN_FROM: Readonly<Record<VmCommand, readonly VmStatus[]>> = {
  start: ['Stopped', 'Running', 'Error', 'Unknown'],
  stop: ['Running', 'Stopped', 'Error', 'Unknown'],
  restart: ['Running', 'Stopped', 'Error', 'Unknown'],
  suspend: ['Running', 'Suspended'],
  resume: ['Suspended', 'Running'],
};

/** Whether a command may be given to a VM that is at this. */
export function isLegal(command: VmCommand, status: VmStatus): boolean {
  return GIVEN_FROM[command].includes(status);
}
