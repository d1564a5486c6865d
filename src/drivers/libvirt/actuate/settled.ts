/**
 * A machine that is not on its way anywhere. What a killed run has begun goes on without it, and libvirt holds whatever else is
 * asked of the machine until then, or refuses it: so it is waited for, by looking.
 */
import type { FailureCode } from '../../../model/codes.ts';
import { TrueupError } from '../../../model/failure.ts';
import type { VmStatus } from '../../../model/vm-status.ts';
import { pauseFor } from '../../wait.ts';
import type { Engine } from '../engine.ts';
import type { DomainSight } from '../observe/look.ts';
import type { Changing } from './changing.ts';
import { machineAt } from './machine-at.ts';

const LOOK_AGAIN_MS = 200;

interface Way {
  readonly words: string;
  readonly code: FailureCode;
  readonly withinMs: number;
  /** Ends it, by hand. */
  wayOut(engine: Engine, name: string): string;
}

function byStop(): string {
  return 'switch it off: `trueup stop`, then start it again';
}

const WAYS: Readonly<Partial<Record<VmStatus, Way>>> = {
  Starting: { words: 'starting', code: 'step_failed', withinMs: 300_000, wayOut: byStop },
  Suspending: {
    words: 'being suspended',
    code: 'step_failed',
    // All of its memory is written to disk.
    withinMs: 900_000,
    // A stop waits for it as well: what is half written would be lost.
    wayOut: ({ uri }, name) => `switch it off, as by a power cut: \`virsh --connect ${uri} destroy ${name}\``,
  },
  Stopping: { words: 'shutting down', code: 'stop_timeout', withinMs: 60_000, wayOut: byStop },
};

/** For how long who is about to stop it waits for what, before it is handed over as it is. */
export type Lets = Readonly<Partial<Record<VmStatus, number>>>;

/** `null` where there is none, or none any more. Each way that it is on has its time, from when it is first seen on it. */
export async function settledMachine(changing: Changing, name: string, lets: Lets = {}): Promise<DomainSight | null> {
  const { virsh, context } = changing;
  let last: VmStatus | null = null;
  let since = Date.now();
  for (;;) {
    const found = await machineAt(changing, name);
    const status = found?.state.vm_status ?? null;
    const way = status === null ? undefined : WAYS[status];
    if (status === null || way === undefined) return found;
    const isNew = status !== last;
    if (isNew) [last, since] = [status, Date.now()];
    const waitedMs = Date.now() - since;
    if (waitedMs >= (lets[status] ?? way.withinMs)) {
      if (lets[status] === undefined) throw overdue(virsh.engine, name, way);
      return found;
    }
    if (isNew) context.progress(`waiting for ${name}, which is ${way.words}`);
    await pauseFor(LOOK_AGAIN_MS, context.signal);
  }
}

function overdue(engine: Engine, name: string, { words, code, withinMs, wayOut }: Way): TrueupError {
  return new TrueupError(code, `machine ${name} is ${words} for ${withinMs / 1000} s`, {
    retryable: true,
    fields: { name },
    next: `look at its console, or ${wayOut(engine, name)}`,
  });
}
