/** Tells libvirt what a machine is to be, and what runs as far as it can be told without a restart. */
import type { Address } from '../../../model/address.ts';
import { type JsonObject, scalarText } from '../../../model/json.ts';
import { parseSize } from '../../../model/quantity.ts';
import { wholeMib } from '../domain/memory.ts';
import type { Command } from '../virsh/quote.ts';
import { textAt } from '../xml/element.ts';
import type { Changing } from './changing.ts';
import { defineMachine } from './define.ts';
import { machineAt } from './machine-at.ts';

export async function updateMachine(
  changing: Changing,
  address: Address,
  machine: { readonly name: string; readonly config: JsonObject },
): Promise<JsonObject> {
  const { virsh, context } = changing;
  const defined = await defineMachine(changing, address, machine);
  const live = (await machineAt(changing, machine.name))?.live ?? null;
  if (live === null) return defined;
  // What runs takes less than it was started with, where the guest plays along. What it does not take waits for a restart.
  const commands: Command[] = [];
  const kib = wholeMib(parseSize(scalarText(machine.config['memory'] ?? '')) ?? 0) / 1024;
  if (kib > 0 && kib <= Number(textAt(live, 'memory') ?? 0))
    commands.push(['setmem', machine.name, String(kib), '--live']);
  const cpus = Number(machine.config['cpus'] ?? 0);
  if (cpus > 0 && cpus <= Number(textAt(live, 'vcpu') ?? 0))
    commands.push(['setvcpus', machine.name, String(cpus), '--live']);
  await virsh.ask(commands, context.signal);
  return defined;
}
