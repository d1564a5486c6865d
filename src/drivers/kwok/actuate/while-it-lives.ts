/**
 * Waits for kwokctl while the processes that it has started live. It would go on waiting for the API server for two minutes
 * whatever has become of etcd, and then be content.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { TrueupError } from '../../../model/failure.ts';
import { lastLines } from '../observe/logs.ts';
import { lookAtFolder } from '../observe/look-at-folder.ts';
import type { Changing } from './changing.ts';

const LOOK_AGAIN_MS = 500;

/** One look may fall between a process and its pid. */
const LOOKS = 2;

export async function whileItLives<T>(
  changing: Changing,
  name: string,
  act: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { signal } = changing.context;
  const ended = new AbortController();
  const dead = new AbortController();
  const watching = watch(changing, name, ended.signal).then((error) => {
    if (error !== null) dead.abort(error);
  });
  try {
    return await act(AbortSignal.any([signal, dead.signal]));
  } finally {
    ended.abort();
    await watching;
  }
}

/** The first process that has ended, with its last words; `null` where it was told to stop before. */
async function watch({ engine }: Changing, name: string, signal: AbortSignal): Promise<TrueupError | null> {
  let looks = 0;
  while (!signal.aborted) {
    await delay(LOOK_AGAIN_MS, undefined, { signal }).catch(() => undefined);
    const { folder, components } = await lookAtFolder(engine, name);
    const gone = components.find(({ state }) => state === 'stale');
    looks = gone === undefined ? 0 : looks + 1;
    if (gone === undefined || looks < LOOKS) continue;
    return endedError(folder, name, gone.name);
  }
  return null;
}

/** With the last words of a process that has ended. */
export async function endedError(folder: string, cluster: string, component: string): Promise<TrueupError> {
  const [line = 'it has written nothing'] = await lastLines(folder, component, 1);
  return new TrueupError('step_failed', `${component} of cluster ${cluster} ended: ${line}`, {
    fields: { cluster, component },
    next: '`trueup logs` shows what its processes have written; apply again once the cause is gone',
  });
}
