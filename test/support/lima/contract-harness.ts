/**
 * Machines for the contract suite. All but those that listen have nothing to boot: Lima waits for their guest in vain, for as short
 * as it is told to, and they do no more than be there. What takes a guest, the tests of this engine try on one that boots.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { limaDriver } from '../../../src/drivers/lima/index.ts';
import type { ObjectReference } from '../../../src/drivers/scope.ts';
import { addressOf } from '../../../src/model/address.ts';
import type { DesiredResource } from '../../../src/model/desired.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { desiredResource, patched } from '../contract/desired.ts';
import type { ContractCommands, ContractHarness, ContractWorld, Lacks, Program } from '../contract/harness.ts';
import { freePort } from '../free-port.ts';
import type { LimaGuest } from './guest.ts';
import { PrivateHome } from './private-home.ts';

const run = promisify(execFile);

export const LIMA_LACKS: Lacks = {
  renamed_volumes: 'a disk is called by its machine',
  archives: 'a disk is exported as a whole',
  networks: 'networks of Lima are not made by trueup',
  secrets: 'it takes a guest that boots',
  exec: 'it takes a guest that boots',
  logs: 'it takes a guest that writes',
  pause: 'Lima does not pause machines',
  ends: 'a machine that ends is off',
  killed_is_told: 'Lima calls a machine that was killed stopped',
  asides: 'a machine is not kept aside',
};

const ENGINE = 'host';

export async function limaHarness(guest: LimaGuest): Promise<ContractHarness> {
  const home = await PrivateHome.make();
  const port = await freePort();
  const digest = `sha256:${digestOf(await readFile(guest.image))}`;
  return {
    driver: limaDriver,
    engine: { name: ENGINE, driver: 'lima', settings: { home: home.home } },
    unreachable: { name: 'nowhere', driver: 'lima', settings: { home: '/dev/null/nowhere' } },
    world: worldOf(home),
    commands: COMMANDS,
    vault: { reveal: () => '', mask: (text) => text },
    service: (key, program, config = {}) => machine(key, program, { port, guest }, config),
    volume: diskOf,
    network: () => null,
    mounting: (vm, disk) => {
      const name = disk.key.slice(MACHINE.length + 1);
      return { ...patched(vm, { additional_disks: { [name]: { name, ...DISK } } }), uses: [disk.address] };
    },
    joining: (vm) => vm,
    portOf: () => port,
    edits: { in_place: { labels: { team: 'core' } }, restart: { memory: '40MiB' }, replace: { image: { digest } } },
    // A call of limactl takes 30 to 150 ms, a start as long as it waits for the guest.
    cutsMs: [0, 60, 400],
    end: () => home[Symbol.asyncDispose](),
  };
}

/** No command runs in what has nothing to boot. */
const COMMANDS: ContractCommands = {
  print: () => [],
  exit: () => [],
  printVariable: () => [],
  fill: () => [],
  hang: [],
};

interface Parts {
  readonly port: number;
  readonly guest: LimaGuest;
}

/** Whole, as the loader hands it over. */
function machine(key: string, program: Program, { port, guest }: Parts, config: JsonObject): DesiredResource {
  const isListening = program === 'listens';
  const forward = { host_port: port, guest_port: 8080, protocol: 'tcp', host_ip: '127.0.0.1' };
  const { kernel, initrd, cmdline } = guest;
  const plain = desiredResource('vm', key, {
    engine: ENGINE,
    config: {
      arch: null,
      machine: null,
      accelerator: 'tcg',
      cpus: 1,
      memory: isListening ? '96MiB' : '32MiB',
      disk: '16MiB',
      image: { location: guest.image, digest: null },
      ...(isListening ? { kernel, initrd, cmdline } : { kernel: null, initrd: null, cmdline: null }),
      additional_disks: {},
      mounts: {},
      networks: { user: { name: 'user', mac_address: null } },
      port_forwards: isListening ? { [port]: forward } : {},
      provision: [],
      cloud_init: null,
      environment_variables: {},
      autostart: false,
      run_state: 'running',
      apply_restart: 'on_change',
      // Nobody waits for what never comes; of what listens Lima has its forwards ready in the end.
      ready: { timeout: isListening ? '4m' : '3s' },
      health_check: null,
      dependencies: {},
      labels: {},
      driver_options: {
        vmType: 'qemu',
        plain: true,
        containerd: { system: false, user: false },
        firmware: { legacyBIOS: true },
        video: { display: 'none' },
      },
      stop_grace_period: '1ms',
    },
  });
  return patched(plain, config);
}

/** The machine that has disks. */
const MACHINE = 'web';
const DISK: JsonObject = { size: '1MiB' };

function diskOf(key: string): DesiredResource {
  const own = `${MACHINE}.${key}`;
  const disk = desiredResource('volume', own, { engine: ENGINE, config: { ...DISK } });
  return { ...disk, address: addressOf('volume', own), name: `contract_${own}` };
}

const LONGEST_DATA = 512;

function worldOf(home: PrivateHome): ContractWorld {
  const disks = join(home.home, '_disks');
  const fileOf = (disk: string): string => join(disks, disk, 'datadisk');
  return {
    kill: (vm) => home.kill(vm, 'qemu'),
    pause: () => Promise.reject(new Error('Lima does not pause machines')),
    async remove({ type, name }: ObjectReference) {
      await home.limactl(...(type === 'vm' ? ['delete'] : ['disk', 'delete']), '--force', name);
    },
    write: () => Promise.reject(new Error('nothing writes')),
    async writeData(disk, data) {
      const folder = await mkdtemp(join(tmpdir(), 'tu-lima-data-'));
      const file = join(folder, 'data');
      await writeFile(file, data.padEnd(LONGEST_DATA, '\0'));
      // Whoever runs with it holds it, and writes nothing.
      const image = `driver=qcow2,file.driver=file,file.filename=${fileOf(disk)},file.locking=off`;
      await run('qemu-io', ['--image-opts', '-c', `write -s ${file} 0 ${LONGEST_DATA}`, image]);
      await rm(folder, { recursive: true });
    },
    async readData(disk) {
      const folder = await mkdtemp(join(tmpdir(), 'tu-lima-data-'));
      const file = join(folder, 'data');
      try {
        await run('qemu-img', ['convert', '-U', '-f', 'qcow2', '-O', 'raw', fileOf(disk), file]);
        return (await readFile(file, 'utf8')).replace(/\0+$/, '');
      } catch {
        return null;
      } finally {
        await rm(folder, { recursive: true });
      }
    },
    async hideVolumes() {
      await chmod(disks, 0);
      return () => chmod(disks, 0o700);
    },
    snapshot: () => snapshotOf(home),
  };
}

/** What comes and goes by itself while something runs, and what Lima makes once for all machines. */
const PASSING = /\.(log|sock|sock\..*|pid)$|^_config\//;

/** What Lima lists, and every other file by its content. */
async function snapshotOf(home: PrivateHome): Promise<string> {
  const listed = await home.limactl('list', '--json');
  const found = await readdir(home.home, { recursive: true, withFileTypes: true });
  const names = found
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(home.home.length + 1))
    .filter((name) => !PASSING.test(name));
  const digests = await Promise.all(
    names.toSorted().map(async (name) => `${name} ${digestOf(await readFile(join(home.home, name)))}`),
  );
  return [listed, ...digests].join('\n');
}

function digestOf(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
