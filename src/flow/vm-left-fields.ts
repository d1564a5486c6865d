/** Which fields of a VM are not what it runs with, where a volume that it brings along was left as it is. Pure. */
import type { DriverModel } from '../drivers/driver.ts';
import type { Withheld } from '../model/change.ts';
import type { DesiredResource } from '../model/desired.ts';
import { parseFieldPath } from '../model/field-path.ts';

/** Names at the top of its configuration. `undone`: what was not carried out. */
export function leftFields(
  vm: DesiredResource,
  undone: readonly Withheld[],
  model: DriverModel | undefined,
): ReadonlySet<string> {
  const fields = (model?.implied?.(vm) ?? []).flatMap(({ resource, field_path: declaredAt }) => {
    const withheld = undone.find(({ address }) => address === resource.address);
    if (withheld === undefined) return [];
    // What a volume has of the VM has the same name in both, such as its image.
    const differing = (withheld.differences ?? []).map(({ field_path: path }) => path);
    return [declaredAt, ...differing]
      .flatMap((path) => parseFieldPath(path)?.[0] ?? [])
      .filter((name) => name in vm.config);
  });
  return new Set(fields);
}
