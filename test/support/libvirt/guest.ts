/**
 * A guest that boots in seconds without KVM: a kernel of Debian's cloud images, and all else in its initial ramdisk. It counts
 * its boots on its first disk, listens on ports 22 (dropbear, root with the key beside it) and 8080 (`/health`), says READY on the
 * serial console and goes down on ACPI's word. Built once, into the cache folder of the engines of tests.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { ENGINE_CACHE } from '../docker/build-programs.ts';
import { cpio, type CpioEntry, file, folder } from './cpio.ts';

const run = promisify(execFile);

export interface Guest {
  readonly kernel: string;
  readonly initrd: string;
  readonly cmdline: string;
  /** An image of 16 MiB without anything on it. */
  readonly image: string;
  /** The private key that root's door opens to. */
  readonly key: string;
}

const CMDLINE =
  'console=ttyS0 quiet panic=-1 mitigations=off nokaslr cryptomgr.notests tsc=reliable no_timer_check noreplace-smp random.trust_cpu=on ipv6.disable=1 8250.nr_uarts=1';

const MODULES: readonly string[] = [
  'virtio_pci',
  'virtio_net',
  'virtio_blk',
  'virtio_rng',
  'virtio_console',
  'button',
  'evdev',
  'isofs',
];

/** Raised with what is in the guest: another one is built then. */
const VERSION = 5;

const INIT = `#!/bin/busybox sh
/bin/busybox mkdir -p /proc /sys /dev /etc /root /run /tmp /var/log /var/run /bin /sbin
/bin/busybox mount -t devtmpfs dev /dev; /bin/busybox mount -t proc proc /proc; /bin/busybox mount -t sysfs sys /sys
/bin/busybox --install -s /bin
export PATH=/bin:/sbin:/usr/bin:/usr/sbin
exec >/dev/console 2>&1 </dev/console
while read -r module; do insmod /modules/$module 2>/dev/null; done </modules/order
mkdir -p /dev/pts; mount -t devpts pts /dev/pts
if [ -b /dev/vda ]; then
  boots=$(dd if=/dev/vda bs=16 count=1 2>/dev/null | tr -cd 0-9)
  boots=$((\${boots:-0} + 1)); printf '%-15s\\n' $boots | dd of=/dev/vda bs=16 conv=notrunc 2>/dev/null; sync
  echo "BOOTS $boots"
fi
mkdir -p /seed
for disk in /dev/vd?*; do mount -t iso9660 -o ro $disk /seed 2>/dev/null && echo "SEED $(cat /seed/meta-data | tr '\\n' ' ')"; done
ip link set lo up; ip link set eth0 up; ip addr add 10.0.2.15/24 dev eth0; ip route add default via 10.0.2.2
dropbear -s -p 22
mkdir -p /srv; echo ok >/srv/health; httpd -p 8080 -h /srv
acpid -f -l /dev/null &
read -r up rest </proc/uptime; echo "READY after $up s"
while true; do sleep 3600; done
`;

/** What the guest is built with, by the command that is looked for. */
const PACKAGES: Readonly<Record<string, string>> = {
  '/bin/busybox': 'busybox-static',
  '/usr/sbin/dropbear': 'dropbear-bin',
  '/sbin/depmod': 'kmod',
  '/usr/bin/qemu-img': 'qemu-utils',
  '/usr/bin/ssh-keygen': 'openssh-client',
};

/** Packages that the guest cannot be built without; empty where all are there. */
export function lacksForGuest(): readonly string[] {
  return Object.entries(PACKAGES).flatMap(([path, name]) => (existsSync(path) ? [] : [name]));
}

export async function buildGuest(): Promise<Guest> {
  const home = join(ENGINE_CACHE, `guest-${VERSION}`);
  if (!existsSync(home)) {
    await mkdir(ENGINE_CACHE, { recursive: true });
    const work = await mkdtemp(join(ENGINE_CACHE, 'guest-new-'));
    try {
      await build(work);
      // Whoever was faster has built the same.
      await rename(work, home).catch((error: unknown) => (existsSync(home) ? undefined : Promise.reject(error)));
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  }
  const at = (name: string): string => join(home, name);
  return { kernel: at('vmlinuz'), initrd: at('initrd'), cmdline: CMDLINE, image: at('disk.qcow2'), key: at('key') };
}

async function build(home: string): Promise<void> {
  const parts = join(home, 'parts');
  const { root, version } = await unpackKernel(parts);
  await cp(join(root, `boot/vmlinuz-${version}`), join(home, 'vmlinuz'));
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'guest', '-f', join(home, 'key')]);
  // A guest that was another one at each boot would be nobody to trust.
  await run('dropbearkey', ['-t', 'ed25519', '-f', join(home, 'host-key')]);
  await writeFile(join(home, 'initrd'), gzipSync(cpio(await entries(root, version, home)), { level: 1 }));
  await run('qemu-img', ['create', '-q', '-f', 'qcow2', join(home, 'disk.qcow2'), '16M']);
  await rm(parts, { recursive: true });
}

export interface UnpackedKernel {
  /** The root of the files of its package. */
  readonly root: string;
  readonly version: string;
}

/** The kernel of Debian's cloud images, into a folder that is made for it. */
export async function unpackKernel(parts: string): Promise<UnpackedKernel> {
  await mkdir(parts);
  const { stdout } = await run('apt-cache', ['depends', 'linux-image-cloud-amd64']);
  const kernel = /Depends: (linux-image-\S+)/.exec(stdout)?.[1];
  if (kernel === undefined) throw new Error('linux-image-cloud-amd64 is in no list of packages: run apt-get update');
  await run('apt-get', ['download', '-qq', kernel], { cwd: parts });
  const [archive = ''] = await readdir(parts);
  await run('dpkg', ['-x', archive, 'kernel'], { cwd: parts });
  const [version = ''] = await readdir(join(parts, 'kernel/lib/modules'));
  const root = join(parts, 'kernel');
  await run('/sbin/depmod', ['-b', root, version]);
  return { root, version };
}

async function entries(root: string, version: string, home: string): Promise<readonly CpioEntry[]> {
  const modules = await moduleFiles(join(root, 'lib/modules', version), MODULES);
  const programs = ['/bin/busybox', '/usr/sbin/dropbear', ...(await libraries('/usr/sbin/dropbear'))];
  const folders = new Set(
    [...programs, '/root/.ssh/x', '/etc/acpi/PWRF/x', '/modules/x'].flatMap((path) => parentsOf(path)),
  );
  return [
    ...[...folders].map((path) => folder(path.slice(1))),
    file('init', INIT, 0o755),
    ...(await Promise.all(programs.map(async (path) => file(path.slice(1), await readFile(path), 0o755)))),
    ...(await Promise.all(modules.map(async (path) => file(`modules/${basename(path)}`, await readFile(path))))),
    file('modules/order', modules.map((path) => `${basename(path)}\n`).join('')),
    file('etc/passwd', 'root:x:0:0:root:/root:/bin/sh\n'),
    file('etc/group', 'root:x:0:\n'),
    file('etc/shells', '/bin/sh\n'),
    folder('etc/dropbear'),
    file('etc/dropbear/dropbear_ed25519_host_key', await readFile(join(home, 'host-key')), 0o600),
    file('root/.ssh/authorized_keys', await readFile(join(home, 'key.pub')), 0o600),
    file('etc/acpi/PWRF/00000080', '#!/bin/sh\nsync; poweroff -f\n', 0o755),
  ];
}

/** The modules with all that they need, in the order in which they are to be loaded. */
export async function moduleFiles(folder: string, wanted: readonly string[]): Promise<readonly string[]> {
  const lines = (await readFile(join(folder, 'modules.dep'), 'utf8')).split('\n').map((line) => line.split(/:?\s+|:$/));
  const found = wanted.flatMap(
    (name) => lines.find(([path = '']) => basename(path, '.ko') === name)?.toReversed() ?? [],
  );
  return [...new Set(found)].filter((path) => path !== '').map((path) => join(folder, path));
}

export async function libraries(program: string): Promise<readonly string[]> {
  const { stdout } = await run('ldd', [program]);
  return [...stdout.matchAll(/(\/\S+)/g)].map((match) => match[1] ?? '');
}

export function parentsOf(path: string): readonly string[] {
  const parent = dirname(path);
  return parent === '/' ? [] : [...parentsOf(parent), parent];
}
