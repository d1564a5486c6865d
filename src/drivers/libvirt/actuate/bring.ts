/**
 * Tells libvirt what is to become of a machine. Between our look at it and our word to it others move it too: a run that was killed
 * left a start behind, somebody types at another terminal. What libvirt refuses then is no failure where all is as it is to be. That
 * another look says, and not the words of the refusal.
 */
import type { DomainSight } from '../observe/look.ts';
import { refused } from '../virsh/failures.ts';
import type { Command } from '../virsh/quote.ts';
import type { Changing } from './changing.ts';
import { machineAt } from './machine-at.ts';

export interface Wish {
  readonly command: Command;
  /** Whether it is so; asked where the command was refused, also of a machine that is gone. */
  isSo(now: DomainSight | null): boolean;
  readonly timeoutMs?: number;
}

export async function bring(changing: Changing, name: string, { command, isSo, timeoutMs }: Wish): Promise<void> {
  const { virsh, context } = changing;
  const [answer] = await virsh.ask([command], context.signal, timeoutMs);
  const problem = answer?.stderr ?? 'no answer';
  if (problem === '' || isSo(await machineAt(changing, name))) return;
  throw refused(virsh.engine, command[0] ?? '', problem);
}

/** Gives up what a machine remembers. */
export function forgotten(name: string): Wish {
  return { command: ['managedsave-remove', name], isSo: (now) => now?.state.run_state !== 'suspended' };
}

/** All of its memory is written to disk. */
const SAVE_TIMEOUT_MS = 900_000;

/** Suspends a machine to disk. Once it is started it is to run. */
export function saved(name: string): Wish {
  return {
    command: ['managedsave', name, '--running'],
    isSo: (now) => now?.state.run_state === 'suspended',
    timeoutMs: SAVE_TIMEOUT_MS,
  };
}
