/** What is half-way: a machine that is held comes to itself, and one that goes down is waited for. */
import { TrueupError } from '../../../model/failure.ts';
import { waitFor } from '../../wait.ts';
import type { DomainSight } from '../observe/look.ts';
import { must } from '../virsh/virsh.ts';
import type { Changing } from './changing.ts';

/** A guest that has put itself to sleep is woken as by its power button: it does not hear that it may go on. */
export async function goOn({ virsh, context }: Changing, { name, state }: DomainSight): Promise<void> {
  await must(virsh, [state.isAsleep === true ? 'dompmwakeup' : 'resume', name], context.signal);
}

const DOWN_WITHIN_MS = 60_000;
const LOOK_AGAIN_MS = 200;

export async function untilDown(changing: Changing, name: string): Promise<void> {
  const { signal } = changing.context;
  const deadline = Date.now() + DOWN_WITHIN_MS;
  while (await isActive(changing, name)) {
    signal.throwIfAborted();
    if (Date.now() >= deadline)
      throw new TrueupError('stop_timeout', `machine ${name} is shutting down, and does not get to its end`, {
        retryable: true,
        fields: { name },
        next: 'look at its console, or switch it off: `trueup stop`, then start it again',
      });
    await waitFor(LOOK_AGAIN_MS, signal);
  }
}

export async function isActive({ virsh, context }: Changing, name: string): Promise<boolean> {
  const [answer] = await virsh.ask([['list', '--name']], context.signal);
  return (answer?.stdout ?? '').split('\n').some((line) => line.trim() === name);
}
