/**
 * A libvirt of our own, in a private mount namespace: its configuration, state and sockets lie in one folder, and nothing of the
 * machine's own libvirt is seen or touched. It is stopped by its process alone.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from '../eventually.ts';
import { lacksForGuest } from './guest.ts';

const run = promisify(execFile);

/** Folders of the machine's libvirt, over which ours are laid. */
const FOLDERS: Readonly<Record<string, string>> = {
  etc: '/etc/libvirt',
  run: '/run/libvirt',
  lib: '/var/lib/libvirt',
  log: '/var/log/libvirt',
  cache: '/var/cache/libvirt',
};

/** As root, QEMU can open what libvirt has probed: else that is probed anew at every definition, for a minute each. */
const QEMU_CONF = `user = "root"
group = "root"
security_driver = "none"
namespaces = []
cgroup_controllers = []
remember_owner = 0
`;

const COMMANDS: Readonly<Record<string, string>> = {
  virsh: 'libvirt-clients',
  libvirtd: 'libvirt-daemon-system',
  virtlogd: 'libvirt-daemon-system',
  'qemu-system-x86_64': 'qemu-system-x86',
  unshare: 'util-linux',
  perl: 'perl-base',
};

/**
 * Whoever starts machines takes them from their parents, and sees them end: where the first process of the system is slow to, a
 * machine that was switched off is waited for as long, and where it never does, for ever. 36 is PR_SET_CHILD_SUBREAPER.
 */
const AS_REAPER = ['-e', 'syscall(157, 36, 1, 0, 0, 0) == 0 or die $!; exec { $ARGV[0] } @ARGV or die $!'];

/** Why no libvirt can be had here; `null` where it can. */
export function lacksForHost(): string | null {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'libvirt: needs Linux on x86_64';
  if (process.getuid?.() !== 0) return 'libvirt: needs root, for a mount namespace';
  const places = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  const missing = Object.entries(COMMANDS)
    .filter(([name]) => !places.some((place) => existsSync(join(place, name))))
    .map(([, name]) => name);
  const lacks = [...new Set([...missing, ...lacksForGuest()])];
  return lacks.length === 0 ? null : `libvirt: needs ${lacks.join(', ')}`;
}

export class PrivateHost implements AsyncDisposable {
  readonly folder: string;
  readonly uri: string;
  readonly pool: string;
  readonly #daemon: ChildProcess;

  private constructor(folder: string, daemon: ChildProcess) {
    this.folder = folder;
    this.uri = `qemu:///system?socket=${join(folder, 'sock', 'libvirt-sock')}`;
    this.pool = join(folder, 'pool');
    this.#daemon = daemon;
  }

  /** Resolves once it answers, with a storage pool named `default`. */
  static async start({ poolSize }: { readonly poolSize?: string } = {}): Promise<PrivateHost> {
    const folder = await mkdtemp(join(tmpdir(), 'trueup-libvirt-'));
    const pool = join(folder, 'pool');
    if (poolSize !== undefined) {
      await mkdir(pool);
      await run('mount', ['-t', 'tmpfs', '-o', `size=${poolSize}`, 'tmpfs', pool]);
    }
    await using starting = new AsyncDisposableStack();
    const host = starting.use(new PrivateHost(folder, await startDaemons(folder)));
    await eventually(() => host.virsh('version').then(Boolean, () => false), 'libvirt to answer');
    await host.virsh(`pool-define-as default dir --target ${host.pool}`);
    await host.virsh('pool-start default');
    starting.move();
    return host;
  }

  /** What virsh prints; rejects where it complains. */
  async virsh(commands: string): Promise<string> {
    const env = { ...process.env, LC_ALL: 'C' };
    const { stdout, stderr } = await run('virsh', ['--quiet', '--connect', this.uri, commands], { env });
    if (stderr.trim() !== '') throw new Error(stderr.trim());
    return stdout.trim();
  }

  /** Of the process that a machine is. */
  async pid(machine: string): Promise<number> {
    return Number(await readFile(join(this.folder, 'run', 'qemu', `${machine}.pid`), 'utf8'));
  }

  /** Ends the process of a machine as a crash does. */
  async kill(machine: string): Promise<void> {
    process.kill(await this.pid(machine), 'SIGKILL');
    await eventually(async () => !(await this.virsh('list --name')).split('\n').includes(machine), 'QEMU to be gone');
  }

  /** Ends libvirt itself, or what writes consoles down, as a crash does. Machines go on. */
  async endDaemon(name: (typeof DAEMONS)[number]): Promise<void> {
    await writeFile(join(this.folder, 'hold'), '');
    const pid = Number(await readFile(join(this.folder, `${name}.pid`), 'utf8'));
    process.kill(pid, 'SIGKILL');
    await eventually(() => !existsSync(`/proc/${pid}`), `${name} to be gone`);
  }

  /** Starts both anew where they have ended. */
  async startDaemons(): Promise<void> {
    await rm(join(this.folder, 'hold'), { force: true });
    await eventually(() => this.virsh('version').then(Boolean, () => false), 'libvirt to answer again');
  }

  /** Everything that is left: machines, and files of the pool. */
  async remains(): Promise<string> {
    return [await this.virsh('list --all --name'), await this.virsh('vol-list default')].join('\n').trim();
  }

  /** Removes all machines and everything in the pool. */
  async clear(): Promise<void> {
    const lists = ['list --name', 'list --all --persistent --name', 'vol-list default'];
    const texts = (await this.virsh(lists.join(`; echo ${MARK}; `))).split(MARK);
    const [active = [], persistent = [], volumes = []] = texts.map(firstWords);
    const commands = [
      ...active.map((name) => `destroy '${name}'`),
      ...persistent.map((name) => `undefine '${name}' --managed-save --snapshots-metadata`),
      ...volumes.map((name) => `vol-delete --pool default '${name}'`),
    ];
    if (commands.length > 0) await this.virsh(commands.join('; '));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const left = (await this.virsh('list --name').catch(() => '')).split('\n').filter((name) => name !== '');
    for (const name of left) await this.virsh(`destroy '${name}'`).catch(() => undefined);
    await this.#endDaemons();
    await run('umount', [this.pool]).catch(() => undefined);
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Whoever does not hear that it is over is ended by force. */
  async #endDaemons(): Promise<void> {
    const isGone = (): boolean => this.#daemon.exitCode !== null || this.#daemon.signalCode !== null;
    if (isGone()) return;
    const overdue = setTimeout(() => void this.#killDaemons(), LONGEST_END_MS);
    const gone = once(this.#daemon, 'exit');
    this.#daemon.kill('SIGTERM');
    if (!isGone()) await gone;
    clearTimeout(overdue);
  }

  async #killDaemons(): Promise<void> {
    // First what holds them back from coming again.
    this.#daemon.kill('SIGKILL');
    for (const name of DAEMONS) {
      const pid = Number(await readFile(join(this.folder, `${name}.pid`), 'utf8').catch(() => ''));
      if (pid > 0 && existsSync(`/proc/${pid}`)) process.kill(pid, 'SIGKILL');
    }
  }
}

/** Between the answers to several commands. */
const MARK = '@@next@@';

function firstWords(text: string): readonly string[] {
  return text.split('\n').flatMap((line) => line.trim().split(/\s+/)[0] || []);
}

const DAEMONS = ['libvirtd', 'virtlogd'] as const;
const LONGEST_END_MS = 30_000;

async function startDaemons(folder: string): Promise<ChildProcess> {
  for (const name of [...Object.keys(FOLDERS), 'sock', 'pool']) await mkdir(join(folder, name), { recursive: true });
  await cp(FOLDERS['etc'] ?? '', join(folder, 'etc'), { recursive: true });
  // Networks of the machine are not ours to start.
  await rm(join(folder, 'etc/qemu/networks/autostart'), { recursive: true, force: true });
  await writeFile(join(folder, 'etc/qemu.conf'), QEMU_CONF);
  // Consoles are rolled at a sixteenth of what is usual: a guest without KVM writes slowly.
  await writeFile(join(folder, 'etc/virtlogd.conf'), `max_size = ${128 * 1024}\n`);
  const settings = { unix_sock_dir: join(folder, 'sock'), auth_unix_rw: 'none', auth_unix_ro: 'none' };
  const conf = Object.entries(settings).map(([name, value]) => `${name} = "${value}"\n`);
  await writeFile(join(folder, 'libvirtd.conf'), conf.join(''));
  const mounts = Object.entries(FOLDERS).map(
    ([name, place]) => `mkdir -p ${place}; mount --bind ${join(folder, name)} ${place}`,
  );
  const script = [
    ...mounts,
    // Who ends one of them holds both back until it has seen enough.
    'trap "kill \\$daemon; wait \\$daemon; kill \\$logs; wait \\$logs; exit 0" TERM',
    'while :; do',
    `  kill -0 "$logs" 2>/dev/null || { virtlogd -p ${join(folder, 'virtlogd.pid')} & logs=$!; }`,
    `  kill -0 "$daemon" 2>/dev/null || { libvirtd -f ${join(folder, 'libvirtd.conf')} -p ${join(folder, 'libvirtd.pid')} & daemon=$!; }`,
    '  wait -n "$daemon" "$logs"',
    `  while [ -e ${join(folder, 'hold')} ]; do sleep 0.1; done`,
    'done',
  ].join('\n');
  const output = openSync(join(folder, 'log.txt'), 'a');
  const isolated = ['unshare', '--mount', '--propagation', 'private', 'bash', '-c', script];
  return spawn('perl', [...AS_REAPER, ...isolated], {
    stdio: ['ignore', output, output],
    env: { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` },
  });
}
