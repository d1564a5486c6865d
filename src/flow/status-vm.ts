/** A VM as tools around it show one, from what is declared, observed and remembered. Pure. */
import { keyOf } from '../model/address.ts';
import type { DesiredResource } from '../model/desired.ts';
import { isJsonObject, type Json, member, memberAt } from '../model/json.ts';
import type { Health, ObservedObject } from '../model/observed.ts';
import { parseSize } from '../model/quantity.ts';
import type { VirtualMachine } from '../model/virtual-machine.ts';
import type { VmMemory } from '../model/vm-event.ts';
import { vmStatusOf } from '../model/vm-status-of.ts';

export interface VmSight {
  /** All that is on the engine of the VM; `null` where it does not answer. */
  readonly objects: readonly ObservedObject[] | null;
  /** The VM among them; `null` where it is not there. */
  readonly object: ObservedObject | null;
  /** What is known of its health by now. */
  readonly health: Health | 'unknown';
  /** What happened before; absent where nothing is remembered. */
  readonly memory?: VmMemory | undefined;
}

/** `null` for a VM that is not there. */
export function virtualMachineOf(resource: DesiredResource, sight: VmSight): VirtualMachine | null {
  const { objects, object, health } = sight;
  if (objects !== null && object === null) return null;
  const config = { ...resource.config, ...object?.configured, ...object?.effective };
  const details = object?.status.details ?? {};
  const disk = rootDiskOf(resource, objects ?? []);
  return {
    id: object?.id ?? null,
    name: object?.name ?? resource.name,
    status: object === null ? 'Unknown' : vmStatusOf({ ...object.status, health }),
    arch: archOf(config['arch']),
    memoryMB: sizeIn(MIB, config['memory']),
    cpus: numberOf(config['cpus']),
    diskSizeGB: sizeIn(GIB, disk?.configured['size'] ?? resource.config['disk']),
    sshLocalPort: numberOf(details['ssh_local_port']) ?? forwardTo(sshPortOf(resource), config['port_forwards']),
    directory: textOf(details['directory']) ?? folderOf(textOf(disk?.status.details['path'])),
    ...momentsOf(object, sight.memory),
  };
}

/** What the engine says of its past counts before what was seen of it. Of another object that had its name nothing is told. */
function momentsOf(
  object: ObservedObject | null,
  memory: VmMemory | undefined,
): Pick<VirtualMachine, 'createdAt' | 'lastStarted' | 'lastStopped'> {
  const details = object?.status.details ?? {};
  const known =
    memory !== undefined && (object === null || memory.id === null || memory.id === object.id) ? memory : null;
  const runningSince = object?.status.run_state === 'running' ? object.status.since : null;
  return {
    createdAt: textOf(details['created_at']) ?? object?.born ?? known?.created_at ?? null,
    lastStarted: textOf(details['last_started']) ?? runningSince ?? known?.last_started ?? null,
    lastStopped: textOf(details['last_stopped']) ?? known?.last_stopped ?? null,
  };
}

/** The volume that is brought along under the name `disk`: what the VM boots from. */
function rootDiskOf({ address }: DesiredResource, objects: readonly ObservedObject[]): ObservedObject | null {
  const disk = `volume.${keyOf(address)}.disk`;
  return objects.find(({ type, ownership }) => type === 'volume' && ownership?.address === disk) ?? null;
}

function sshPortOf({ config }: DesiredResource): number {
  return numberOf(memberAt(config, 'ready', 'ssh', 'port')) ?? SSH_PORT;
}

function forwardTo(guestPort: number, forwards: Json | undefined): number | null {
  if (!isJsonObject(forwards)) return null;
  const found = Object.values(forwards).find(
    (forward) => member(forward, 'guest_port') === guestPort && member(forward, 'protocol') !== 'udp',
  );
  return numberOf(member(found, 'host_port'));
}

/** Its own name for the processors that everybody else calls aarch64. */
function archOf(arch: Json | undefined): string | null {
  return arch === 'aarch64' ? 'arm64' : textOf(arch);
}

function sizeIn(unit: number, size: Json | undefined): number | null {
  const bytes = typeof size === 'string' || typeof size === 'number' ? parseSize(size) : null;
  return bytes === null ? null : Math.round((bytes / unit) * 1000) / 1000;
}

function folderOf(path: string | null): string | null {
  const end = path?.lastIndexOf('/') ?? -1;
  return path === null || end < 1 ? null : path.slice(0, end);
}

function numberOf(value: Json | undefined): number | null {
  return typeof value === 'number' ? value : null;
}

function textOf(value: Json | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

const SSH_PORT = 22;
const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
