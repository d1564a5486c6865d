/** The container of a service, for those who want to reach into it. */
import { TrueupError } from '../../../model/failure.ts';
import type { ObjectReference } from '../../scope.ts';
import type { EngineReader } from '../api/engine-api.ts';
import type { ContainerInspect } from '../api/wire.ts';
import { runStateOf } from '../fields/run-state.ts';

/** Rejects with `not_running` where it does not run, or is not there. */
export async function runningContainer(
  reader: EngineReader,
  { name }: ObjectReference,
  signal: AbortSignal,
): Promise<ContainerInspect> {
  const container = await reader.container(name, signal);
  const state = container === null ? 'missing' : runStateOf(container);
  if (container === null || state !== 'running') throw notRunning(name, state);
  return container;
}

const REMEDIES: Readonly<Record<string, string>> = {
  missing: '`trueup apply` creates it',
  paused: '`trueup apply` lets it go on',
  restarting: 'look at its logs for why it ends again and again',
};

function notRunning(name: string, state: string): TrueupError {
  return new TrueupError('not_running', `service ${name} is not running: it is ${state}`, {
    fields: { name, state },
    next: REMEDIES[state] ?? '`trueup start` starts it',
  });
}
