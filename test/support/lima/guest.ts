/**
 * A guest for Lima in its plain mode that boots in seconds without KVM: all of it is in its initial ramdisk, so that killing it
 * harms nothing. It is what Lima asks for there (the user and the key of the disk that Lima adds, sshd, bash, the id of the start
 * in /run/lima-boot-done), counts its boots on its first disk, listens on port 8080, says READY on the serial console and goes
 * down on ACPI's word. Built once, into the cache folder of the engines of tests.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { ENGINE_CACHE } from '../docker/build-programs.ts';
import { cpio, type CpioEntry, file, folder } from '../libvirt/cpio.ts';
import { lacksForGuest, libraries, moduleFiles, parentsOf, unpackKernel } from '../libvirt/guest.ts';

const run = promisify(execFile);

export interface LimaGuest {
  readonly kernel: string;
  readonly initrd: string;
  readonly cmdline: string;
  /** An image of 16 MiB without anything on it. */
  readonly image: string;
}

const CMDLINE =
  'console=ttyS0 quiet panic=-1 mitigations=off nokaslr cryptomgr.notests tsc=reliable no_timer_check noreplace-smp random.trust_cpu=on ipv6.disable=1 8250.nr_uarts=1';

const MODULES = [
  'virtio_pci',
  'virtio_net',
  'virtio_blk',
  'virtio_scsi',
  'sr_mod',
  'isofs',
  'virtio_rng',
  'virtio_console',
  'button',
  'evdev',
];

/** Raised with what is in the guest: another one is built then. */
const VERSION = 1;

const INIT = `#!/bin/busybox sh
/bin/busybox mkdir -p /proc /sys /dev /etc /root /run /tmp /home /mnt /var/log /var/run /bin /sbin
/bin/busybox mount -t devtmpfs dev /dev; /bin/busybox mount -t proc proc /proc; /bin/busybox mount -t sysfs sys /sys
/bin/busybox --install -s /bin
export PATH=/bin:/sbin:/usr/bin:/usr/sbin
exec >/dev/console 2>&1 </dev/console
while read -r module; do insmod /modules/$module 2>/dev/null; done </modules/order
mkdir -p /dev/pts; mount -t devpts pts /dev/pts
boots=$(dd if=/dev/vda bs=16 count=1 2>/dev/null | tr -cd 0-9)
boots=$((\${boots:-0} + 1)); printf '%-15s\\n' $boots | dd of=/dev/vda bs=16 conv=notrunc 2>/dev/null; sync
echo "BOOTS $boots"
ip link set lo up; ip link set eth0 up
ip addr add 192.168.5.15/24 dev eth0; ip route add default via 192.168.5.2
cidata=/mnt/lima-cidata; mkdir -p $cidata; i=0
while [ ! -b /dev/sr0 ] && [ $i -lt 50 ]; do sleep 0.1; i=$((i + 1)); done
mount -t iso9660 -o ro,mode=0700,dmode=0700,overriderockperm,exec,uid=0 /dev/sr0 $cidata
while read -r line; do case $line in LIMA_*) export "$line" ;; esac; done <$cidata/lima.env
export LIMA_CIDATA_MNT=$cidata
u=$LIMA_CIDATA_USER h=$LIMA_CIDATA_HOME id=$LIMA_CIDATA_UID
echo "$u:x:$id:$id:$u:$h:/bin/bash" >>/etc/passwd; echo "$u:x:$id:" >>/etc/group
mkdir -p $h/.ssh
awk '/ssh[-_]authorized[-_]keys:/{k=1;next} k&&/^ *- /{sub(/^ *- "?/,"");sub(/"? *$/,"");print;next} k{k=0}' $cidata/user-data >$h/.ssh/authorized_keys
chmod 700 $h/.ssh; chown -R $id:$id $h
dropbear -s
httpd -p 8080 -h /tmp
for script in $cidata/provision.system/*; do [ -f $script ] && $script; done
echo "$LIMA_CIDATA_IID" >/run/lima-boot-done
acpid -f -l /dev/null &
read -r up rest </proc/uptime; echo "READY after $up s"
while true; do sleep 3600; done
`;

/** What it cannot be built without; empty where all is there. */
export function lacksForLimaGuest(): readonly string[] {
  return [...lacksForGuest(), ...(existsSync('/bin/bash') ? [] : ['bash'])];
}

export async function buildLimaGuest(): Promise<LimaGuest> {
  const home = join(ENGINE_CACHE, `lima-guest-${VERSION}`);
  if (!existsSync(home)) {
    await mkdir(ENGINE_CACHE, { recursive: true });
    const work = await mkdtemp(join(ENGINE_CACHE, 'lima-guest-new-'));
    try {
      await build(work);
      // Whoever was faster has built the same.
      await rename(work, home).catch((error: unknown) => (existsSync(home) ? undefined : Promise.reject(error)));
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  }
  const at = (name: string): string => join(home, name);
  return { kernel: at('vmlinuz'), initrd: at('initrd'), cmdline: CMDLINE, image: at('disk.qcow2') };
}

async function build(home: string): Promise<void> {
  const parts = join(home, 'parts');
  const { root, version } = await unpackKernel(parts);
  await cp(join(root, `boot/vmlinuz-${version}`), join(home, 'vmlinuz'));
  await run('dropbearkey', ['-t', 'ed25519', '-f', join(home, 'host-key')]);
  const modules = await moduleFiles(join(root, 'lib/modules', version), MODULES);
  await writeFile(join(home, 'initrd'), gzipSync(cpio(await entries(modules, home)), { level: 1 }));
  await run('qemu-img', ['create', '-q', '-f', 'qcow2', join(home, 'disk.qcow2'), '16M']);
  await rm(parts, { recursive: true });
}

async function entries(modules: readonly string[], home: string): Promise<readonly CpioEntry[]> {
  const binaries = ['/bin/busybox', '/bin/bash', '/usr/sbin/dropbear'];
  const programs = [...new Set([...binaries, ...(await Promise.all(binaries.slice(1).map(libraries))).flat()])];
  const folders = new Set([...programs, '/etc/acpi/PWRF/x', '/modules/x'].flatMap((path) => parentsOf(path)));
  return [
    ...[...folders].map((path) => folder(path.slice(1))),
    file('init', INIT, 0o755),
    ...(await Promise.all(programs.map(async (path) => file(path.slice(1), await readFile(path), 0o755)))),
    ...(await Promise.all(modules.map(async (path) => file(`modules/${basename(path)}`, await readFile(path))))),
    file('modules/order', modules.map((path) => `${basename(path)}\n`).join('')),
    file('etc/passwd', 'root:x:0:0:root:/root:/bin/sh\n'),
    file('etc/group', 'root:x:0:\n'),
    file('etc/shells', '/bin/sh\n/bin/bash\n'),
    folder('etc/dropbear'),
    file('etc/dropbear/dropbear_ed25519_host_key', await readFile(join(home, 'host-key')), 0o600),
    file('etc/acpi/PWRF/00000080', '#!/bin/sh\nsync; poweroff -f\n', 0o755),
  ];
}
