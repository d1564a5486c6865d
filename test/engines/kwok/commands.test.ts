import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONTROL_PLANE } from '../../support/kubernetes/build-kubernetes.ts';
import { lacksKubernetes } from '../../support/kubernetes/lacks.ts';
import { CLUSTER, type KwokRepo, kwokRepo } from '../../support/kwok/kwok-repo.ts';
import { schemaErrors } from '../../support/schemas.ts';

const lacks = lacksKubernetes(CONTROL_PLANE);

const CONFIG_MAP = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: told }\ndata: { from: outside }\n';

interface ShownResource {
  readonly address: string;
  readonly dev_cluster: { readonly state: string };
  readonly kubernetes_cluster: {
    readonly nodes: readonly { readonly status: string }[];
    readonly version: string;
  } | null;
}

function clusterIn(stdout: string): ShownResource | undefined {
  const document: unknown = JSON.parse(stdout);
  expect(schemaErrors('status', document)).toEqual([]);
  const { environments } = document as {
    readonly environments: readonly { readonly resources: readonly ShownResource[] }[];
  };
  return environments[0]?.resources.find(({ address }) => address === 'cluster.dev');
}

// One cluster for all: it is stopped at the end.
describe.skipIf(lacks !== null)(`the commands of clusters${lacks === null ? '' : ` (${lacks})`}`, () => {
  let repo: KwokRepo;
  let temporary: string;

  beforeAll(async () => {
    repo = await kwokRepo(
      { nodes: '{ workers: 1 }' },
      { '.gitignore': '*.kubeconfig\n.trueup/\ntmp/\n', 'tmp/.keep': '' },
    );
    temporary = join(repo.root, 'tmp');
    repo.env['TMPDIR'] = temporary;
    await repo.applied();
  });

  afterAll(() => repo[Symbol.asyncDispose]());

  it('print a kubeconfig that reaches it, or write one that only its user can read', async () => {
    const { stdout } = await repo.done(['kubeconfig', 'dev']);
    await repo.done(['kubeconfig', 'local/cluster.dev', '--out', 'own.kubeconfig']);

    const own = join(repo.root, 'own.kubeconfig');
    expect(await repo.read('own.kubeconfig')).toBe(stdout);
    expect(statSync(own).mode & 0o777).toBe(0o600);
    expect(await repo.kubectl('--kubeconfig', own, 'get', 'nodes', '-o', 'name')).toBe(`node/${CLUSTER}-worker-0`);
  });

  it('run kubectl with what comes in, and end as it ends', async () => {
    const applied = await repo.trueup(['kubectl', 'dev', '--', 'apply', '-f', '-'], { input: CONFIG_MAP });
    const told = await repo.trueup(['kubectl', 'dev', 'get', 'cm', 'told', '-o', 'jsonpath={.data.from}']);
    const absent = await repo.trueup(['kubectl', 'dev', '--', 'get', 'cm', 'nobody']);
    const asked = await repo.trueup(['kubectl', '-o', 'json', 'local/dev', 'get', 'cm', 'told', '-o', 'name']);

    expect(applied).toMatchObject({ status: 0, stdout: 'configmap/told created\n', stderr: '' });
    expect(told).toMatchObject({ status: 0, stdout: 'outside' });
    expect(absent.status).toBe(1);
    expect(absent.stderr).toContain('NotFound');
    expect(JSON.parse(asked.stdout)).toMatchObject({ exit_code: 0, output: 'configmap/told\n' });
    expect(readdirSync(temporary)).toEqual(['.keep']);
  });

  it('hand signals on to kubectl, and leave no kubeconfig behind', async () => {
    const running = repo.start(['kubectl', 'dev', '--', 'get', 'cm', '--watch']);
    await running.until(/told/);

    running.child.kill('SIGTERM');

    const { status, stderr } = await running.done;
    // Kubectl ends a watch with the one or the other; nothing of trueup's stands between.
    expect([1, 143]).toContain(status);
    expect(stderr).not.toContain('Stopping');
    expect(readdirSync(temporary)).toEqual(['.keep']);
  });

  it('tell what is in it where it is named, and go on telling while it changes', async () => {
    const named = clusterIn((await repo.done(['status', 'local/cluster.dev', '-o', 'json'])).stdout);
    const whole = clusterIn((await repo.done(['status', '-o', 'json'])).stdout);

    expect(named).toMatchObject({
      dev_cluster: { state: 'running', name: CLUSTER },
      kubernetes_cluster: { nodes: [{ status: 'Ready' }], vmId: null },
      version_skew: [],
    });
    expect(whole).not.toHaveProperty('kubernetes_cluster');
    const watching = repo.start(['status', 'dev', '--watch', '-o', 'json']);
    await watching.until(/"namespaceCount":4/);
    await repo.kubectl('create', 'namespace', 'another');
    await watching.until(/"namespaceCount":5/);
    watching.child.kill('SIGINT');
    expect((await watching.done).status).toBe(130);
  });

  it('load no images into nodes that run nothing, and say so before any engine is asked for them', async () => {
    const { status, stderr } = await repo.trueup(['load', 'app:1', '--cluster', 'dev']);

    expect(status).toBe(1);
    expect(stderr).toContain('runs no containers');
  });

  it('say that it does not run, and what starts it', async () => {
    await repo.done(['stop', 'local/cluster.dev']);

    const asked = await repo.trueup(['kubectl', 'dev', 'get', 'ns']);
    const named = clusterIn((await repo.trueup(['status', 'local/cluster.dev', '-o', 'json'])).stdout);

    expect(asked.status).toBe(1);
    expect(asked.stderr).toContain('trueup start local/cluster.dev');
    expect(named?.dev_cluster.state).toBe('stopped');
  });
});
