/** What only machines have, for who only looks. */
import type { VmSights } from '../../vm-faces.ts';
import { contentsOf, readPart } from '../package/contents.ts';
import { lookAtSnapshots, snapshotsOf } from '../snapshots/look.ts';
import type { Virsh } from '../virsh/virsh.ts';
import { validateMachine } from './validate.ts';

export function machineSights(virsh: Virsh): VmSights {
  return {
    contents: ({ name }, signal) => contentsOf(virsh, name, signal),
    readPart: ({ name }, part, offset, signal) => readPart(virsh, name, part, offset, signal),
    validate: validateMachine,
    snapshots: async ({ name }, signal) => snapshotsOf(await lookAtSnapshots(virsh, name, signal)),
  };
}
