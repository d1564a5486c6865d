/** Defines a machine, or tells libvirt what it is to be from its next start on. */
import type { Address } from '../../../model/address.ts';
import type { JsonObject } from '../../../model/json.ts';
import { macsOf } from '../domain/networks.ts';
import type { DiskSource, DomainSpec } from '../domain/spec.ts';
import { domainElement, keptOf } from '../domain/write.ts';
import { type Accelerator, autoAccelerator, type LibvirtFacts } from '../facts.ts';
import { hasRootDisk } from '../implied.ts';
import { isMachine } from '../machines.ts';
import { ownerMark } from '../../owner-mark.ts';
import { markOf } from '../marks.ts';
import { consoleVolume, diskName, ROOT_DISK } from '../names.ts';
import type { DomainSight } from '../observe/look.ts';
import { attributeOf, elementAt } from '../xml/element.ts';
import { writeXml } from '../xml/write.ts';
import { withFile } from '../virsh/files.ts';
import { refused } from '../virsh/failures.ts';
import { isJsonObject, member, scalarText } from '../../../model/json.ts';
import type { Changing } from './changing.ts';
import { machineAt } from './machine-at.ts';
import { putSeed, removeSeeds } from '../seed/put-seed.ts';
import { join } from 'node:path';
import { redefineAll } from '../snapshots/keep.ts';

/** Idempotent: what is defined already is defined again, as the same machine. */
export async function defineMachine(
  changing: Changing,
  address: Address,
  { name, config }: { readonly name: string; readonly config: JsonObject },
): Promise<JsonObject> {
  const { virsh, context } = changing;
  const facts = await changing.facts();
  const found = await machineAt(changing, name);
  const seed = await putSeed(changing, name, config);
  const spec = specOf({ address, name, config, found, facts, changing, seed });
  const autostart = ['autostart', name, ...(config['autostart'] === true ? [] : ['--disable'])];
  await withFile(writeXml(domainElement(spec)), async (file) => {
    const [defined, started] = await virsh.ask([['define', file], autostart], context.signal);
    if (defined?.stderr !== '') throw refused(virsh.engine, 'define', defined?.stderr ?? '');
    if (started?.stderr !== '') throw refused(virsh.engine, 'autostart', started?.stderr ?? '');
  });
  if (found === null) await redefineAll(changing, name);
  await removeSeeds(changing, name, seed, found?.live ?? null);
  return { accelerator: spec.accelerator };
}

interface Parts {
  readonly address: Address;
  readonly name: string;
  readonly config: JsonObject;
  readonly found: DomainSight | null;
  readonly facts: LibvirtFacts;
  readonly changing: Changing;
  readonly seed: string | null;
}

function specOf({ address, name, config, found, facts, changing, seed }: Parts): DomainSpec {
  const known = found === null ? null : markOf(found.inactive);
  const mark = ownerMark(address, keptOf(config), changing.context);
  const created = known?.ownership.created_revision ?? mark.ownership.created_revision;
  return {
    name,
    uuid: found?.uuid ?? null,
    config,
    mark: { ...mark, ownership: { ...mark.ownership, created_revision: created } },
    pool: facts.pool,
    arch: scalarText(config['arch'] ?? facts.host_arch),
    machine: machineOf(config, found),
    accelerator: acceleratorFor(config, facts),
    disks: disksOf(name, config),
    seed,
    console: facts.pool_path === null ? null : join(facts.pool_path, consoleVolume(name)),
    macs: found === null ? {} : macsOf(found.inactive),
  };
}

/** The version of a board that a machine has it keeps: another one is another machine to its guest. */
function machineOf(config: JsonObject, found: DomainSight | null): string | null {
  const declared = config['machine'] ?? null;
  const present = found === null ? null : attributeOf(elementAt(found.inactive, 'os', 'type'), 'machine');
  if (typeof declared !== 'string') return null;
  return present !== null && isMachine(declared, present) ? present : declared;
}

function acceleratorFor(config: JsonObject, facts: LibvirtFacts): Accelerator {
  const declared = config['accelerator'];
  return declared === 'kvm' || declared === 'tcg' ? declared : autoAccelerator(facts, config['arch'] ?? null);
}

function disksOf(vm: string, config: JsonObject): readonly DiskSource[] {
  const further = isJsonObject(config['additional_disks']) ? config['additional_disks'] : {};
  return [
    ...(hasRootDisk(config) ? [{ disk: ROOT_DISK, volume: diskName(vm, ROOT_DISK), format: 'qcow2' }] : []),
    ...Object.entries(further).map(([disk, declared]) => ({
      disk,
      volume: diskName(vm, disk),
      format: scalarText(member(declared, 'format')),
    })),
  ];
}
