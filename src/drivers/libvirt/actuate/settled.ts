/**
 * A machine that is not on its way anywhere. What a killed run has begun goes on without it, and libvirt holds whatever else is
 * asked of the machine until then, or refuses it: so it is waited for, by looking.
 */
import type { FailureCode } from '../../../model/codes.ts';
import { TrueupError } from '../../../model/failure.ts';
import type { VmStatus } from '../../../model/vm-status.ts';
import { pauseFor } from '../../wait.ts';
import type { DomainSight } from '../observe/look.ts';
import type { Changing } from './changing.ts';
import { machineAt } from './machine-at.ts';

const LOOK_AGAIN_MS = 200;

interface Way {
  readonly words: string;
  readonly code: FailureCode;
  readonly withinMs: number;
}

const WAYS: Readonly<Partial<Record<VmStatus, Way>>> = {
  Starting: { words: 'starting', code: 'step_failed', withinMs: 300_000 },
  // All of its memory is written to disk.
  Suspending: { words: 'being suspended', code: 'step_failed', withinMs: 900_000 },
  Stopping: { words: 'shutting down', code: 'stop_timeout', withinMs: 60_000 },
};

/** `null` where there is none, or none any more. `lets`: who is about to stop it need not wait for that. */
export async function settledMachine(
  changing: Changing,
  name: string,
  lets: VmStatus | null = null,
): Promise<DomainSight | null> {
  const { context } = changing;
  const began = Date.now();
  for (let isTold = false; ; isTold = true) {
    const found = await machineAt(changing, name);
    const status = found?.state.vm_status;
    const way = status === undefined || status === lets ? undefined : WAYS[status];
    if (way === undefined) return found;
    if (Date.now() - began >= way.withinMs) throw overdue(name, way);
    if (!isTold) context.progress(`waiting for ${name}, which is ${way.words}`);
    await pauseFor(LOOK_AGAIN_MS, context.signal);
  }
}

function overdue(name: string, { words, code, withinMs }: Way): TrueupError {
  return new TrueupError(code, `machine ${name} is ${words} for ${withinMs / 1000} s`, {
    retryable: true,
    fields: { name },
    next: 'look at its console, or switch it off: `trueup stop`, then start it again',
  });
}
