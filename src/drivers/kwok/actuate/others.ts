/**
 * A kwokctl that a killed trueup left behind: two of them on one cluster would spoil each other's work. It is waited for, and ended
 * where it takes too long.
 */
import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ProcessSight } from '../observe/processes.ts';
import type { Changing } from './changing.ts';

const PATIENCE_MS = 20_000;
const PAUSE_MS = 100;

export async function waitForOthers({ processes, context }: Changing, name: string): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const others = (await processes.list()).filter(({ words }) => isAbout(words, name));
    if (others.length === 0) return;
    if (performance.now() > deadline) others.forEach(end);
    else context.progress('another kwokctl is still at it');
    await delay(PAUSE_MS, undefined, { signal: context.signal });
  }
}

function isAbout(words: readonly string[], name: string): boolean {
  const [program = ''] = words;
  const at = words.indexOf('--name');
  return basename(program) === 'kwokctl' && at !== -1 && words[at + 1] === name;
}

function end({ pid }: ProcessSight): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
