/** Writes down what a command did to a machine, beside what runs have written: it helps people, and nothing is found by it. */
import { ulid } from 'ulid';
import type { TrueupError } from '../../model/failure.ts';
import { TrueupError as Failure } from '../../model/failure.ts';
import { appendVmEvents } from '../../state/vm-events.ts';
import { readVmMemory, writeVmMemory } from '../../state/vm-memory.ts';
import { VmLedger } from '../vm-ledger.ts';
import type { Workspace } from '../workspace.ts';

/** The caller holds the lock of the project. Resolves with what kept it from being written. */
export async function tellOfMachine(
  { state, vault }: Workspace,
  environment: string,
  tell: (ledger: VmLedger) => void,
): Promise<TrueupError | null> {
  const now = Date.now();
  const ledger = new VmLedger({
    environment,
    memory: await readVmMemory(state, environment),
    now: () => new Date(now).toISOString(),
    newId: () => ulid(now),
    mask: (text) => vault.mask(text),
  });
  tell(ledger);
  try {
    await appendVmEvents(state, environment, ledger.takeEvents(), { now });
    await writeVmMemory(state, environment, ledger.memory);
    return null;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}
