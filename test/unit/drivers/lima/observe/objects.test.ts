import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type MachineSight } from '../../../../../src/drivers/lima/observe/look.ts';
import { machineObject, originIn } from '../../../../../src/drivers/lima/observe/objects.ts';
import { keptOfMachine } from '../../../../../src/drivers/lima/marks.ts';
import { listOf } from '../../../../../src/drivers/lima/template/write.ts';
import { machineFiles } from '../../../../../src/drivers/lima/places.ts';
import { isJsonObject, type JsonObject, parseJson } from '../../../../../src/model/json.ts';
import type { Ownership } from '../../../../../src/model/observed.ts';
import { SEALER } from '../../../../support/sealer.ts';
import { machine } from '../machine.ts';
import { recorded } from '../recorded.ts';

const ID = 'e0a1c8f4-7d7b-4b0e-9c59-0f6f3d1f5a77';

const OPTIONS = {
  vmType: 'qemu',
  plain: true,
  containerd: { system: false, user: false },
  firmware: { legacyBIOS: true },
  video: { display: 'none' },
};

function group(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}

const LISTED = group(parseJson(recorded('running.json')));
const TEMPLATE = group(LISTED['config']);
const USUAL = group(parse(recorded('usual.yaml')));
/** As Lima would fill in a machine in plain mode. */
const FALLBACK: JsonObject = {
  ...USUAL,
  plain: true,
  timezone: '',
  containerd: { ...group(USUAL['containerd']), user: false },
};

function sight(template: JsonObject = TEMPLATE, changed: Partial<MachineSight> = {}): MachineSight {
  const { config } = machine({
    driver_options: OPTIONS,
    provision: [{ mode: 'system', script: 'echo hello {{you}} >/run/hello' }],
  });
  const origin = originIn(TEMPLATE);
  const ownership: Ownership = {
    owner: 'me',
    project: 'demo',
    environment: 'local',
    address: 'vm.box',
    checkout: null,
    created_revision: null,
  };
  return {
    name: 'demo-box',
    status: 'Running',
    listed: LISTED,
    template,
    files: machineFiles({ name: 'host', home: '/home/user/.lima' }, 'demo-box'),
    mark: {
      ownership,
      kept: keptOfMachine('demo-box', config, 'tcg', { id: ID, origin }),
    },
    unfinished: null,
    hasDisk: true,
    wasStarted: true,
    times: { created: 1000, template: 1000, applied: 1000, started: null, run: 2000, events: 2000 },
    isAgentAlive: false,
    agent: {
      isRunning: true,
      isDegraded: false,
      isExiting: false,
      errors: [],
      isCloudInitDone: false,
      cloudInitLine: null,
    },
    ...changed,
  };
}

function seen(machineSight: MachineSight, started: JsonObject | null = null): ReturnType<typeof machineObject> {
  return machineObject(machineSight, {
    sealer: SEALER,
    fallback: FALLBACK,
    usual: USUAL,
    applied: null,
    started,
    accelerator: 'tcg',
  });
}

describe('a machine of Lima', () => {
  it('is seen in the shape of what was declared', () => {
    const { configured, effective, holds_data: holdsData, ownership } = seen(sight());

    expect(configured).toMatchObject({
      arch: 'x86_64',
      cpus: 1,
      memory: '112MiB',
      disk: '24MiB',
      image: { location: '/images/disk.qcow2', digest: null },
      kernel: '/images/vmlinuz',
      initrd: '/images/initrd',
      additional_disks: { data: { name: 'data' } },
      networks: { user: { name: 'user', mac_address: null } },
      provision: [{ mode: 'system', script: 'echo hello {{you}} >/run/hello' }],
      run_state: 'running',
      uses: ['volume.box.data'],
      defined: true,
      ignored_edits: null,
      accelerator: 'tcg',
    });
    expect(configured['driver_options']).toMatchObject(OPTIONS);
    expect({ effective, holdsData, address: ownership?.address }).toEqual({
      effective: null,
      holdsData: true,
      address: 'vm.box',
    });
  });

  it('tells what Lima would fill in from what somebody wrote', () => {
    const { configured, defaults } = seen(sight({ ...TEMPLATE, message: 'hello', tpm: false }));

    expect(configured['driver_options']).toMatchObject({ message: 'hello' });
    expect(configured['driver_options']).not.toHaveProperty('tpm');
    expect(defaults).toMatchObject({
      disk: '100GiB',
      arch: 'x86_64',
      driver_options: { vmType: 'qemu', plain: false },
    });
  });

  it('is what it was made from, whatever its template says later', () => {
    const [image] = listOf(TEMPLATE['images']);
    const edited = { ...TEMPLATE, images: [{ ...group(image), location: '/other.qcow2' }], plain: false };
    const { configured } = seen(sight(edited));

    expect(configured['image']).toEqual({ location: '/images/disk.qcow2', digest: null });
    expect(configured['driver_options']).toMatchObject({ plain: true });
    expect(configured['ignored_edits']).toMatchObject({ image: { location: '/other.qcow2' } });
  });

  it('runs with what it was started with, and says so where that is otherwise now', () => {
    const { effective } = seen(sight(), { ...TEMPLATE, memory: '128MiB', additionalDisks: [] });

    expect(effective).toEqual({ memory: '128MiB', additional_disks: { data: null } });
  });

  it('has its secrets sealed', () => {
    const { config } = machine({ environment_variables: { TOKEN: { $secret: 'x' }, PLAIN: 'y' } });
    const kept = keptOfMachine('demo-box', config, 'tcg', { id: null, origin: originIn(TEMPLATE) });
    const mark = sight().mark;
    const template = { ...TEMPLATE, env: { TOKEN: 'hush', PLAIN: 'y' } };
    const { configured } = seen(sight(template, { mark: mark === null ? null : { ...mark, kept } }));

    expect(configured['environment_variables']).toEqual({ TOKEN: SEALER.seal('hush'), PLAIN: 'y' });
  });

  it('that was not made to its end holds no data', () => {
    const { mark } = sight();
    const begun = { name: 'demo-box', config: { cpus: 3, protect: true } };
    const unfinished = mark === null ? null : { mark: { ...mark, kept: begun }, template: '' };
    const { configured, holds_data: holdsData } = seen(sight(TEMPLATE, { mark: null, unfinished }));

    expect(configured).toMatchObject({ cpus: 3, protect: false });
    expect({ defined: configured['defined'], run: configured['run_state'], holdsData }).toEqual({
      defined: false,
      run: 'created',
      holdsData: false,
    });
  });

  it.each<[string, Partial<MachineSight>, object]>([
    ['boots', { agent: null }, { run_state: 'running', vm_status: 'Starting' }],
    ['is broken', { status: 'Broken' }, { run_state: 'dead', vm_status: 'Error' }],
    ['has no readable template', { status: '', template: null }, { run_state: 'stopped', vm_status: 'Error' }],
    [
      'runs without a readable template',
      { status: 'Broken', template: null, isAgentAlive: true },
      { run_state: 'running', vm_status: 'Error' },
    ],
    ['is stopped', { status: 'Stopped' }, { run_state: 'stopped' }],
  ])('that %s is told as such', (_, changed, expected) => {
    expect(seen(sight(TEMPLATE, changed)).status).toMatchObject(expected);
  });
});
