/** Whether this machine has room, asked before anything is begun. */
import { freemem } from 'node:os';
import { availableMemory } from 'node:process';
import { TrueupError } from '../../../model/failure.ts';
import { formatSize } from '../../../model/quantity.ts';

/** Throws where there is not so much memory to give. */
export function assertMemory(name: string, bytes: number): void {
  const available = Math.max(freemem(), availableMemory());
  if (available >= bytes) return;
  const roughly = formatSize(Math.floor(available / 1024 ** 2) * 1024 ** 2);
  throw new TrueupError(
    'step_failed',
    `this machine has ${roughly} of memory to give, and ${name} is to have ${formatSize(bytes)}`,
    { fields: { available, wanted: bytes }, next: 'give the machine less memory, or stop something here' },
  );
}
