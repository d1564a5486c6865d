import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomFrom, seedNow } from '../../support/chaos/random.ts';
import { CLUSTER, FIRST_NODE, type KindRepo, kindRepo } from '../../support/kind/kind-repo.ts';
import { KIND_LACKS } from '../../support/kind/obtain.ts';

const lacks = process.env[KIND_LACKS];

/** How many moments; `TRUEUP_SAMPLES=all` is every one, `TRUEUP_SEED` takes the same ones again. */
const SAMPLES =
  process.env['TRUEUP_SAMPLES'] === 'all' ? Number.POSITIVE_INFINITY : Number(process.env['TRUEUP_SAMPLES'] ?? 2);
const SEED = seedNow();
const HOUR = 3_600_000;
const HOOK = join(import.meta.dirname, '../../support/kwok/killing-hook.cjs');

/** What changes something: of the commands that the driver runs, and not of those that kind runs. */
const COMMANDS = '^(kind (create|delete)|docker (start|stop|pause|unpause|cp -) )';
/** Once containers are made, and once Kubernetes is begun in them. */
const DURING_MS = ['300', '8000'];

describe.skipIf(lacks !== undefined)(`kill -9 of trueup${lacks === undefined ? '' : ` (${lacks})`}`, () => {
  let repo: KindRepo;

  beforeAll(async () => {
    repo = await kindRepo(
      { kubeconfig: '{ path: ../../kube/config }', addons: '[../../k8s/tools.yaml]' },
      {
        'k8s/tools.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: { name: tools }\n',
        '.gitignore': 'kube/\n.trueup/\n',
      },
    );
  });

  afterAll(async () => repo[Symbol.asyncDispose]());

  it(
    `while a cluster is created leaves what the next one puts right (TRUEUP_SEED=${SEED})`,
    async () => {
      const { count } = await run('');
      await expectWhole('undisturbed');

      for (const [moment, during] of sampled(count)) {
        await repo.done(['destroy', 'local', '--auto-approve']);
        expect(await repo.nodes()).toEqual([]);
        const { status } = await run(moment, during);
        expect([0, 137], moment).toContain(status);

        const told = `killed ${moment} of ${count}, ${during} ms (TRUEUP_SEED=${SEED})`;
        const again = await run('');
        expect(again.status, `${told}\n${again.words}`).toBe(0);
        await expectWhole(told);
      }
    },
    HOUR,
  );

  async function run(
    moment: string,
    during = '300',
  ): Promise<{ readonly status: number; readonly count: number; readonly words: string }> {
    const counted = join(repo.scratch, 'deeds');
    await repo.write({ '../deeds': '0' });
    const env = {
      ...repo.env,
      NODE_OPTIONS: `--require ${HOOK}`,
      TRUEUP_TEST_WITHIN: join(repo.root, 'kube'),
      TRUEUP_TEST_COMMANDS: COMMANDS,
      TRUEUP_TEST_DURING_MS: during,
      TRUEUP_TEST_COUNT: counted,
      TRUEUP_TEST_KILL: moment,
    };
    const { status, stdout, stderr } = await repo.trueup(['apply', 'local', '--auto-approve'], { env });
    return { status, count: Number(await readFile(counted, 'utf8')), words: stdout + stderr };
  }

  /** Nothing more to do, and nothing twice. */
  async function expectWhole(told: string): Promise<void> {
    expect(await repo.plan(), told).toMatch(/^No changes/);
    expect(await repo.nodes(), told).toEqual([FIRST_NODE]);
    expect(await repo.kubectl('get', 'namespace', 'tools', '-o', 'name'), told).toBe('namespace/tools');
    expect(await readFile(join(repo.root, 'kube/config'), 'utf8'), told).toContain(`name: ${CLUSTER}`);
  }
});

function sampled(deeds: number): readonly (readonly [string, string])[] {
  const all = Array.from({ length: deeds }, (_, index) => index + 1).flatMap((deed) => [
    [`${deed} before`, '0'] as const,
    ...DURING_MS.map((during) => [`${deed} during`, during] as const),
    [`${deed} after`, '0'] as const,
  ]);
  const random = randomFrom(SEED);
  while (all.length > SAMPLES) all.splice(random.below(all.length), 1);
  return all;
}
