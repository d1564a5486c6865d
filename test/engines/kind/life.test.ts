import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLUSTER, FIRST_NODE, type KindRepo, kindRepo } from '../../support/kind/kind-repo.ts';
import { KIND_LACKS } from '../../support/kind/obtain.ts';

const lacks = process.env[KIND_LACKS];

const TOOLS = `apiVersion: v1
kind: Namespace
metadata: { name: tools }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: greeting, namespace: tools }
data: { text: hello }
`;

// One cluster, and one life: each test goes on where the one before it ended.
describe.skipIf(lacks !== undefined)(`a cluster of kind${lacks === undefined ? '' : ` (${lacks})`}`, () => {
  let repo: KindRepo;

  beforeAll(async () => {
    repo = await kindRepo(
      { kubeconfig: '{ path: ../../kube/config, context: dev }' },
      { 'k8s/tools.yaml': TOOLS, '.gitignore': 'kube/\n.trueup/\n' },
    );
  });

  afterAll(async () => repo[Symbol.asyncDispose]());

  it('is created, waited for up to its last rung, and found equal, with and without what was recorded', async () => {
    await repo.applied();

    expect(await repo.nodes()).toEqual([FIRST_NODE]);
    expect(await repo.kubectl('get', 'nodes', '--no-headers')).toMatch(/ Ready /);
    expect(await repo.plan()).toMatch(/^No changes/);
    await repo.removeState();
    expect(await repo.plan()).toMatch(/^No changes/);
  });

  it('is led to by the kubeconfig that is declared, and by no other', async () => {
    const text = await readFile(join(repo.root, 'kube/config'), 'utf8');

    expect(text).toMatch(/current-context: dev/);
    expect(text).toMatch(/server: https:\/\/127\.0\.0\.1:\d+/);
  });

  it('takes in place what need not be made anew', async () => {
    const born = await repo.docker('inspect', '--format', '{{.Id}}', FIRST_NODE);
    await repo.declare({
      addons: '[../../k8s/tools.yaml]',
      nodes: '{ control_plane: { count: 1, labels: { tier: web } } }',
      registry_mirrors: '{ docker.io: ["http://mirror.example:5000"] }',
      labels: '{ team: core }',
    });

    await repo.applied();

    expect(await repo.kubectl('get', 'configmap', 'greeting', '-n', 'tools', '-o', 'jsonpath={.data.text}')).toBe(
      'hello',
    );
    expect(await repo.kubectl('get', 'nodes', '-l', 'tier=web', '-o', 'name')).toBe(`node/${FIRST_NODE}`);
    const hosts = await repo.docker('exec', FIRST_NODE, 'cat', '/etc/containerd/certs.d/docker.io/hosts.toml');
    expect(hosts).toContain('http://mirror.example:5000');
    expect(await repo.docker('inspect', '--format', '{{.Id}}', FIRST_NODE)).toBe(born);
    expect(await repo.plan()).toMatch(/^No changes/);
  });

  it.each<readonly [string, () => Promise<unknown>]>([
    ['its node was stopped', () => repo.docker('stop', '--time', '5', FIRST_NODE)],
    ['its node was paused', () => repo.docker('pause', FIRST_NODE)],
    ['its node was killed', () => repo.docker('kill', FIRST_NODE)],
    ['a node was labelled', () => repo.kubectl('label', 'node', FIRST_NODE, 'odd=one')],
    ['an addon was edited', () => repo.kubectl('delete', 'configmap', 'greeting', '-n', 'tools')],
  ])('is healed where %s', async (_, act) => {
    await act();
    const drift = await repo.trueup(['drift', 'local']);
    expect(drift.status, drift.stdout).toBe(2);

    await repo.applied();

    expect((await repo.trueup(['drift', 'local'])).status).toBe(0);
  });

  it('is stopped and started as a person says, and stays what it is', async () => {
    await repo.done(['stop', 'local/cluster.dev']);
    expect(await repo.docker('inspect', '--format', '{{.State.Status}}', FIRST_NODE)).toBe('exited');
    expect(await repo.plan()).toMatch(/^No changes/);

    await repo.done(['start', 'local/cluster.dev']);
    await repo.applied();

    expect(await repo.kubectl('get', 'configmap', 'greeting', '-n', 'tools', '-o', 'name')).toBe('configmap/greeting');
  });

  it('is replaced for what kind cannot change, and says before what goes with it', async () => {
    await repo.declare({ feature_gates: '{ APIResponseCompression: false }' });

    const plan = await repo.plan();

    expect(plan).toContain('1 to replace');
    expect(plan).toContain('1 namespace (tools)');
  });

  it('names what is gone of its control plane', async () => {
    await repo.declare({ feature_gates: null });
    await repo.docker('exec', FIRST_NODE, 'rm', '/etc/kubernetes/pki/apiserver.crt');

    const { stdout, status } = await repo.trueup(['drift', 'local']);

    expect(status).toBe(2);
    expect(stdout).toContain('gone from its control plane: pki/apiserver.crt');
  });

  it('is made anew where somebody deleted it', async () => {
    await repo.kind('delete', 'cluster', '--name', CLUSTER);
    expect((await repo.trueup(['drift', 'local'])).status).toBe(2);

    await repo.applied();

    expect(await repo.plan()).toMatch(/^No changes/);
  });

  it('leaves nothing behind', async () => {
    await repo.done(['destroy', 'local', '--auto-approve']);

    expect(await repo.nodes()).toEqual([]);
    expect(await readFile(join(repo.root, 'kube/config'), 'utf8')).not.toContain(CLUSTER);
  });
});
