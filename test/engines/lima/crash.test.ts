import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomFrom, seedNow } from '../../support/chaos/random.ts';
import { type ScratchRepo, scratchRepo } from '../../support/cli.ts';
import { KillingCommand, type KillMoment } from '../../support/killing-command.ts';
import { buildLimaGuest, type LimaGuest } from '../../support/lima/guest.ts';
import { lacksForLima, PrivateHome } from '../../support/lima/private-home.ts';

const lacks = lacksForLima();

/** How many moments of each deed; `TRUEUP_SAMPLES=all` is every one, `TRUEUP_SEED` takes the same ones again. */
const SAMPLES =
  process.env['TRUEUP_SAMPLES'] === 'all' ? Number.POSITIVE_INFINITY : Number(process.env['TRUEUP_SAMPLES'] ?? 4);
const SEED = seedNow();
const HOUR = 3_600_000;

interface Declared {
  readonly memory: string;
  readonly disk: string;
  readonly data: string;
}

const PLAIN: Declared = { memory: '96MiB', disk: '20MiB', data: '4MiB' };

interface Deed {
  readonly title: string;
  /** `null` for nothing at all. */
  readonly from: Declared | null;
  readonly to: Declared | null;
}

const DEEDS: readonly Deed[] = [
  { title: 'made', from: null, to: PLAIN },
  { title: 'edited', from: PLAIN, to: { memory: '112MiB', disk: '24MiB', data: '6MiB' } },
  { title: 'made anew', from: { ...PLAIN, disk: '24MiB', data: '6MiB' }, to: PLAIN },
  { title: 'destroyed', from: PLAIN, to: null },
];

// The machine is never started: what is killed is trueup, and what a start leaves is a machine that runs or does not.
describe.skipIf(lacks !== null)(`kill -9 of trueup while a machine${lacks === null ? '' : ` (${lacks})`}`, () => {
  let home: PrivateHome;
  let guest: LimaGuest;
  let repo: ScratchRepo;
  let limactl: KillingCommand;

  beforeAll(async () => {
    guest = await buildLimaGuest();
    home = await PrivateHome.make();
    repo = await scratchRepo({ README: '' });
    limactl = await KillingCommand.in(repo.scratch, { program: 'limactl', listens: '*" watch "*' });
  });

  afterAll(async () => {
    await repo[Symbol.asyncDispose]();
    await home[Symbol.asyncDispose]();
  });

  for (const { title, from, to } of DEEDS) {
    it(
      `is ${title}, at calls of limactl (TRUEUP_SEED=${SEED}), leaves what the next one puts right`,
      async () => {
        await arrange(from);
        const calls = await run(to, null);
        await expectRight(to, 'undisturbed');

        for (const moment of sampled(calls.count)) {
          await arrange(from);
          const { status } = await run(to, moment);
          expect([0, 137], `${moment.call} of ${calls.count}`).toContain(status);
          const told = `killed ${moment.when} call ${moment.call} of ${calls.count} (TRUEUP_SEED=${SEED})`;

          const again = await run(to, null);

          expect(again.status, `${told}\n${again.words}`).toBe(0);
          await expectRight(to, told);
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
    expect(await home.remains()).toBe('');
    if (declared === null) return;
    const { status, words } = await run(declared, null);
    expect(status, words).toBe(0);
  }

  async function run(
    declared: Declared | null,
    moment: KillMoment | null,
  ): Promise<{ readonly status: number; readonly count: number; readonly words: string }> {
    const env = await limactl.environment(repo.env, moment);
    if (declared !== null) await declare(declared);
    const args = declared === null ? ['destroy', 'local', '--volumes'] : ['apply', 'local'];
    const { status, stdout, stderr } = await repo.trueup([...args, '--auto-approve'], { env });
    return { status, count: await limactl.calls(), words: stdout + stderr };
  }

  async function declare({ memory, disk, data }: Declared): Promise<void> {
    await repo.write({
      'environments/local/environment.yaml': `name: local
project: demo
engines: { host: { driver: lima, home: ${home.home} } }
vms:
  box:
    engine: host
    accelerator: tcg
    run_state: stopped
    memory: ${memory}
    image: ${guest.image}
    disk: ${disk}
    additional_disks: [{ name: data, size: ${data} }]
    driver_options: { plain: true }
    deletion_policy: delete
`,
    });
    await repo.commit();
  }

  /** Nothing more to do, nothing twice, and nothing that nobody knows of. */
  async function expectRight(declared: Declared | null, told: string): Promise<void> {
    expect(await home.remains(), told).toBe(declared === null ? '' : 'demo-box\ndemo-box.data');
    expect(await notes(), told).toEqual([]);
    if (declared === null) return;
    const { stdout } = await repo.trueup(['plan', 'local']);
    expect(stdout, told).toMatch(/^No changes/);
  }

  /** Of what is being made. */
  async function notes(): Promise<readonly string[]> {
    const names = await readdir(join(home.home, '_trueup'), { recursive: true }).catch(() => []);
    return names.filter((name) => name.endsWith('.json'));
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
