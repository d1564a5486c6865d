/** What declared resources bring along on their engines, such as the disks of VMs: planned like what is declared. */
import type { DriverModel, ImpliedResource } from '../drivers/driver.ts';
import type { LoadedEnvironment } from '../manifest/environment.ts';
import { type Address, keyOf } from '../model/address.ts';
import type { DesiredResource, MovedResource } from '../model/desired.ts';
import { type Diagnostic, errorAt } from '../model/diagnostic.ts';
import { type FieldPath, ROOT_PATH } from '../model/field-path.ts';
import { compareText } from '../model/json.ts';

interface Origin {
  readonly address: Address;
  readonly field_path: FieldPath;
}

export interface WithImplied {
  readonly environment: LoadedEnvironment;
  /** What is implied and declared as well, or implied twice: two things cannot have one address. */
  readonly diagnostics: readonly Diagnostic[];
}

export function withImplied(environment: LoadedEnvironment, models: ReadonlyMap<string, DriverModel>): WithImplied {
  const implied = [...environment.resources.values()].flatMap((resource) =>
    (models.get(resource.engine)?.implied?.(resource) ?? []).map((found) => ({ by: resource, ...found })),
  );
  if (implied.length === 0) return { environment, diagnostics: [] };
  const taken = implied.filter(({ resource }) => environment.resources.has(resource.address));
  const origins = new Map(implied.map((found) => [found.resource.address, originOf(found)]));
  const resources = new Map<Address, DesiredResource>(environment.resources);
  for (const { by, resource } of implied) {
    resources.set(resource.address, resource);
    const user = resources.get(by.address) ?? by;
    resources.set(by.address, { ...user, uses: [...user.uses, resource.address].toSorted(compareText) });
  }
  const moved = [...environment.moved, ...environment.moved.flatMap((move) => movedAlong(move, environment, models))];
  const inOrder = [...resources].toSorted(([left], [right]) => compareText(left, right));
  return {
    environment: {
      ...environment,
      resources: new Map(inOrder),
      moved: moved.filter(({ to }, index) => moved.findIndex((other) => other.to === to) === index),
      locate: (address, path) => at(origins, address, path, environment.locate),
      declarationOf: (address, path) => at(origins, address, path, environment.declarationOf),
      manifestPath: (address, path) => at(origins, address, path, environment.manifestPath),
    },
    diagnostics: [
      ...taken.map(({ by, resource }) => {
        const summary = `${resource.address} is what ${by.address} brings along, and cannot be declared as well`;
        return errorAt('invalid_name', environment.locate(resource.address, ROOT_PATH), summary, 'give it another key');
      }),
      ...sharedBy(implied, environment),
    ],
  };
}

type Brought = ImpliedResource & { readonly by: DesiredResource };

/** Two of one address, or of one name on one engine, would be one object: two VMs that write one disk. */
function sharedBy(implied: readonly Brought[], environment: LoadedEnvironment): readonly Diagnostic[] {
  const first = new Map<string, Brought>();
  return implied.flatMap((found) => {
    const { address, engine, type, name } = found.resource;
    const keys = [address, `${engine} ${type} ${name}`];
    const other = keys.flatMap((key) => first.get(key) ?? [])[0];
    for (const key of keys) if (!first.has(key)) first.set(key, found);
    if (other === undefined) return [];
    const summary = `${address} of ${found.by.address} would be the same as ${other.resource.address} of ${other.by.address}`;
    const source = environment.locate(found.by.address, found.field_path);
    return [errorAt('invalid_name', source, summary, 'give one of them another name')];
  });
}

/** What goes where what brings it along goes: what the same declaration would imply under the old address. */
function movedAlong(
  { from, to }: MovedResource,
  { resources }: LoadedEnvironment,
  models: ReadonlyMap<string, DriverModel>,
): readonly MovedResource[] {
  const resource = resources.get(to);
  const model = resource === undefined ? undefined : models.get(resource.engine);
  if (resource === undefined || model?.implied === undefined) return [];
  const before = model.implied({ ...resource, address: from, key: keyOf(from) });
  return model.implied(resource).flatMap(({ resource: { address } }, index) => {
    const old = before[index]?.resource.address;
    return old === undefined || old === address ? [] : [{ from: old, to: address }];
  });
}

function originOf({ by, field_path }: Brought): Origin {
  return { address: by.address, field_path };
}

/** All of what is implied stands at the field that implies it. */
function at<T>(
  origins: ReadonlyMap<Address, Origin>,
  address: Address,
  path: FieldPath,
  look: (address: Address, path: FieldPath) => T,
): T {
  const origin = origins.get(address);
  return origin === undefined ? look(address, path) : look(origin.address, origin.field_path);
}
