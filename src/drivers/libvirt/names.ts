/** Names of what a machine has in its storage pool: whoever sees one knows whose it is. A disk outlives its machine. */

/** The key of the first disk beside those that have names of their own. */
export const ROOT_DISK = 'disk';

/** The machine that a disk is of. Disks have no dots in their names, machines may. */
export function machineOfDisk(disk: string): string {
  return disk.slice(0, disk.lastIndexOf('.'));
}

/** A disk of a machine; also the name of the volume in the pool. */
export function diskName(vm: string, disk: string): string {
  return `${vm}.${disk}`;
}

/** Where the owner marks of a volume stand. */
export function markVolume(volume: string): string {
  return `${volume}${MARK_SUFFIX}`;
}

const MARK_SUFFIX = '.trueup';

/** The volume that such a mark is about; `null` for what is no mark. */
export function markedVolume(name: string): string | null {
  return name.endsWith(MARK_SUFFIX) ? name.slice(0, -MARK_SUFFIX.length) : null;
}

/** An image as it was fetched, by its content. Disks lie over it, and nobody writes to it. */
export function baseVolume(digest: string): string {
  return `${BASE_PREFIX}${digest.replace(':', '-')}`;
}

const BASE_PREFIX = 'trueup-base-';

/** The digest of such a volume, such as `sha256:…`; `null` for any other. */
export function digestOfBase(name: string): string | null {
  const found = /^trueup-base-(sha(?:256|512))-([a-f0-9]+)$/.exec(name);
  return found === null ? null : `${found[1] ?? ''}:${found[2] ?? ''}`;
}

/** What a machine wrote to its serial console since its last start. */
export function consoleVolume(vm: string): string {
  return `${vm}.console`;
}

/** How often it was rolled when such a file was begun anew, counted from 0; `null` for any other name. */
export function rolledConsole(name: string, vm: string): number | null {
  const prefix = `${consoleVolume(vm)}.`;
  const count = name.startsWith(prefix) ? name.slice(prefix.length) : '';
  return /^\d+$/.test(count) ? Number(count) : null;
}

/** What cloud-init reads, by its content: what runs keeps what it was started with. */
export function seedVolume(vm: string, digest: string): string {
  return `${seedPrefix(vm)}${digest.slice(0, 16)}`;
}

function seedPrefix(vm: string): string {
  return `${vm}.seed-`;
}

/** Whether it is such a volume of this machine. What only begins alike is somebody else's: names of machines have dots. */
export function isSeed(volume: string | null | undefined, vm: string): boolean {
  return volume?.startsWith(seedPrefix(vm)) === true && /^[\da-f]{16}$/.test(volume.slice(seedPrefix(vm).length));
}

/** A machine that is tried once and thrown away, and what it has in the pool. */
export function trialName(vm: string): string {
  return `${vm}${TRIAL_SUFFIX}`;
}

const TRIAL_SUFFIX = '.kvm-trial';

/** What is known of a snapshot, beside the disks that hold it: also where no machine is defined around them. */
export function snapshotVolume(vm: string, id: string): string {
  return `${snapshotPrefix(vm)}${id}`;
}

export function snapshotPrefix(vm: string): string {
  return `${vm}${SNAPSHOT}`;
}

const SNAPSHOT = '.snapshot-';

/** The machine that such a volume is about; `null` for any other. */
export function machineOfSnapshot(name: string): string | null {
  const end = name.lastIndexOf(SNAPSHOT);
  return end === -1 ? null : name.slice(0, end);
}

/**
 * Endings that are taken, and so are no names of disks. With a dot in it a name may be that of a disk of another machine: `b.disk` of
 * the machine `a`, and the root disk of `a.b`.
 */
export function isTakenDiskName(disk: string): boolean {
  if (disk.includes('.')) return true;
  const isOwn = disk === ROOT_DISK || disk === 'console' || /^(seed-|snapshot-|kvm-trial)/.test(disk);
  return isOwn || disk.endsWith(MARK_SUFFIX);
}
