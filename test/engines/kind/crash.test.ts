/**
 * kill -9 of trueup at each kind of call: whatever that leaves, the next apply goes on from there. Runs of one deed follow each other,
 * each killed further on than the one before, so that a cluster need not be made for each: a run that gets to where it is killed has
 * put right what the one before it had left, and the last one is not killed.
 */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { CliResult } from '../../support/cli.ts';
import { eventually } from '../../support/eventually.ts';
import { BARE_OPTIONS, CLUSTER, FIRST_NODE, type KindRepo, kindRepo } from '../../support/kind/kind-repo.ts';
import { KIND_LACKS } from '../../support/kind/obtain.ts';

const lacks = process.env[KIND_LACKS];

const HOOK = join(import.meta.dirname, '../../support/kwok/killing-hook.cjs');
/** What changes something: of the commands that the driver runs, and not of those that kind runs. */
const COMMANDS = '^(kind (create|delete)|docker (start|stop|exec|cp -) )';
/** Once containers are made, and once Kubernetes is begun in them. */
const [SOON_MS, LATER_MS] = [300, 8000];

const PLAN_AGAIN = 'apply again: it is planned by what is there now';

type Moment = string | { readonly at: string; readonly duringMs: number };

const CREATING: readonly Moment[] = [
  { at: 'during kind create', duringMs: SOON_MS },
  { at: 'during kind create', duringMs: LATER_MS },
  'before docker cp -',
  'after docker cp -',
  'before kube/config',
  'before PATCH /api/v1/namespaces/tools?',
  'after PATCH /api/v1/namespaces/tools?',
];
const CHANGING: readonly Moment[] = [
  'before docker cp -',
  'after docker cp -',
  'before PATCH /api/v1/nodes/',
  'after PATCH /api/v1/nodes/',
  'during PATCH /api/v1/namespaces/more?',
];
const STOPPING: readonly Moment[] = ['before docker stop', 'during docker stop'];
const STARTING: readonly Moment[] = ['before docker start', 'after docker start'];
const REPAIRING: readonly Moment[] = ['before docker exec', 'during docker exec'];
const REPLACING: readonly Moment[] = ['after docker stop', 'during kind delete', 'during kind create'];
const DESTROYING: readonly Moment[] = [
  'during docker stop',
  'before kube/config',
  'before kind delete',
  'during kind delete',
];

describe.skipIf(lacks !== undefined)(
  `kill -9 of trueup while a cluster${lacks === undefined ? '' : ` (${lacks})`}`,
  () => {
    let repo: KindRepo;

    beforeAll(async () => {
      repo = await kindRepo(
        {
          kubeconfig: '{ path: ../../kube/config }',
          addons: '[../../k8s/tools.yaml]',
          driver_options: JSON.stringify(BARE_OPTIONS),
        },
        {
          'k8s/tools.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: { name: tools }\n',
          'k8s/more.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: { name: more }\n',
          '.gitignore': 'kube/\n.trueup/\n',
        },
      );
    });

    afterAll(async () => repo[Symbol.asyncDispose]());

    it('is created', async () => {
      await killedAt(CREATING);
      await repo.applied();

      await expectWhole('tools');
    });

    it('is changed in place', async () => {
      const born = await idOfNode();
      await repo.declare({
        addons: '[../../k8s/tools.yaml, ../../k8s/more.yaml]',
        nodes: '{ control_plane: { count: 1, labels: { tier: web } } }',
        registry_mirrors: '{ docker.io: ["http://mirror.example:5000"] }',
      });

      await killedAt(CHANGING);
      await repo.applied();

      await expectWhole('more', 'tools');
      expect(await repo.kubectl('get', 'nodes', '-l', 'tier=web', '-o', 'name')).toBe(`node/${FIRST_NODE}`);
      expect(await idOfNode()).toBe(born);
    });

    it('is stopped and started', async () => {
      const born = await idOfNode();

      await repo.declare({ run_state: 'stopped' });
      await killedAt(STOPPING);
      await repo.applied();
      expect(await repo.docker('inspect', '--format', '{{.State.Status}}', FIRST_NODE)).toBe('exited');
      expect(await repo.plan()).toMatch(/^No changes/);

      await repo.declare({ run_state: null });
      await killedAt(STARTING);
      await repo.applied();
      await expectWhole('more', 'tools');
      expect(await idOfNode()).toBe(born);
    });

    it('is repaired', async () => {
      const born = await idOfNode();
      await repo.docker('exec', FIRST_NODE, 'rm', '/etc/kubernetes/manifests/kube-apiserver.yaml');
      await eventually(async () => !(await repo.isAnswering()), 'its API server to be down');

      await killedAt(REPAIRING);
      // What runs in the node goes on in any case.
      await repo.answering();
      await repo.applied();

      await expectWhole('more', 'tools');
      expect(await idOfNode()).toBe(born);
    });

    it('is replaced', async () => {
      const born = await idOfNode();
      await repo.declare({ feature_gates: '{ APIResponseCompression: false }' });

      await killedAt(REPLACING);
      await repo.applied();

      await expectWhole('more', 'tools');
      expect(await idOfNode()).not.toBe(born);
    });

    it('is destroyed', async () => {
      await killedAt(DESTROYING, 'destroy');
      await repo.done(['destroy', 'local', '--auto-approve']);

      expect(await repo.nodes()).toEqual([]);
      expect(await contexts()).toEqual([]);
      expect(await kinds()).toEqual([]);
    });

    /** At each of them, one after the other. */
    async function killedAt(moments: readonly Moment[], command: 'apply' | 'destroy' = 'apply'): Promise<void> {
      for (const moment of moments) {
        const { at, duringMs } = typeof moment === 'string' ? { at: moment, duringMs: 200 } : moment;
        const env = {
          ...repo.env,
          NODE_OPTIONS: `--require ${HOOK}`,
          TRUEUP_TEST_WITHIN: join(repo.root, 'kube'),
          TRUEUP_TEST_COMMANDS: COMMANDS,
          TRUEUP_TEST_DURING_MS: String(duringMs),
          TRUEUP_TEST_COUNT: join(repo.scratch, 'deeds'),
          TRUEUP_TEST_KILL: at,
        };
        const run = (): Promise<CliResult> => repo.trueup([command, 'local', '--auto-approve'], { env });
        let { status, stdout, stderr } = await run();
        // Planned while its API only starts, it is known as made by half once that answers: nothing is taken down by that plan.
        if (stderr.includes(PLAN_AGAIN) || stdout.includes(PLAN_AGAIN)) ({ status, stdout, stderr } = await run());
        expect(status, `${at}, after ${duringMs} ms\n${stdout}${stderr}`).toBe(137);
      }
    }

    /** Nothing more to do, and nothing twice. */
    async function expectWhole(...namespaces: readonly string[]): Promise<void> {
      expect(await repo.plan()).toMatch(/^No changes/);
      expect(await repo.nodes()).toEqual([FIRST_NODE]);
      const there = await repo.kubectl('get', 'namespaces', '-o', 'name');
      expect(there.split('\n').filter((line) => /\/(more|tools)$/.test(line))).toEqual(
        namespaces.map((name) => `namespace/${name}`),
      );
      expect(await contexts()).toEqual([CLUSTER]);
      expect(await kinds()).toEqual([]);
    }

    function idOfNode(): Promise<string> {
      return repo.docker('inspect', '--format', '{{.Id}}', FIRST_NODE);
    }

    async function contexts(): Promise<readonly string[]> {
      const { contexts: found } = parse(await readFile(join(repo.root, 'kube/config'), 'utf8')) as Kubeconfig;
      return (found ?? []).map(({ name }) => name);
    }

    /** Which of ours still run. */
    async function kinds(): Promise<readonly string[]> {
      const { stdout } = await promisify(execFile)('ps', ['axeww', '-o', 'args'], { maxBuffer: 64 * 1024 * 1024 });
      return stdout.split('\n').filter((line) => /^\S*\bkind /.test(line) && line.includes(repo.scratch));
    }
  },
);

interface Kubeconfig {
  readonly contexts?: readonly { readonly name: string }[];
}
