/** A small Debian as the ground of a node, of this machine's own release, so that what was built here finds its libraries. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ENGINE_CACHE } from '../docker/build-programs.ts';

const run = promisify(execFile);

const VERSION = 1;

const PACKAGES = [
  'bash',
  'ca-certificates',
  'conntrack',
  'curl',
  'e2fsprogs',
  'ethtool',
  'iproute2',
  'iptables',
  'jq',
  'kmod',
  'libseccomp2',
  'mount',
  'procps',
  'systemd',
  'util-linux',
];

/** What nobody needs in a node. */
const SPARED = ['var/cache/apt', 'var/lib/apt/lists', 'usr/share/doc', 'usr/share/man', 'usr/share/locale'];

/** Its folder, which is not to be changed. Takes minutes the first time. */
export async function baseSystem(): Promise<string> {
  const suite = /^VERSION_CODENAME=(\S+)$/m.exec(await readFile('/etc/os-release', 'utf8'))?.[1] ?? 'stable';
  const base = join(ENGINE_CACHE, `base-${suite}-${VERSION}`);
  if (existsSync(base)) return base;
  const work = await mkdtemp(join(ENGINE_CACHE, 'base-new-'));
  try {
    const { stdout } = await run('apt-get', ['indextargets', '--format', '$(REPO_URI)']);
    const mirror = stdout.split('\n').find((uri) => /\/debian\/?$/.test(uri));
    if (mirror === undefined) throw new Error('the lists of packages name no Debian: run apt-get update');
    const options = ['--variant=minbase', `--include=${PACKAGES.join(',')}`];
    // What it mounts meanwhile is gone with its name space.
    await run('unshare', ['--mount', 'debootstrap', ...options, suite, work, mirror], { maxBuffer: 64 * 1024 * 1024 });
    await Promise.all(SPARED.map((path) => rm(join(work, path), { recursive: true, force: true })));
    // Whoever was faster has made the same.
    await rename(work, base).catch((error: unknown) => (existsSync(base) ? undefined : Promise.reject(error)));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return base;
}
