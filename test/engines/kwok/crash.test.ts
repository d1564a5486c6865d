import { readFile, rm } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONTROL_PLANE } from '../../support/kubernetes/build-kubernetes.ts';
import { lacksKubernetes } from '../../support/kubernetes/lacks.ts';
import { CLUSTER, type KwokRepo, kwokRepo } from '../../support/kwok/kwok-repo.ts';

const lacks = lacksKubernetes(CONTROL_PLANE);

/** Beside the moments below also each single one of each deed. */
const ALL = process.env['TRUEUP_SAMPLES'] === 'all';
const HOUR = 3_600_000;
const HOOK = join(import.meta.dirname, '../../support/kwok/killing-hook.cjs');

const TOOLS = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: tools }\n';
const FIELDS = {
  nodes: '{ workers: 1 }',
  addons: '[../../k8s/tools.yaml]',
  kubeconfig: '{ path: ../../kube/config }',
};

type Arrangement = 'nothing' | 'running' | 'stopped' | 'damaged';

interface Deed {
  readonly title: string;
  readonly from: Arrangement;
  readonly command: readonly string[];
  readonly to: Arrangement;
}

const CREATED: Deed = { title: 'created', from: 'nothing', command: ['apply', 'local'], to: 'running' };
const STARTED: Deed = { title: 'started', from: 'stopped', command: ['start', 'local/cluster.dev'], to: 'running' };
const REPLACED: Deed = {
  title: 'replaced',
  from: 'running',
  command: ['apply', 'local', '--replace', 'cluster.dev'],
  to: 'running',
};
/** Its certificates are gone: all but its data is made beside it, and put in place. */
const REPAIRED: Deed = { title: 'repaired', from: 'damaged', command: ['apply', 'local'], to: 'running' };
const DESTROYED: Deed = { title: 'destroyed', from: 'running', command: ['destroy', 'local'], to: 'nothing' };

/** At each call that changes something, in an order in which each deed begins where the one before it has ended. `~` is its folder. */
const ROUNDS: readonly (readonly [Deed, string])[] = [
  [CREATED, 'before trueup.json'],
  [DESTROYED, 'before kill '],
  [CREATED, 'before kwokctl create'],
  [DESTROYED, 'after kill '],
  [CREATED, 'during kwokctl create'],
  [DESTROYED, 'before /etcd'],
  [CREATED, 'before POST /api/v1/nodes'],
  [DESTROYED, 'after /etcd'],
  [CREATED, 'during PATCH /api/v1/namespaces/tools?'],
  [DESTROYED, 'after kube/config'],
  [CREATED, 'before kube/config'],
  [STARTED, 'before kwokctl start'],
  [STARTED, 'during kwokctl start'],
  [REPAIRED, 'before kwokctl create'],
  [REPAIRED, 'during kwokctl create'],
  [REPAIRED, 'after rm ~/kwok.yaml'],
  [REPAIRED, 'after rename ~/pki'],
  [REPAIRED, 'before rename ~/kwok.yaml'],
  [REPAIRED, 'after rename ~/kwok.yaml'],
  [REPLACED, 'after kill '],
  [REPLACED, 'before kwokctl create'],
];

describe.skipIf(lacks !== null)(`kill -9 of trueup while a cluster${lacks === null ? '' : ` (${lacks})`}`, () => {
  let repo: KwokRepo;
  let state: Arrangement | null = 'nothing';
  let uid = '';

  beforeAll(async () => {
    repo = await kwokRepo(FIELDS, { 'k8s/tools.yaml': TOOLS, '.gitignore': 'kube/\n.trueup/\n' });
  });

  afterAll(() => repo[Symbol.asyncDispose]());

  for (const [deed, moment] of ROUNDS)
    it(`is ${deed.title}, ${moment}, leaves what the next one puts right`, () => killedAt(deed, moment));

  it.runIf(ALL).each([CREATED, STARTED, REPAIRED, REPLACED, DESTROYED])(
    'is $title, at any moment, leaves what the next one puts right',
    async (deed) => {
      await arrange(deed.from);
      const { count } = await run(deed.command, '');
      await expectIs(deed.to, 'undisturbed');
      for (let number = 1; number <= count; number += 1)
        for (const when of ['before', 'during', 'after']) await killedAt(deed, `${number} ${when}`);
    },
    HOUR,
  );

  async function killedAt({ from, command, to }: Deed, moment: string): Promise<void> {
    await arrange(from);
    state = null;
    const { status, count, words } = await run(command, moment.replace('~', repo.folder));
    // What is done in no time has ended before it is under way.
    expect(/^\d+ during$/.test(moment) ? [0, 137] : [137], `${moment}\n${words}`).toContain(status);

    const again = await run(command, '');

    const told = `killed ${moment}, deed ${count}`;
    expect(again.status, `${told}\n${again.words}`).toBe(0);
    await expectIs(to, told);
    if (from === 'stopped' || from === 'damaged') expect(await uidOfTools(), told).toBe(uid);
    state = to;
  }

  /** Another cluster has another, and so has one that has lost its data. */
  function uidOfTools(): Promise<string> {
    return repo.kubectl('get', 'namespace', 'tools', '-o', 'jsonpath={.metadata.uid}');
  }

  /** What the round before has left is often what is wanted. */
  async function arrange(wanted: Arrangement): Promise<void> {
    if (state === wanted) return;
    if (wanted === 'nothing') {
      await repo.done(['destroy', 'local', '--auto-approve']);
      return expectIs('nothing', 'arranged');
    }
    if (state !== 'running') await repo.applied();
    uid = await uidOfTools();
    if (wanted === 'stopped') await repo.done(['stop', 'local/cluster.dev']);
    if (wanted === 'damaged') await rm(join(repo.folder, 'pki'), { recursive: true });
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
    expect(await repo.workshops(), told).toEqual([]);
  }

  async function processNames(): Promise<readonly string[]> {
    const pids = await repo.processes();
    const words = await Promise.all(pids.map(async (pid) => readFile(`/proc/${pid}/cmdline`, 'utf8')));
    return words.map((text) => text.split('\0')[0]?.split('/').at(-1) ?? '').toSorted();
  }
});

const COMPONENTS = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kwok-controller'] as const;
