/** Whether the host has room, asked before anything is begun. */
import { TrueupError } from '../../../model/failure.ts';
import { formatSize } from '../../../model/quantity.ts';
import type { Virsh } from '../virsh/virsh.ts';
import { must } from '../virsh/virsh.ts';
import { textAt } from '../xml/element.ts';
import { parseXml } from '../xml/parse.ts';

/** Throws where the host has not so much memory to give. */
export async function assertMemory(virsh: Virsh, name: string, bytes: number, signal: AbortSignal): Promise<void> {
  const [answer] = await virsh.ask([['nodememstats']], signal);
  const kib = (label: string): string | undefined =>
    new RegExp(`^${label}\\s*:\\s*(\\d+) KiB`, 'm').exec(answer?.stdout ?? '')?.[1];
  const free = kib('free');
  // What the host does not tell keeps nobody from trying.
  if (free === undefined) return;
  const available = (Number(free) + Number(kib('buffers') ?? 0) + Number(kib('cached') ?? 0)) * 1024;
  if (available >= bytes) return;
  throw new TrueupError(
    'step_failed',
    `the host has ${roughly(available)} of memory to give, and ${name} is to have ${formatSize(bytes)}`,
    { fields: { available, wanted: bytes }, next: 'give the machine less memory, or stop something on the host' },
  );
}

/** Throws where the storage pool has not so much space left. */
export async function assertSpace(virsh: Virsh, what: string, bytes: number, signal: AbortSignal): Promise<void> {
  const pool = parseXml(await must(virsh, ['pool-dumpxml', virsh.engine.pool], signal));
  const told = textAt(pool, 'available');
  // Of some kinds of pools libvirt does not know it.
  if (told === null) return;
  const available = Number(told);
  if (available >= bytes) return;
  throw new TrueupError(
    'step_failed',
    `the storage pool "${virsh.engine.pool}" has ${roughly(available)} left, and ${what} takes ${formatSize(bytes)}`,
    { fields: { available, wanted: bytes }, next: 'make space where the storage pool is, or name another pool' },
  );
}

function roughly(bytes: number): string {
  return formatSize(Math.floor(bytes / 1024 ** 2) * 1024 ** 2);
}
