/** `vm_limits` of trueup.yaml: what VMs may be declared with. */
import type { LimitsOfVMs as Declared } from '../model/generated/settings.ts';
import { parseSize } from '../model/quantity.ts';
import type { Bounds, VmLimits } from '../model/vm-limits.ts';
import type { Reporter } from './reporter.ts';

export function vmLimits(declared: Declared, reporter: Reporter): VmLimits {
  const [memory, cpus, disk] = (['memory', 'cpus', 'disk'] as const).map((field) => {
    return boundsOf(declared[field], ['vm_limits', field], reporter);
  });
  return {
    ...(memory === undefined || memory === null ? {} : { memory }),
    ...(cpus === undefined || cpus === null ? {} : { cpus }),
    ...(disk === undefined || disk === null ? {} : { disk }),
  };
}

function boundsOf(
  declared: readonly (string | number)[] | undefined,
  path: readonly string[],
  reporter: Reporter,
): Bounds | null {
  const [least = null, most = null] = (declared ?? []).map((bound) => parseSize(bound));
  if (least === null || most === null) return null;
  if (least <= most) return [least, most];
  const summary = `${path.join('.')} has the most in front of the least`;
  reporter.error('invalid_settings', path, summary, 'write the least first, such as [2GiB, 32GiB]');
  return null;
}
