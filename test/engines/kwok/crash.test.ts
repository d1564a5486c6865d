import { readFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomFrom, seedNow } from '../../support/chaos/random.ts';
import { CONTROL_PLANE } from '../../support/kubernetes/build-kubernetes.ts';
import { lacksKubernetes } from '../../support/kubernetes/lacks.ts';
import { CLUSTER, type KwokRepo, kwokRepo } from '../../support/kwok/kwok-repo.ts';

const lacks = lacksKubernetes(CONTROL_PLANE);

/** How many moments of each deed; `TRUEUP_SAMPLES=all` is every one, `TRUEUP_SEED` takes the same ones again. */
const SAMPLES =
  process.env['TRUEUP_SAMPLES'] === 'all' ? Number.POSITIVE_INFINITY : Number(process.env['TRUEUP_SAMPLES'] ?? 5);
const SEED = seedNow();
const HOUR = 3_600_000;
const HOOK = join(import.meta.dirname, '../../support/kwok/killing-hook.cjs');

const TOOLS = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: tools }\n';
const FIELDS = {
  nodes: '{ workers: 1 }',
  addons: '[../../k8s/tools.yaml]',
  kubeconfig: '{ path: ../../kube/config }',
};

type Arrangement = 'nothing' | 'running' | 'stopped';

/** From where, by which command, to where. */
const DEEDS: readonly (readonly [string, Arrangement, readonly string[], Arrangement])[] = [
  ['created', 'nothing', ['apply', 'local'], 'running'],
  ['started', 'stopped', ['start', 'local/cluster.dev'], 'running'],
  ['replaced', 'running', ['apply', 'local', '--replace', 'cluster.dev'], 'running'],
  ['destroyed', 'running', ['destroy', 'local'], 'nothing'],
];

describe.skipIf(lacks !== null)(`kill -9 of trueup while a cluster${lacks === null ? '' : ` (${lacks})`}`, () => {
  let repo: KwokRepo;

  beforeAll(async () => {
    repo = await kwokRepo(FIELDS, { 'k8s/tools.yaml': TOOLS, '.gitignore': 'kube/\n.trueup/\n' });
  });

  afterAll(() => repo[Symbol.asyncDispose]());

  for (const [title, from, command, to] of DEEDS) {
    it(
      `is ${title} leaves what the next one puts right (TRUEUP_SEED=${SEED})`,
      async () => {
        await arrange(from);
        const { count } = await run(command, '');
        await expectIs(to, 'undisturbed');

        for (const moment of sampled(count)) {
          await arrange(from);
          const { status } = await run(command, moment);
          expect([0, 137], moment).toContain(status);

          const again = await run(command, '');

          const told = `killed ${moment} of ${count} (TRUEUP_SEED=${SEED})`;
          expect(again.status, `${told}\n${again.words}`).toBe(0);
          await expectIs(to, told);
        }
      },
      HOUR,
    );
  }

  async function arrange(wanted: Arrangement): Promise<void> {
    if (wanted === 'nothing') {
      await repo.done(['destroy', 'local', '--auto-approve']);
      return expectIs('nothing', 'arranged');
    }
    await repo.done(['start', 'local/cluster.dev']);
    await repo.applied();
    if (wanted === 'stopped') await repo.done(['stop', 'local/cluster.dev']);
  }

  async function run(
    command: readonly string[],
    moment: string,
  ): Promise<{ readonly status: number; readonly count: number; readonly words: string }> {
    const counted = join(repo.scratch, 'deeds');
    await repo.write({ '../deeds': '0' });
    const env = {
      ...repo.env,
      NODE_OPTIONS: `--require ${HOOK}`,
      TRUEUP_TEST_WITHIN: [dirname(repo.folder), join(repo.root, 'kube')].join(delimiter),
      TRUEUP_TEST_COUNT: counted,
      TRUEUP_TEST_KILL: moment,
    };
    const consents = command[0] === 'start' ? [] : ['--auto-approve'];
    const { status, stdout, stderr } = await repo.trueup([...command, ...consents], { env });
    return { status, count: Number(await readFile(counted, 'utf8')), words: stdout + stderr };
  }

  /** Nothing more to do, nothing twice, and nothing that nobody knows of. */
  async function expectIs(wanted: Arrangement, told: string): Promise<void> {
    if (wanted === 'nothing') {
      expect(await repo.remains(), told).toEqual([]);
      const kubeconfig = await readFile(join(repo.root, 'kube/config'), 'utf8').catch(() => '');
      return expect(kubeconfig, told).not.toContain(CLUSTER);
    }
    expect(await repo.plan(), told).toMatch(/^No changes/);
    expect(await repo.kubectl('get', 'nodes', '-o', 'name'), told).toBe(`node/${CLUSTER}-worker-0`);
    expect(await processNames(), told).toEqual([...COMPONENTS]);
  }

  async function processNames(): Promise<readonly string[]> {
    const pids = await repo.processes();
    const words = await Promise.all(pids.map(async (pid) => readFile(`/proc/${pid}/cmdline`, 'utf8')));
    return words.map((text) => text.split('\0')[0]?.split('/').at(-1) ?? '').toSorted();
  }
});

const COMPONENTS = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kwok-controller'] as const;

function sampled(deeds: number): readonly string[] {
  const all = Array.from({ length: deeds }, (_, index) => index + 1).flatMap((deed) =>
    ['before', 'during', 'after'].map((when) => `${deed} ${when}`),
  );
  const random = randomFrom(SEED);
  while (all.length > SAMPLES) all.splice(random.below(all.length), 1);
  return all;
}
