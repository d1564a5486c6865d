/** kwokctl is content before its processes listen: one that finds its port taken ends a moment later. */
import { lookAtFolder } from '../observe/look-at-folder.ts';
import type { Changing } from './changing.ts';
import { isListenedOn, portsOf } from './ports.ts';
import { endedError } from './while-it-lives.ts';
import { pauseFor } from '../../wait.ts';

const LOOK_AGAIN_MS = 100;
/** What takes longer is for the gate to judge. */
const LONGEST_MS = 15_000;

/** Rejects with the last words of the first process that has ended. */
export async function untilListening({ engine, context }: Changing, name: string): Promise<void> {
  const end = performance.now() + LONGEST_MS;
  while (performance.now() < end) {
    const { folder, settings, components } = await lookAtFolder(engine, name);
    const gone = components.find(({ state }) => state === 'stale');
    if (gone !== undefined) throw await endedError(folder, name, gone.name);
    const listening = await Promise.all((settings?.components ?? []).flatMap(portsOf).map(isListenedOn));
    if (listening.every(Boolean)) return;
    await pauseFor(LOOK_AGAIN_MS, context.signal);
  }
}
