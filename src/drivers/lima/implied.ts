/** The further disks of a machine: each an object of its own that outlives it. Its first disk is part of the machine. */
import { addressOf } from '../../model/address.ts';
import type { DesiredResource } from '../../model/desired.ts';
import { fieldPath } from '../../model/field-path.ts';
import { member } from '../../model/json.ts';
import type { ImpliedResource } from '../driver.ts';
import { diskName } from './names.ts';
import { membersOf } from './template/write.ts';

export function impliedDisks(resource: DesiredResource): readonly ImpliedResource[] {
  if (resource.type !== 'vm') return [];
  return Object.entries(membersOf(resource.config['additional_disks'])).map(([name, disk]) => {
    const key = `${resource.key}.${name}`;
    return {
      field_path: fieldPath('additional_disks', name),
      resource: {
        ...resource,
        address: addressOf('volume', key),
        type: 'volume',
        key,
        name: diskName(resource.name, name),
        config: { size: member(disk, 'size'), protect: resource.protect, deletion_policy: resource.deletion_policy },
        dependencies: [],
        uses: [],
        untracked: [],
      },
    };
  });
}
