/** Whether a container runs, in trueup's words. Starting, stopping and resuming are calls of their own. */
import type { ObservedRunState } from '../../../model/observed.ts';
import type { ContainerConfig, ContainerInspect, ContainerState } from '../api/wire.ts';
import type { FieldGroup } from './group.ts';
import { signalNumber } from './signals.ts';

const FIELD = ['run_state'] as const;

export const runState: FieldGroup = {
  fields: [FIELD],
  request: () => ({}),
  read: (inspect) => ({ configured: { run_state: runStateOf(inspect) }, defaults: {} }),

  /** What the engine is about to start again is no less wanted than what runs. */
  equal: ({ desired, observed }) => observed === 'restarting' && (desired === 'running' || desired === 'completed'),

  /** What is half removed can only be removed wholly. */
  effect: ({ before }) => (before === 'dead' ? 'replace' : 'in_place'),
};

export function runStateOf({
  State: state,
  Config: config,
}: Pick<ContainerInspect, 'State' | 'Config'>): ObservedRunState {
  if (state.Dead || state.Status === 'dead' || state.Status === 'removing') return 'dead';
  if (state.Paused) return 'paused';
  if (state.Restarting) return 'restarting';
  if (state.Running) return 'running';
  if (isHalfStarted(state)) return 'dead';
  // Podman has two words more for what was made and never started.
  if (['created', 'configured', 'initialized'].includes(state.Status)) return 'created';
  if (state.ExitCode === 0) return 'completed';
  return endedByStop(state, config) ? 'stopped' : 'failed';
}

/** An engine that died in the middle of a start has left a task behind: this container can never be started again. */
export function isHalfStarted({ Error: error }: ContainerState): boolean {
  return /task \S+ already exists|container with id exists/.test(error);
}

/** A shell reports death by a signal as 128 and its number. */
const SIGNALLED = 128;

/** Whether it ended by the signal that a stop sends, and not by force. */
function endedByStop({ ExitCode: code }: ContainerState, { StopSignal: signal = '' }: ContainerConfig): boolean {
  const number = signalNumber(signal === '' ? 'SIGTERM' : signal);
  return number !== null && number !== signalNumber('SIGKILL') && code === SIGNALLED + number;
}
