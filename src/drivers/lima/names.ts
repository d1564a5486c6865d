/** Names that Lima takes, and those of further disks: whoever sees one knows whose it is. */

/** A further disk of a machine; also what Lima calls it. */
export function diskName(vm: string, disk: string): string {
  return `${vm}.${disk}`;
}

/** The key of a disk in its machine; of somebody else's its whole name. */
export function diskKey(vm: string, name: string): string {
  return name.startsWith(`${vm}.`) ? name.slice(vm.length + 1) : name;
}

/** The machines whose a disk may be, by its name. The longest one first: who waits for all of them waits in the same order as others. */
export function machinesNamedIn(disk: string): readonly string[] {
  const parts = disk.split('.');
  return parts.slice(1).map((_, index) => parts.slice(0, -1 - index).join('.'));
}

export const LONGEST_NAME = 76;

/** Runs of letters and digits with one `.`, `_` or `-` between them. */
export function isLimaName(name: string): boolean {
  return name.length <= LONGEST_NAME && /^[A-Za-z0-9]+([._-][A-Za-z0-9]+)*$/.test(name);
}

/** The longest socket that Lima makes in the folder of a machine, and what systems let a socket be called. */
const LONGEST_SOCKET = '/ssh.sock.1234567890123456';
const SOCKET_LIMITS: Readonly<Record<string, number>> = { darwin: 104 };
const SOCKET_LIMIT = 108;

/** By how many characters a name is too long for the sockets of a machine; 0 or less where it is not. */
export function tooLongBy(home: string, name: string, platform: string): number {
  const limit = SOCKET_LIMITS[platform] ?? SOCKET_LIMIT;
  return Buffer.byteLength(`${home}/${name}${LONGEST_SOCKET}`) - limit + 1;
}
