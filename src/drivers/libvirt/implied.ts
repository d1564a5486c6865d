/** The disks of a machine: each a volume of the pool, an object of its own that outlives the machine. */
import { addressOf } from '../../model/address.ts';
import type { DesiredResource } from '../../model/desired.ts';
import { fieldPath, type FieldPath } from '../../model/field-path.ts';
import { isJsonObject, type JsonObject, member } from '../../model/json.ts';
import type { ImpliedResource } from '../driver.ts';
import { diskName, ROOT_DISK } from './names.ts';

/** None for a machine without a disk: it boots what it is handed. */
export function impliedDisks(resource: DesiredResource): readonly ImpliedResource[] {
  if (resource.type !== 'vm') return [];
  const { config } = resource;
  const further = isJsonObject(config['additional_disks']) ? config['additional_disks'] : {};
  return [
    ...(hasRootDisk(config) ? [rootDisk(resource)] : []),
    ...Object.entries(further).map(([name, disk]) =>
      diskOf(resource, name, fieldPath('additional_disks', name), {
        size: member(disk, 'size'),
        format: member(disk, 'format'),
        image: null,
      }),
    ),
  ];
}

export function hasRootDisk({ disk, image }: JsonObject): boolean {
  return (disk ?? null) !== null || (image ?? null) !== null;
}

function rootDisk(resource: DesiredResource): ImpliedResource {
  const { disk, image } = resource.config;
  const path = fieldPath((disk ?? null) === null ? 'image' : 'disk');
  return diskOf(resource, ROOT_DISK, path, { size: disk ?? null, format: 'qcow2', image: image ?? null });
}

function diskOf(vm: DesiredResource, disk: string, path: FieldPath, config: JsonObject): ImpliedResource {
  const key = `${vm.key}.${disk}`;
  return {
    field_path: path,
    resource: {
      ...vm,
      address: addressOf('volume', key),
      type: 'volume',
      key,
      name: diskName(vm.name, disk),
      config: { ...config, protect: vm.protect, deletion_policy: vm.deletion_policy },
      dependencies: [],
      uses: [],
      untracked: [],
    },
  };
}
