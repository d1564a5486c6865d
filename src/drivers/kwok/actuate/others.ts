/**
 * A kwokctl that a killed trueup left behind: two of them on one cluster would spoil each other's work. It is waited for, and ended
 * where it takes too long. Those of other people, and of other folders, are none of ours.
 */
import { basename } from 'node:path';
import { workshopOf } from '../engine.ts';
import type { Changing } from './changing.ts';
import { wishesPath } from './command.ts';
import { endProcess } from './end-process.ts';
import { pauseFor } from '../../wait.ts';

const PATIENCE_MS = 20_000;
const PAUSE_MS = 100;

export async function waitForOthers({ engine, processes, context }: Changing, name: string): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  const ours = [wishesPath(engine, name), wishesPath(workshopOf(engine, name), name)];
  for (;;) {
    const others = (await processes.list()).filter(({ words }) => isLeftOver(words, ours));
    if (others.length === 0) return;
    if (performance.now() > deadline) others.forEach(endProcess);
    else context.progress('another kwokctl is still at it');
    await pauseFor(PAUSE_MS, context.signal);
  }
}

/** `wishes` are the paths by which our commands are known. Pure. */
export function isLeftOver([program = '', ...words]: readonly string[], wishes: readonly string[]): boolean {
  const named = words[words.indexOf('--config') + 1] ?? '';
  return basename(program) === 'kwokctl' && words.includes('--config') && wishes.includes(named);
}
