/**
 * Writes down what the world did to VMs, as a look of a daemon has found it, also where nothing is done about it. Each is told
 * once, so whoever writes has the lock of the project: where somebody else has it, he changes something, and writes down what
 * he finds.
 */
import { TrueupError } from '../model/failure.ts';
import { readVmMemory } from '../state/vm-memory.ts';
import { lockProject } from './locking.ts';
import { tellOfMachine } from './machines/telling.ts';
import type { Planned } from './planning.ts';
import { VmLedger } from './vm-ledger.ts';
import { lookAtVms } from './vm-looks.ts';
import type { Workspace } from './workspace.ts';

export interface VmJumpRecording {
  /** For those who wait for the lock: `trueup serve`. */
  readonly command: string;
  /** Whether the caller has the lock of the project. */
  readonly lock: 'held' | 'free';
  readonly signal: AbortSignal;
}

/** Resolves with what kept it from being written. */
export async function recordVmJumps(
  workspace: Workspace,
  planned: Planned,
  { command, lock, signal }: VmJumpRecording,
): Promise<TrueupError | null> {
  const { environment, declared } = planned;
  if (![...declared.resources.values()].some(({ type }) => type === 'vm')) return null;
  try {
    if (!(await hasNews(workspace, planned))) return null;
    await using _held = lock === 'held' ? null : await lockProject(workspace, { environment, command }, signal);
    return await tellOfMachine(workspace, environment.name, (ledger) => lookAtVms(ledger, planned, workspace.owners));
  } catch (error) {
    if (!(error instanceof TrueupError)) throw error;
    return error.code === 'locked' ? null : error;
  }
}

async function hasNews({ state, owners }: Workspace, planned: Planned): Promise<boolean> {
  const { name } = planned.environment;
  const nothing = { now: () => '', newId: () => '', mask: (text: string) => text };
  const ledger = new VmLedger({ environment: name, memory: await readVmMemory(state, name), ...nothing });
  lookAtVms(ledger, planned, owners);
  return ledger.takeEvents().length > 0;
}
