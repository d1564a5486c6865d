/** The states of Lima in trueup's words. Pure. */
import { scalarText } from '../../../model/json.ts';
import type { ObservedRunState, ObservedStatus } from '../../../model/observed.ts';
import type { VmStatus } from '../../../model/vm-status.ts';
import type { MachineSight } from './look.ts';

interface State {
  readonly run_state: ObservedRunState;
  readonly reason: string | null;
  /** Where the run state does not say it. */
  readonly vm_status?: VmStatus;
}

export function machineStatus(sight: MachineSight): ObservedStatus {
  const { listed, times, files } = sight;
  const { run_state: runState, reason, vm_status: status } = stateOf(sight);
  const port = listed['sshLocalPort'];
  const isUp = runState === 'running' || runState === 'dead';
  return {
    run_state: runState,
    reason,
    since: isoTime(times.run ?? times.events ?? times.created),
    exit_code: null,
    restarts: 0,
    incarnation: isUp && times.run !== null ? `${scalarText(listed['hostAgentPID'] ?? '')}.${times.run}` : null,
    health: 'none',
    ...(status === undefined ? {} : { vm_status: status }),
    details: {
      directory: files.folder,
      created_at: isoTime(times.created),
      ...(times.run === null ? {} : { last_started: isoTime(times.run) }),
      ...(isUp || times.events === null ? {} : { last_stopped: isoTime(times.events) }),
      ...(typeof port === 'number' ? { ssh_local_port: port } : {}),
    },
  };
}

function stateOf({ status, template, agent, unfinished, isAgentAlive }: MachineSight): State {
  if (unfinished !== null) return { run_state: 'created', reason: 'it was not made to its end' };
  // Without a template Lima knows nothing of it; what runs goes on.
  if (template === null) {
    const reason = 'Lima cannot read its template, lima.yaml';
    return { run_state: isAgentAlive ? 'running' : 'stopped', reason, vm_status: 'Error' };
  }
  switch (status) {
    case 'Running':
      if (agent?.isDegraded === true)
        return { run_state: 'running', reason: agent.errors[0] ?? 'not all that Lima waits for has come' };
      if (agent?.isExiting === true) return { run_state: 'running', reason: 'it goes down', vm_status: 'Stopping' };
      return agent?.isRunning === true
        ? { run_state: 'running', reason: null }
        : { run_state: 'running', reason: 'it boots', vm_status: 'Starting' };
    case 'Stopped':
      return { run_state: 'stopped', reason: null };
    case 'Broken':
      return {
        run_state: 'dead',
        reason: 'of its host agent and its process only one is there',
        vm_status: 'Error',
      };
    default:
      return {
        run_state: 'dead',
        reason: status === '' ? 'Lima cannot tell its state' : `Lima calls it ${status}`,
        vm_status: 'Error',
      };
  }
}

function isoTime(milliseconds: number | null): string | null {
  return milliseconds === null ? null : new Date(milliseconds).toISOString();
}
