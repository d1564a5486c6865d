/**
 * A disk that a machine's own firmware boots, out of the files of a whole system: GRUB at its begin, one partition, and what the
 * kernel is told. Nothing is mounted for that: the file system is written as it is made.
 */
import { execFile } from 'node:child_process';
import { mkdir, open, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const SECTOR = 512;
/** Where partitions begin; GRUB lies before. */
const BEGIN = 1024 * 1024;
/** How much of it is never written takes no room. */
const SIZE = 4 * 1024 * 1024 * 1024;

const LABEL = 'root';
const GRUB_MODULES: readonly string[] = ['biosdisk', 'part_msdos', 'ext2', 'linux', 'normal', 'configfile', 'serial'];

/** `root` holds a kernel, its initial ramdisk, and GRUB for firmware of PCs (`grub-pc-bin`, `grub-common`). */
export async function writeBootableDisk(root: string, cmdline: string, image: string): Promise<void> {
  await writeGrubSettings(root, cmdline);
  const raw = `${image}.raw`;
  await writeFile(raw, '');
  await truncate(raw, SIZE);
  const size = `${(SIZE - BEGIN) / 1024}k`;
  await run('/sbin/mke2fs', ['-q', '-t', 'ext4', '-L', LABEL, '-E', `offset=${BEGIN}`, '-d', root, raw, size]);
  await writeGrub(root, raw);
  await run('qemu-img', ['convert', '-O', 'qcow2', raw, image]);
  await rm(raw);
}

async function writeGrubSettings(root: string, cmdline: string): Promise<void> {
  const kernel = (await readdir(join(root, 'boot'))).find((name) => name.startsWith('vmlinuz-'));
  if (kernel === undefined) throw new Error('no kernel was installed in the guest');
  const settings = `serial --unit=0
terminal_output serial
linux /boot/${kernel} root=LABEL=${LABEL} ro ${cmdline}
initrd /boot/${kernel.replace('vmlinuz-', 'initrd.img-')}
boot
`;
  await mkdir(join(root, 'boot/grub'), { recursive: true });
  await writeFile(join(root, 'boot/grub/grub.cfg'), settings);
  await writeFile(join(root, 'etc/fstab'), `LABEL=${LABEL} / ext4 defaults 0 0\n`);
}

/** Its first sector loads the next ones, which find the settings. */
async function writeGrub(root: string, raw: string): Promise<void> {
  const made = '/boot/grub/core.img';
  const options = ['-O', 'i386-pc', '-o', made, '-p', '(hd0,msdos1)/boot/grub'];
  await run('chroot', [root, 'grub-mkimage', ...options, ...GRUB_MODULES]);
  const core = await readFile(join(root, made));
  if (SECTOR + core.length > BEGIN) throw new Error('GRUB has no room before the partition');
  const first = Buffer.alloc(SECTOR);
  (await readFile(join(root, 'usr/lib/grub/i386-pc/boot.img'))).copy(first, 0, 0, PARTITIONS);
  partitionTable().copy(first, PARTITIONS);
  const disk = await open(raw, 'r+');
  try {
    await disk.write(first, 0, SECTOR, 0);
    await disk.write(core, 0, core.length, SECTOR);
  } finally {
    await disk.close();
  }
}

const PARTITIONS = 446;
const LINUX = 0x83;

/** Of one partition, to the end of the disk. Places are in sectors; those in cylinders nobody reads any more. */
function partitionTable(): Buffer {
  const table = Buffer.alloc(SECTOR - PARTITIONS);
  table.writeUInt8(0x80, 0);
  table.writeUInt8(LINUX, 4);
  table.writeUInt32LE(BEGIN / SECTOR, 8);
  table.writeUInt32LE((SIZE - BEGIN) / SECTOR, 12);
  table.writeUInt16BE(0x55aa, table.length - 2);
  return table;
}
