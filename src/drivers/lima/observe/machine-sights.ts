/** What only machines have, for who only looks. Lima hands out no packages: what a machine is made from is not part of it. */
import { TrueupError } from '../../../model/failure.ts';
import type { VmSights } from '../../vm-faces.ts';
import type { Limactl } from '../limactl/limactl.ts';
import { lookAtSnapshots } from '../snapshots/look.ts';
import { machineNamed } from './look.ts';
import { validateTemplate } from './validate.ts';

export function machineSights(limactl: Limactl): VmSights {
  return {
    async snapshots({ name }, signal) {
      const machine = await machineNamed(limactl, name, signal);
      if (machine === null)
        throw new TrueupError('object_missing', `machine ${name} is not there`, { fields: { name } });
      const { ours, foreign } = await lookAtSnapshots(machine, signal);
      return { ours, foreign };
    },
    validate: (resource, _facts, signal) => validateTemplate(limactl, resource, signal),
  };
}
