/** What a configuration comes to on a host, for a machine that is not there yet. Pure. */
import { join } from 'node:path';
import { type JsonObject, member, scalarText } from '../../../model/json.ts';
import { type Accelerator, autoAccelerator, type LibvirtFacts } from '../facts.ts';
import { hasRootDisk } from '../implied.ts';
import { consoleVolume, diskName, ROOT_DISK } from '../names.ts';
import { membersOf } from '../refuse.ts';
import type { DiskSource, DomainSpec } from './spec.ts';

export function specOf(name: string, config: JsonObject, facts: LibvirtFacts): DomainSpec {
  return {
    name,
    uuid: null,
    config,
    mark: null,
    pool: facts.pool,
    arch: scalarText(config['arch'] ?? facts.host_arch),
    machine: typeof config['machine'] === 'string' ? config['machine'] : null,
    accelerator: acceleratorFor(config, facts),
    disks: disksOf(name, config),
    seed: null,
    console: facts.pool_path === null ? null : join(facts.pool_path, consoleVolume(name)),
  };
}

function acceleratorFor(config: JsonObject, facts: LibvirtFacts): Accelerator {
  const declared = config['accelerator'];
  return declared === 'kvm' || declared === 'tcg' ? declared : autoAccelerator(facts, config['arch'] ?? null);
}

function disksOf(vm: string, config: JsonObject): readonly DiskSource[] {
  return [
    ...(hasRootDisk(config) ? [{ disk: ROOT_DISK, volume: diskName(vm, ROOT_DISK), format: 'qcow2' }] : []),
    ...Object.entries(membersOf(config['additional_disks'])).flatMap(([disk, declared]) => {
      const format = member(declared, 'format');
      // Without one it is a disk that somebody else attached, and was asked to be left as it is.
      return typeof format === 'string' ? [{ disk, volume: diskName(vm, disk), format }] : [];
    }),
  ];
}
