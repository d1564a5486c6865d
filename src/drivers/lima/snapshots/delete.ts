/** Deletes a snapshot that is ours. */
import type { Changing } from '../actuate/changing.ts';
import { machineAt } from '../actuate/machine-at.ts';
import { forgetSnapshot } from './forget.ts';
import { lookAtSnapshots } from './look.ts';
import { notFound } from './not-found.ts';

/** Idempotent: what is gone is done. */
export async function deleteSnapshot(changing: Changing, vm: string, id: string): Promise<void> {
  const machine = await machineAt(changing, vm);
  if (machine === null) return;
  const sight = await lookAtSnapshots(machine, changing.context.signal);
  const record = sight.records.find((one) => one.id === id);
  if (record !== undefined) return forgetSnapshot(changing, machine, record);
  if (sight.foreign.includes(id)) throw notFound(vm, id, sight);
}
