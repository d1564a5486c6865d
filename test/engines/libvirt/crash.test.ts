import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomFrom, seedNow } from '../../support/chaos/random.ts';
import { type ScratchRepo, scratchRepo } from '../../support/cli.ts';
import { buildGuest, type Guest } from '../../support/libvirt/guest.ts';
import { type KillMoment, KillingVirsh } from '../../support/libvirt/killing-virsh.ts';
import { lacksForHost, PrivateHost } from '../../support/libvirt/private-host.ts';

const lacks = lacksForHost();

/** How many moments of each deed; `TRUEUP_SAMPLES=all` is every one, `TRUEUP_SEED` takes the same ones again. */
const SAMPLES =
  process.env['TRUEUP_SAMPLES'] === 'all' ? Number.POSITIVE_INFINITY : Number(process.env['TRUEUP_SAMPLES'] ?? 4);
const SEED = seedNow();
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

describe.skipIf(lacks !== null)(`kill -9 of trueup while a machine${lacks === null ? '' : ` (${lacks})`}`, () => {
  let host: PrivateHost;
  let guest: Guest;
  let repo: ScratchRepo;
  let virsh: KillingVirsh;

  beforeAll(async () => {
    guest = await buildGuest();
    host = await PrivateHost.start();
    repo = await scratchRepo({ README: '' });
    virsh = await KillingVirsh.in(repo.scratch);
  });

  afterAll(async () => {
    await repo[Symbol.asyncDispose]();
    await host[Symbol.asyncDispose]();
  });

  for (const { title, from, to, isDataKept } of DEEDS) {
    it(
      `is ${title}, at calls of libvirt (TRUEUP_SEED=${SEED}), leaves what the next one puts right`,
      async () => {
        await arrange(from);
        const calls = await run(to, null);
        await expectRight(to, 'undisturbed');

        for (const moment of sampled(calls.count)) {
          await arrange(from);
          if (isDataKept) await writeData();
          const { status } = await run(to, moment);
          expect([0, 137], `${moment.call} of ${calls.count}`).toContain(status);
          const told = `killed ${moment.when} call ${moment.call} of ${calls.count} (TRUEUP_SEED=${SEED})`;

          const again = await run(to, null);

          expect(again.status, `${told}\n${again.words}`).toBe(0);
          await expectRight(to, told);
          if (isDataKept) expect(await readData(to), told).toBe(PRECIOUS);
        }
      },
      HOUR,
    );
  }

  /** As it was before, whatever came meanwhile. */
  async function arrange(declared: Declared | null): Promise<void> {
    await declare(PLAIN);
    const gone = await repo.trueup(['destroy', 'local', '--volumes', '--auto-approve']);
    expect(gone.status, gone.stdout + gone.stderr).toBe(0);
    expect(await host.remains()).toBe('');
    if (declared === null) return;
    const { status, words } = await run(declared, null);
    expect(status, words).toBe(0);
  }

  async function run(
    declared: Declared | null,
    moment: KillMoment | null,
  ): Promise<{ readonly status: number; readonly count: number; readonly words: string }> {
    const env = await virsh.environment(repo.env, moment);
    if (declared !== null) await declare(declared);
    const args = declared === null ? ['destroy', 'local', '--volumes'] : ['apply', 'local'];
    const { status, stdout, stderr } = await repo.trueup([...args, '--auto-approve'], { env });
    return { status, count: await virsh.calls(), words: stdout + stderr };
  }

  async function declare({ key, memory, disk, data, moved }: Declared): Promise<void> {
    await repo.write({
      'environments/local/environment.yaml': `name: local
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
    kernel: ${guest.kernel}
    initrd: ${guest.initrd}
    cmdline: "${guest.cmdline}"
    additional_disks: [{ name: data, size: ${data}, format: raw }]
    provision: ["true"]
    apply_restart: on_change
    stop_grace_period: 500ms
    deletion_policy: delete
`,
    });
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

function sampled(calls: number): readonly KillMoment[] {
  const all = Array.from({ length: calls }, (_, index) => index + 1).flatMap((call): readonly KillMoment[] => [
    { call, when: 'before' },
    { call, when: 'after' },
  ]);
  const random = randomFrom(SEED);
  while (all.length > SAMPLES) all.splice(random.below(all.length), 1);
  return all;
}
