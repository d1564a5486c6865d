/**
 * Machines for the contract suite: they have nothing to boot, and do no more than be there. What takes a guest, the tests of this
 * engine try on one that boots.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { libvirtDriver } from '../../../src/drivers/libvirt/index.ts';
import type { ObjectReference } from '../../../src/drivers/scope.ts';
import { addressOf } from '../../../src/model/address.ts';
import type { DesiredResource } from '../../../src/model/desired.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { desiredResource, patched } from '../contract/desired.ts';
import type { ContractCommands, ContractHarness, ContractWorld, Lacks, Program } from '../contract/harness.ts';
import { freePort } from '../free-port.ts';
import type { PrivateHost } from './private-host.ts';

export const LIBVIRT_LACKS: Lacks = {
  renamed_volumes: 'a disk is called by its machine',
  archives: 'a disk is exported as a whole',
  networks: 'networks of libvirt are not made by trueup',
  secrets: 'nothing hands variables to a guest',
  exec: 'it takes a guest that boots',
  logs: 'it takes a guest that writes',
  ends: 'a machine that ends is off',
  asides: 'a machine is not kept aside',
  replace_fields: 'but for its processor, which takes another host, nothing takes a new machine',
};

const ENGINE = 'host';

export async function libvirtHarness(host: PrivateHost): Promise<ContractHarness> {
  const port = await freePort();
  return {
    driver: libvirtDriver,
    engine: { name: ENGINE, driver: 'libvirt', settings: { uri: host.uri } },
    unreachable: { name: 'nowhere', driver: 'libvirt', settings: { uri: 'qemu:///system?socket=/nowhere/socket' } },
    world: worldOf(host),
    commands: COMMANDS,
    vault: { reveal: () => '', mask: (text) => text },
    service: (key, program, config = {}) => machine(key, program, port, config),
    volume: diskOf,
    network: () => null,
    mounting: (vm, disk) => {
      const name = disk.key.slice(MACHINE.length + 1);
      return { ...patched(vm, { additional_disks: { [name]: { name, ...DISK } } }), uses: [disk.address] };
    },
    joining: (vm) => vm,
    portOf: () => port,
    edits: { in_place: { labels: { team: 'core' } }, restart: { memory: '40MiB' }, replace: null },
    // A call of virsh takes some 50 ms, and a step has three to six of them: the first of them looks, the others change something.
    cutsMs: [30, 180],
    end: () => host.clear(),
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

/** Whole, as the loader hands it over. */
function machine(key: string, program: Program, port: number, config: JsonObject): DesiredResource {
  const forward = { host_port: port, guest_port: 22, protocol: 'tcp', host_ip: '127.0.0.1' };
  const plain = desiredResource('vm', key, {
    engine: ENGINE,
    config: {
      arch: null,
      machine: null,
      accelerator: 'tcg',
      cpus: 1,
      memory: '32MiB',
      disk: null,
      image: null,
      kernel: null,
      initrd: null,
      cmdline: null,
      additional_disks: {},
      mounts: {},
      networks: { user: { name: 'user', mac_address: null } },
      port_forwards: program === 'listens' ? { [port]: forward } : {},
      provision: [],
      cloud_init: null,
      environment_variables: {},
      autostart: false,
      run_state: 'running',
      apply_restart: 'on_change',
      ready: null,
      health_check: null,
      dependencies: {},
      labels: {},
      driver_options: {},
      stop_grace_period: '1ms',
    },
  });
  return patched(plain, config);
}

/** The machine that has disks. */
const MACHINE = 'web';
const DISK: JsonObject = { size: '1MiB', format: 'raw' };

function diskOf(key: string): DesiredResource {
  const own = `${MACHINE}.${key}`;
  const disk = desiredResource('volume', own, { engine: ENGINE, config: { ...DISK, image: null } });
  return { ...disk, address: addressOf('volume', own), name: `contract_${own}` };
}

function worldOf(host: PrivateHost): ContractWorld {
  return {
    kill: (vm) => host.kill(vm),
    async pause(vm) {
      await host.virsh(`suspend ${vm}`);
    },
    async remove({ type, name }: ObjectReference) {
      if (type === 'vm') {
        await host.virsh(`destroy ${name}`).catch(() => undefined);
        await host.virsh(`undefine ${name} --managed-save`);
      } else await host.virsh(`vol-delete --pool default ${name}`);
    },
    write: () => Promise.reject(new Error('nothing writes')),
    async writeData(volume, data) {
      const file = join(host.folder, 'precious');
      await writeFile(file, data);
      await host.virsh(`vol-upload --pool default ${volume} ${file} --length ${data.length}`);
      await rm(file);
    },
    readData: (volume) =>
      readFile(join(host.pool, volume), 'utf8').then(
        (text) => text.replace(/\0+$/, ''),
        () => null,
      ),
    async hideVolumes() {
      await host.virsh('pool-destroy default');
      return async () => {
        await host.virsh('pool-start default');
      };
    },
    snapshot: () => snapshotOf(host),
  };
}

/** Definitions, what runs since when, and every file of the pool by its content. */
async function snapshotOf(host: PrivateHost): Promise<string> {
  const names = (await host.virsh('list --all --name'))
    .split('\n')
    .filter((name) => name !== '')
    .toSorted();
  const definitions = await Promise.all(
    names.map((name) => host.virsh(`dumpxml --inactive ${name}; domstate --reason ${name}; dominfo ${name}`)),
  );
  const files = (await readdir(host.pool)).filter((name) => !name.endsWith('.console')).toSorted();
  const digests = await Promise.all(
    files.map(
      async (name) =>
        `${name} ${createHash('sha256')
          .update(await readFile(join(host.pool, name)))
          .digest('hex')}`,
    ),
  );
  return [...definitions.map((text) => text.replace(/^CPU time:.*$/gm, '')), ...digests].join('\n');
}
