/** Takes from a machine that is suspended what it remembers: it belongs to a disk that is gone, and would ruin any other. */
import type { JsonObject } from '../../../model/json.ts';
import { must } from '../virsh/virsh.ts';
import type { Changing } from './changing.ts';
import { machineAt } from './machine-at.ts';

/** Idempotent: what remembers nothing, or is gone, is done. */
export async function forgetMemory(changing: Changing, name: string): Promise<JsonObject> {
  const { virsh, context } = changing;
  const found = await machineAt(changing, name);
  if (found === null || found.state.run_state !== 'suspended') return {};
  context.progress(`what ${name} remembers is dropped: it belongs to a disk that is gone`);
  await must(virsh, ['managedsave-remove', name], context.signal);
  return { dropped_save: true };
}
