/**
 * kill -9 of trueup at its calls of libvirt, while a machine is made, changed and destroyed: the next one puts everything right.
 * Of each deed there is one moment in the first call of each command that changes something: the call is carried out, and nobody
 * hears of it. Before the next call all is as after this one, so of that there is one moment a deed. The machine has nothing to
 * boot: what it is matters, not what runs in it.
 */
import { cp, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ScratchRepo, scratchRepo } from '../../support/cli.ts';
import { buildGuest, type Guest } from '../../support/libvirt/guest.ts';
import { type KillMoment, KillingVirsh } from '../../support/libvirt/killing-virsh.ts';
import { lacksForHost, PrivateHost } from '../../support/libvirt/private-host.ts';

const lacks = lacksForHost();

/** Every call of every deed, which takes an hour. */
const ALL = process.env['TRUEUP_SAMPLES'] === 'all';
const HOUR = 3_600_000;

interface Declared {
  readonly key: string;
  readonly memory: string;
  readonly disk: string;
  readonly data: string;
  readonly moved: string;
}

const PLAIN: Declared = { key: 'box', memory: '96MiB', disk: '20MiB', data: '4MiB', moved: '[]' };

interface Deed {
  readonly title: string;
  /** `null` for nothing at all. */
  readonly from: Declared | null;
  readonly to: Declared | null;
  /** Whether what stands on the further disk outlives it. */
  readonly isDataKept: boolean;
}

const DEEDS: readonly Deed[] = [
  { title: 'created', from: null, to: PLAIN, isDataKept: false },
  { title: 'edited and restarted', from: PLAIN, to: { ...PLAIN, memory: '112MiB' }, isDataKept: true },
  { title: 'given larger disks', from: PLAIN, to: { ...PLAIN, disk: '24MiB', data: '6MiB' }, isDataKept: true },
  { title: 'given other disks', from: { ...PLAIN, disk: '24MiB', data: '6MiB' }, to: PLAIN, isDataKept: false },
  {
    title: 'given another name',
    from: PLAIN,
    to: { ...PLAIN, key: 'crate', moved: '[{ from: vm.box, to: vm.crate }]' },
    isDataKept: true,
  },
  { title: 'destroyed', from: PLAIN, to: null, isDataKept: false },
];

const PRECIOUS = 'precious';
const KILLED = 137;

describe.skipIf(lacks !== null)(`kill -9 of trueup while a machine${lacks === null ? '' : ` (${lacks})`}`, () => {
  let host: PrivateHost;
  let guest: Guest;
  let repo: ScratchRepo;
  let virsh: KillingVirsh;
  const held = new AsyncDisposableStack();
  /** The manifest as it stands in the repo. */
  let standing = '';

  beforeAll(async () => {
    guest = await buildGuest();
    host = held.use(await PrivateHost.start());
    repo = held.use(await scratchRepo({ README: '' }));
    virsh = await KillingVirsh.in(repo.scratch);
  });

  afterAll(() => held.disposeAsync());

  for (const { title, from, to, isDataKept } of DEEDS) {
    it(
      `is ${title}, at a call of each kind, leaves what the next one puts right`,
      async () => {
        const again = await arrange(from);
        const { calls } = await run(to, null);
        await expectRight(to, 'undisturbed');
        const moments = ALL ? everyMoment(calls) : oneOfEach(calls);
        expect(moments).not.toEqual([]);

        for (const { moment, told } of moments) {
          await again();
          if (isDataKept) await writeData();

          expect((await run(to, moment)).status, told).toBe(KILLED);
          await virsh.settled();
          const next = await run(to, null);

          expect(next.status, `${told}\n${next.words}`).toBe(0);
          await expectRight(to, told);
          if (isDataKept) expect(await readData(to), told).toBe(PRECIOUS);
        }
      },
      HOUR,
    );
  }

  it('is started leaves a start of ours: what it says from then on counts', async () => {
    await empty();
    const { key } = PLAIN;
    const boots = `
    kernel: ${guest.kernel}
    initrd: ${guest.initrd}
    cmdline: ${JSON.stringify(guest.cmdline)}
    ready: { serial: "READY after", timeout: 3m }`;
    expect((await run(PLAIN, { call: 'start', when: 'during' }, boots)).status).toBe(KILLED);
    await virsh.settled();
    expect(await host.virsh(`domstate demo-${key}`)).toBe('running');

    const next = await run(PLAIN, null, boots);

    expect(next.status, next.words).toBe(0);
    expect(next.calls.flat()).not.toContain('start');
    await expectRight(PLAIN, 'killed while it was started');
  });

  /** Makes it as it is before a deed, and answers what brings it back there without trueup. */
  async function arrange(declared: Declared | null): Promise<() => Promise<void>> {
    await empty();
    if (declared === null) return empty;
    const { status, words } = await run(declared, null);
    expect(status, words).toBe(0);
    const machine = `demo-${declared.key}`;
    const [pool, state, file] = ['pool', 'state', 'machine.xml'].map((name) => join(repo.scratch, `kept-${name}`));
    await writeFile(file ?? '', await host.virsh(`dumpxml --inactive ${machine}`));
    await host.virsh(`destroy ${machine}`);
    for (const [from = '', to = ''] of [
      [host.pool, pool],
      [stateFolder(), state],
    ]) {
      await rm(to, { recursive: true, force: true });
      await cp(from, to, { recursive: true });
    }
    const restore = async (): Promise<void> => {
      await empty();
      await cp(pool ?? '', host.pool, { recursive: true });
      await cp(state ?? '', stateFolder(), { recursive: true });
      await host.virsh(`pool-refresh default; define ${file}; start ${machine}`);
    };
    await restore();
    return restore;
  }

  const stateFolder = (): string => join(repo.root, '.trueup');

  async function empty(): Promise<void> {
    await host.clear();
    await repo.removeState();
    expect(await host.remains()).toBe('');
  }

  async function run(
    declared: Declared | null,
    moment: KillMoment | null,
    more = '',
  ): Promise<{ readonly status: number; readonly calls: readonly (readonly string[])[]; readonly words: string }> {
    const env = await virsh.environment(repo.env, moment);
    if (declared !== null) await declare(declared, more);
    const args = declared === null ? ['destroy', 'local', '--volumes'] : ['apply', 'local'];
    const { status, stdout, stderr } = await repo.trueup([...args, '--auto-approve'], { env });
    return { status, calls: await virsh.calls(), words: stdout + stderr };
  }

  async function declare({ key, memory, disk, data, moved }: Declared, more: string): Promise<void> {
    const text = `name: local
project: demo
engines: { host: { driver: libvirt, uri: "${host.uri}" } }
moved: ${moved}
vms:
  ${key}:
    engine: host
    accelerator: tcg
    memory: ${memory}
    image: ${guest.image}
    disk: ${disk}
    additional_disks: [{ name: data, size: ${data}, format: raw }]
    provision: ["true"]
    apply_restart: on_change
    stop_grace_period: 500ms
    deletion_policy: delete${more}
`;
    if (text === standing) return;
    standing = text;
    await repo.write({ 'environments/local/environment.yaml': text });
    await repo.commit();
  }

  /** Nothing more to do, nothing twice, and nothing that nobody knows of. */
  async function expectRight(declared: Declared | null, told: string): Promise<void> {
    expect([...(await readdir(host.pool))].toSorted(), told).toEqual(filesOf(declared));
    const names = (await host.virsh('list --all --name')).split('\n').filter((name) => name !== '');
    expect(names, told).toEqual(declared === null ? [] : [`demo-${declared.key}`]);
    if (declared === null) return;
    const { stdout } = await repo.trueup(['plan', 'local']);
    expect(stdout, told).toMatch(/^No changes/);
    expect(await host.virsh(`domstate demo-${declared.key}`), told).toBe('running');
  }

  function filesOf(declared: Declared | null): readonly unknown[] {
    if (declared === null) return [];
    const own = ['console', 'data', 'data.trueup', 'disk', 'disk.trueup'].map((name) => `demo-${declared.key}.${name}`);
    const like = (pattern: RegExp): unknown => expect.stringMatching(pattern);
    return [
      ...own,
      like(/^demo-\w+\.seed-[0-9a-f]{16}$/),
      like(/^trueup-base-sha256-[0-9a-f]+$/),
      like(/^trueup-base-sha256-[0-9a-f]+\.trueup$/),
    ];
  }

  async function writeData(): Promise<void> {
    await repo.write({ '../precious': PRECIOUS });
    await host.virsh(`vol-upload --pool default demo-box.data ${repo.scratch}/precious --length ${PRECIOUS.length}`);
  }

  async function readData(declared: Declared | null): Promise<string> {
    const file = `${repo.scratch}/read`;
    const volume = `demo-${declared?.key ?? 'box'}.data`;
    await host.virsh(`vol-download --pool default ${volume} ${file} --length ${PRECIOUS.length}`);
    return repo.read('../read');
  }
});

interface Placed {
  readonly moment: KillMoment;
  /** For who reads that it failed. */
  readonly told: string;
}

function everyMoment(calls: readonly (readonly string[])[]): readonly Placed[] {
  return calls.flatMap((names, index) => [placed(names, index, 'before'), placed(names, index, 'during')]);
}

/** In the first call of each command, and before the last of these. */
function oneOfEach(calls: readonly (readonly string[])[]): readonly Placed[] {
  const seen = new Set<string>();
  const first = [...calls.entries()].filter(([, names]) => {
    const fresh = names.filter((name) => !seen.has(name));
    for (const name of fresh) seen.add(name);
    return fresh.length > 0;
  });
  return first.flatMap(([index, names], place) => [
    ...(place === first.length - 1 ? [placed(names, index, 'before')] : []),
    placed(names, index, 'during'),
  ]);
}

function placed(names: readonly string[], index: number, when: KillMoment['when']): Placed {
  return { moment: { call: index + 1, when }, told: `killed ${when} call ${index + 1}: ${names.join(', ')}` };
}
