import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLUSTER, FIRST_NODE, type KindRepo, kindRepo } from '../../support/kind/kind-repo.ts';
import { KIND_LACKS } from '../../support/kind/obtain.ts';

const lacks = process.env[KIND_LACKS];

/** Every moment, in place of those at which something else is half-made each time. */
const ALL = process.env['TRUEUP_SAMPLES'] === 'all';
const HOUR = 3_600_000;
const HOOK = join(import.meta.dirname, '../../support/kwok/killing-hook.cjs');

/** What changes something: of the commands that the driver runs, and not of those that kind runs. */
const COMMANDS = '^(kind (create|delete)|docker (start|stop|pause|unpause|cp -) )';
/** Once containers are made, and once Kubernetes is begun in them. */
const DURING_MS = ['300', '8000'];

/**
 * Deeds of creating this cluster, in their order: kind makes it, our notes are put into it, then its kubeconfig and its addon. A kill
 * before one is the kill after the one before it, but for what runs on in between.
 */
const MOMENTS: readonly Moment[] = [
  { at: '1 during', duringMs: '300' },
  { at: '1 during', duringMs: '8000' },
  { at: '2 before', duringMs: '0' },
  { at: '3 before', duringMs: '0' },
];

interface Moment {
  /** Which deed, and when of it. */
  readonly at: string;
  readonly duringMs: string;
}

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
    'while a cluster is created leaves what the next one puts right',
    async () => {
      const { count } = await run(null);
      await expectWhole('undisturbed');

      for (const moment of ALL ? everyMoment(count) : MOMENTS) {
        await repo.done(['destroy', 'local', '--auto-approve']);
        expect(await repo.nodes()).toEqual([]);
        const told = `killed ${moment.at} of ${count}, ${moment.duringMs} ms`;
        // What is done sooner than that has ended by itself; only then may nobody have been killed.
        expect([137, ...(ALL && moment.at.endsWith('during') ? [0] : [])], told).toContain((await run(moment)).status);

        const again = await run(null);
        expect(again.status, `${told}\n${again.words}`).toBe(0);
        await expectWhole(told);
      }
    },
    HOUR,
  );

  async function run(
    moment: Moment | null,
  ): Promise<{ readonly status: number; readonly count: number; readonly words: string }> {
    const counted = join(repo.scratch, 'deeds');
    await repo.write({ '../deeds': '0' });
    const env = {
      ...repo.env,
      NODE_OPTIONS: `--require ${HOOK}`,
      TRUEUP_TEST_WITHIN: join(repo.root, 'kube'),
      TRUEUP_TEST_COMMANDS: COMMANDS,
      TRUEUP_TEST_DURING_MS: moment?.duringMs ?? '0',
      TRUEUP_TEST_COUNT: counted,
      TRUEUP_TEST_KILL: moment?.at ?? '',
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

function everyMoment(deeds: number): readonly Moment[] {
  return Array.from({ length: deeds }, (_, index) => String(index + 1)).flatMap((deed) => [
    { at: `${deed} before`, duringMs: '0' },
    ...DURING_MS.map((duringMs) => ({ at: `${deed} during`, duringMs })),
    { at: `${deed} after`, duringMs: '0' },
  ]);
}
