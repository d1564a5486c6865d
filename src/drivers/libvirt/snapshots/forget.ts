/** Takes a snapshot away: out of the disks, out of libvirt, and then what is written of it. Idempotent. */
import type { Changing } from '../actuate/changing.ts';
import { deleteVolume } from '../actuate/volume-calls.ts';
import { snapshotVolume } from '../names.ts';
import { refused } from '../virsh/failures.ts';

const TIMEOUT_MS = 300_000;

export async function forgetSnapshot(changing: Changing, vm: string, id: string): Promise<void> {
  const { virsh, context } = changing;
  const [answer] = await virsh.ask([['snapshot-delete', vm, id]], context.signal, TIMEOUT_MS);
  const problem = answer?.stderr ?? '';
  if (problem !== '' && !isGone(problem)) throw refused(virsh.engine, 'snapshot-delete', problem);
  await deleteVolume(changing, snapshotVolume(vm, id));
}

function isGone(problem: string): boolean {
  return /no domain snapshot with matching name|Domain not found|failed to get domain/i.test(problem);
}
