/** VMs that are declared with more, or less, than trueup.yaml allows: errors at their lines. Pure. */
import type { DesiredEnvironment, DesiredResource } from '../model/desired.ts';
import { type Diagnostic, errorAt } from '../model/diagnostic.ts';
import { fieldPath } from '../model/field-path.ts';
import { formatSize, parseSize } from '../model/quantity.ts';
import type { VmLimits } from '../model/vm-limits.ts';

const FIELDS = ['memory', 'cpus', 'disk'] as const;

export function outsideLimits(
  { resources, locate }: Pick<DesiredEnvironment, 'resources' | 'locate'>,
  limits: VmLimits,
): readonly Diagnostic[] {
  const vms = [...resources.values()].filter(({ type }) => type === 'vm');
  return vms.flatMap((vm) =>
    FIELDS.flatMap((field) => {
      const problem = problemOf(vm, field, limits);
      return problem === null ? [] : [errorAt('invalid_value', locate(vm.address, fieldPath(field)), ...problem)];
    }),
  );
}

/** What is not declared, such as the size of a disk that its image has, is up to nobody here. */
function problemOf(
  { address, config }: DesiredResource,
  field: (typeof FIELDS)[number],
  limits: VmLimits,
): readonly [summary: string, detail: string] | null {
  const value = config[field];
  const bounds = limits[field];
  const amount = typeof value === 'string' || typeof value === 'number' ? parseSize(value) : null;
  if (bounds === undefined || amount === null || (amount >= bounds[0] && amount <= bounds[1])) return null;
  const text = (bound: number): string => (field === 'cpus' ? String(bound) : formatSize(bound));
  return [
    `${field} ${text(amount)} of ${address} is outside of what trueup.yaml allows`,
    `vm_limits.${field}: from ${text(bounds[0])} to ${text(bounds[1])}`,
  ];
}
