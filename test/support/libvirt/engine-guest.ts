/**
 * A guest as people have them: a whole Debian with cloud-init, ssh and a Docker Engine, booted by the firmware from its disk. Of
 * what Debian starts by itself only that is left, so that it is there in a minute or two without KVM. Built once, into the cache
 * folder of the engines of tests, with the settings of apt that this machine has.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { basename, delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ENGINE_CACHE } from '../docker/build-programs.ts';
import { baseSystem } from '../kind/base-system.ts';
import { writeBootableDisk } from './bootable-disk.ts';

const run = promisify(execFile);

/** Raised with what is in the guest: another one is built then. */
const VERSION = 1;

const PACKAGES: readonly string[] = [
  'busybox-static',
  'cloud-init',
  'dbus',
  'docker.io',
  'grub-common',
  'grub-pc-bin',
  'initramfs-tools',
  'linux-image-cloud-amd64',
  'openssh-server',
  'systemd-sysv',
  'udev',
];

/** What it is built with here, by the command that is looked for. */
const COMMANDS: Readonly<Record<string, string>> = {
  'apt-get': 'apt',
  chroot: 'coreutils',
  debootstrap: 'debootstrap',
  mke2fs: 'e2fsprogs',
  'qemu-img': 'qemu-utils',
  unshare: 'util-linux',
};

/** AppArmor's parser takes longer without KVM than all that is tried here. */
const CMDLINE =
  'console=ttyS0 quiet net.ifnames=0 apparmor=0 mitigations=off nokaslr cryptomgr.notests tsc=reliable no_timer_check random.trust_cpu=on ipv6.disable=1';

/** By their paths in the guest, before packages are installed. */
const BEFORE: Readonly<Record<string, string>> = {
  'etc/initramfs-tools/conf.d/guest': 'MODULES=list\n',
  'usr/share/initramfs-tools/modules.d/guest': 'virtio_pci\nvirtio_blk\next4\n',
  // Nothing is started while it is built.
  'usr/sbin/policy-rc.d': '#!/bin/sh\nexit 101\n',
};

/** Of what cloud-init can do, each part loads for a second or more. */
const CLOUD_INIT = {
  datasource_list: ['NoCloud'],
  ssh_genkeytypes: ['ed25519'],
  cloud_init_modules: ['bootcmd', 'write-files', 'set_hostname', 'users-groups', 'ssh'],
  cloud_config_modules: ['runcmd'],
  cloud_final_modules: ['scripts-vendor', 'scripts-per-boot', 'scripts-per-instance', 'scripts-user', 'final-message'],
};

const AFTER: Readonly<Record<string, string>> = {
  'etc/hostname': 'guest\n',
  'etc/machine-id': '',
  'etc/systemd/journald.conf.d/guest.conf': '[Journal]\nStorage=volatile\n',
  'etc/cloud/cloud.cfg.d/99-guest.cfg': Object.entries(CLOUD_INIT)
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}\n`)
    .join(''),
};

/** What nobody needs who only stays for a while. */
const MASKED: readonly string[] = [
  'apt-daily.timer',
  'apt-daily-upgrade.timer',
  'dpkg-db-backup.timer',
  'e2scrub_all.timer',
  'e2scrub_reap.service',
  'fstrim.timer',
  'getty@tty1.service',
  'systemd-timesyncd.service',
];

const SPARED: readonly string[] = [
  'etc/ssh/ssh_host_*',
  'usr/sbin/policy-rc.d',
  'usr/share/doc',
  'usr/share/locale',
  'usr/share/man',
  'var/cache/apt',
  'var/log/*',
];

/** Packages that it cannot be built without; empty where all are there. */
export function lacksForEngineGuest(): readonly string[] {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return Object.entries(COMMANDS).flatMap(([command, name]) =>
    folders.some((folder) => existsSync(join(folder, command))) ? [] : [name],
  );
}

/** Resolves with its image, which is never written. Takes minutes the first time. */
export async function engineGuestImage(): Promise<string> {
  const base = await baseSystem();
  const image = join(ENGINE_CACHE, `engine-guest-${basename(base)}-${VERSION}.qcow2`);
  if (existsSync(image)) return image;
  const work = await mkdtemp(join(ENGINE_CACHE, 'engine-guest-new-'));
  try {
    const root = join(work, 'root');
    await run('cp', ['-a', base, root]);
    await writeFiles(root, BEFORE);
    await install(root);
    await settle(root);
    await writeBootableDisk(root, CMDLINE, join(work, 'disk.qcow2'));
    await rename(join(work, 'disk.qcow2'), image);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return image;
}

async function writeFiles(root: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    const place = join(root, path);
    await mkdir(dirname(place), { recursive: true });
    // A script to be run, or read by somebody who does not mind.
    await writeFile(place, text, { mode: text.startsWith('#!') ? 0o755 : 0o644 });
  }
}

/** By this machine's own apt, from where it gets its own packages: nothing of its settings gets into the guest. */
async function install(root: string): Promise<void> {
  const archives = join(root, 'var/cache/apt/archives');
  await mkdir(join(archives, 'partial'), { recursive: true });
  const settings: Readonly<Record<string, string>> = {
    'Dir::State::status': join(root, 'var/lib/dpkg/status'),
    'Dir::State::extended_states': join(root, 'var/lib/apt/extended_states'),
    'Dir::Cache::archives': archives,
    'Dir::Log': join(root, 'var/log'),
    'DPkg::Chroot-Directory': root,
    // What is lost with the power of this machine is built anew.
    'DPkg::Options::': '--force-unsafe-io',
    'APT::Install-Recommends': 'false',
    'APT::Sandbox::User': 'root',
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };
  // What it starts and mounts is gone with its name spaces.
  const isolated = ['--mount', '--pid', '--fork', '--kill-child', `--mount-proc=${join(root, 'proc')}`];
  const command = ['apt-get', 'install', '--yes', '--quiet=2', ...options, ...PACKAGES];
  await run('unshare', [...isolated, ...command], { env, maxBuffer: 64 * 1024 * 1024 });
}

async function settle(root: string): Promise<void> {
  await writeFiles(root, AFTER);
  await run('chroot', [root, 'systemctl', '--quiet', 'enable', 'systemd-networkd']);
  await run('chroot', [root, 'systemctl', '--quiet', 'mask', ...MASKED]);
  await run('sh', ['-c', `rm -rf ${SPARED.join(' ')}`], { cwd: root });
}
