/** VMs that are declared with more, or less, than trueup.yaml allows: errors at their lines. Pure. */
import type { DesiredEnvironment, DesiredResource } from '../model/desired.ts';
import { type Diagnostic, errorAt } from '../model/diagnostic.ts';
import { fieldPath } from '../model/field-path.ts';
import { isJsonObject, type Json, member } from '../model/json.ts';
import { formatSize, parseSize } from '../model/quantity.ts';
import type { VmLimits } from '../model/vm-limits.ts';

/** What a limit is held against. */
interface Limited {
  readonly names: readonly [string, ...string[]];
  readonly limit: keyof VmLimits;
  readonly value: Json;
}

export function outsideLimits(
  { resources, locate }: Pick<DesiredEnvironment, 'resources' | 'locate'>,
  limits: VmLimits,
): readonly Diagnostic[] {
  const vms = [...resources.values()].filter(({ type }) => type === 'vm');
  return vms.flatMap((vm) =>
    limitedOf(vm).flatMap((limited) => {
      const problem = problemOf(vm, limited, limits);
      return problem === null
        ? []
        : [errorAt('invalid_value', locate(vm.address, fieldPath(...limited.names)), ...problem)];
    }),
  );
}

function limitedOf({ config }: DesiredResource): readonly Limited[] {
  const own = (['memory', 'cpus', 'disk'] as const).map(
    (name): Limited => ({ names: [name], limit: name, value: config[name] ?? null }),
  );
  const disks = config['additional_disks'] ?? null;
  const further = Object.entries(isJsonObject(disks) ? disks : {}).map(
    ([name, disk]): Limited => ({
      names: ['additional_disks', name, 'size'],
      limit: 'disk',
      value: member(disk, 'size') ?? null,
    }),
  );
  return [...own, ...further];
}

/** A disk without a size gets one all the same, from its image or its engine: as large as nobody has looked. */
function problemOf(
  { address }: DesiredResource,
  { names, limit, value }: Limited,
  limits: VmLimits,
): readonly [summary: string, detail: string] | null {
  const bounds = limits[limit];
  if (bounds === undefined) return null;
  const field = names.join('.');
  const text = (bound: number): string => (limit === 'cpus' ? String(bound) : formatSize(bound));
  const range = `vm_limits.${limit}: from ${text(bounds[0])} to ${text(bounds[1])}`;
  const amount = typeof value === 'string' || typeof value === 'number' ? parseSize(value) : null;
  if (amount === null) {
    if (limit !== 'disk') return null;
    const summary = `${field} of ${address} is as large as its image or its engine makes it, and trueup.yaml limits it`;
    return [summary, `${range}; declare \`${field}\``];
  }
  if (amount >= bounds[0] && amount <= bounds[1]) return null;
  return [`${field} ${text(amount)} of ${address} is outside of what trueup.yaml allows`, range];
}
