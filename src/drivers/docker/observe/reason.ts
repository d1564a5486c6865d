/** Why a container is as it is, in one sentence for people; `null` where there is nothing to explain. */
import type { ObservedRunState } from '../../../model/observed.ts';
import type { ContainerInspect } from '../api/wire.ts';
import { isHalfStarted } from '../fields/run-state.ts';
import { signalName } from '../fields/signals.ts';

/** A shell reports death by a signal as 128 and its number. */
const SIGNALLED = 128;
const LAST_SIGNAL = 64;

export function reasonFor(container: ContainerInspect, runState: ObservedRunState): string | null {
  const { State: state, RestartCount: restarts } = container;
  switch (runState) {
    case 'running':
      return null;
    case 'created':
      return state.Error === '' ? null : `created, never started: ${state.Error}`;
    case 'paused':
      return 'paused';
    case 'restarting':
      return `restarting: ${exitOf(container)}, ${restarts === 1 ? 'once' : `${restarts} times`}`;
    case 'dead':
      if (state.Status === 'removing') return 'it is being removed';
      if (isHalfStarted(state)) return `the engine died while it was started: ${state.Error}`;
      return state.Error === '' ? 'the engine could not remove it' : `the engine could not remove it: ${state.Error}`;
    case 'completed':
    case 'failed':
    case 'stopped':
    case 'suspended':
      return state.Error === '' ? exitOf(container) : `${exitOf(container)}: ${state.Error}`;
    default:
      return runState satisfies never;
  }
}

function exitOf({ State: { ExitCode: code, OOMKilled: outOfMemory } }: ContainerInspect): string {
  const signal = code > SIGNALLED && code <= SIGNALLED + LAST_SIGNAL ? signalName(String(code - SIGNALLED)) : null;
  const why = outOfMemory ? 'out of memory' : signal;
  return why === null ? `exited with status ${code}` : `exited with status ${code} (${why})`;
}
