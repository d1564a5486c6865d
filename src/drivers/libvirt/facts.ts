/** What a connection learns of its host: versions, which processors it can run, and where its storage pool is. */
import { isJsonObject, type Json, type JsonObject, member, memberAt } from '../../model/json.ts';
import type { Facts } from '../../model/observed.ts';
import type { Engine } from './engine.ts';
import { familyOf } from './machines.ts';
import { attributeOf, elementAt, elementsIn, textAt, textOf, type XmlElement } from './xml/element.ts';

export type Accelerator = 'kvm' | 'tcg';

/** `unproved`: libvirt lists it, which says nothing of whether a guest boots under it. */
type KvmState = 'absent' | 'unproved' | 'proved';

export interface LibvirtFacts extends Facts {
  readonly kind: 'libvirt';
  /** Of libvirt. */
  readonly version: string;
  /** Such as `QEMU 7.2.22`; `null` where nothing runs machines. */
  readonly hypervisor: string | null;
  readonly host_arch: string;
  /** The family of boards that a machine has where nobody says, by the processors that can be run. */
  readonly emulators: JsonObject;
  /** What `accelerator: auto` comes to, for a guest with the processors of the host. */
  readonly auto_accelerator: Accelerator;
  readonly kvm: KvmState;
  /** Whether files of this machine are files of the host. */
  readonly is_local: boolean;
  readonly pool: string;
  /** The folder of the storage pool; `null` where there is no such pool, or it is no folder. */
  readonly pool_path: string | null;
}

export interface FactSources {
  readonly version: string;
  readonly capabilities: XmlElement;
  /** `null` where there is no such pool. */
  readonly pool: XmlElement | null;
  readonly kvmProved: boolean;
}

export function factsOf(engine: Engine, sources: FactSources): LibvirtFacts {
  const { version, capabilities, pool, kvmProved } = sources;
  const hostArch = textAt(capabilities, 'host', 'cpu', 'arch') ?? 'unknown';
  const kvm = kvmStateOf(hasKvm(capabilities, hostArch), kvmProved);
  return {
    kind: 'libvirt',
    version: /Using library: libvirt (\S+)/.exec(version)?.[1] ?? 'unknown',
    hypervisor: /Running hypervisor: (.+)/.exec(version)?.[1]?.trim() ?? null,
    host_arch: hostArch,
    emulators: emulatorsOf(capabilities),
    auto_accelerator: kvm === 'proved' ? 'kvm' : 'tcg',
    kvm,
    is_local: engine.isLocal,
    pool: engine.pool,
    pool_path: attributeOf(pool, 'type') === 'dir' ? textAt(pool, 'target', 'path') : null,
  };
}

function kvmStateOf(isListed: boolean, isProved: boolean): KvmState {
  if (!isListed) return 'absent';
  return isProved ? 'proved' : 'unproved';
}

/** What `accelerator: auto` comes to for a guest: hardware helps those alone that have the host's own processors. */
export function autoAccelerator(facts: LibvirtFacts, arch: Json): Accelerator {
  return (arch ?? facts.host_arch) === facts.host_arch ? facts.auto_accelerator : 'tcg';
}

/** The first board that libvirt lists for a processor is the one that it takes. */
function emulatorsOf(capabilities: XmlElement): JsonObject {
  const guests = elementsIn(capabilities, 'guest').filter((guest) => textAt(guest, 'os_type') === 'hvm');
  return Object.fromEntries(
    guests.flatMap((guest) => {
      const arch = elementAt(guest, 'arch');
      const name = attributeOf(arch, 'name');
      return name === null ? [] : [[name, familyOf(defaultMachine(arch) ?? '')]];
    }),
  );
}

function defaultMachine(arch: XmlElement | null): string | null {
  const machines = elementsIn(arch, 'machine');
  return textOf(machines.find((machine) => attributeOf(machine, 'canonical') !== null) ?? machines[0] ?? null);
}

function hasKvm(capabilities: XmlElement, arch: string): boolean {
  return elementsIn(capabilities, 'guest').some((guest) => {
    const found = elementAt(guest, 'arch');
    return (
      attributeOf(found, 'name') === arch &&
      elementsIn(found, 'domain').some((domain) => domain.attributes['type'] === 'kvm')
    );
  });
}

/** The board that a machine has where nobody says; `null` where nobody knows. */
export function defaultFamily(facts: Facts | null, arch: string): string | null {
  const family = memberAt(facts ?? {}, 'emulators', arch);
  return typeof family === 'string' && family !== '' ? family : null;
}

export function isLibvirtFacts(facts: Facts | null): facts is LibvirtFacts {
  return facts !== null && facts.kind === 'libvirt' && isJsonObject(member(facts, 'emulators'));
}
