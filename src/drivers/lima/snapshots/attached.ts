/**
 * The further disks that a machine has, by what Lima calls them: of one that runs those that it was started with. QEMU saves and
 * forgets on these, whatever the next start is to have.
 */
import { type JsonObject, member, scalarText } from '../../../model/json.ts';
import type { Limactl } from '../limactl/limactl.ts';
import type { MachineSight } from '../observe/look.ts';
import { startedTemplate } from '../observe/started.ts';
import { listOf } from '../template/write.ts';

export async function attachedDisks(
  limactl: Limactl,
  machine: MachineSight,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const started = machine.status === 'Running' ? await startedTemplate(limactl, machine, signal) : null;
  return disksIn(started ?? machine.template);
}

function disksIn(template: JsonObject | null): readonly string[] {
  return listOf(template?.['additionalDisks']).map((disk) => scalarText(member(disk, 'name')));
}
