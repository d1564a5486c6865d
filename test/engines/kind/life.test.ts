import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
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

const IMAGE = 'trueup.example/tool:3';
const SERVED = '/etc/kubernetes/pki/apiserver.crt';

/** A certificate of yesterday in the place of the one that the API server shows, a key and a manifest less. */
const SPOILT = `cd /etc/kubernetes/pki && openssl req -new -key apiserver.key -subj /CN=kube-apiserver -out /tmp/old.csr &&
openssl x509 -req -in /tmp/old.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days -1 -out apiserver.crt &&
rm etcd/peer.key ../manifests/kube-apiserver.yaml`;

const CTR = 'ctr --namespace k8s.io';
/** Runs a container of somebody else's pod, which is called as one of the control plane is. */
const RUN_THEIRS = `${CTR} run --detach --label io.kubernetes.pod.namespace=shop --label io.kubernetes.container.name=etcd \
$(${CTR} images ls --quiet | grep --max-count 1 /pause:) theirs`;
const THEIRS = `${CTR} tasks ls | grep ^theirs`;
const OUR_ETCD = `${CTR} tasks ls --quiet | grep --fixed-strings "$(${CTR} containers ls --quiet \
'labels."io.kubernetes.pod.namespace"==kube-system,labels."io.kubernetes.container.name"==etcd')"`;

/** A port of this machine that a program of nobody's listens on. */
async function heldPort(): Promise<AsyncDisposable & { readonly port: number }> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    port,
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, 'close');
    },
  };
}

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

  function inNode(script: string): Promise<string> {
    return repo.docker('exec', FIRST_NODE, 'sh', '-c', script);
  }

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

  it.each<readonly [string, string, (file: string) => Promise<unknown>, (file: string) => Promise<unknown>]>([
    ['is read-only', 'other', (file) => chmod(file, 0o444), (file) => chmod(file, 0o600)],
    ['is locked by another program', 'dev', (file) => writeFile(`${file}.lock`, ''), (file) => rm(`${file}.lock`)],
  ])('leaves a kubeconfig as it is that %s, and writes it once it may', async (reason, context, refuse, allow) => {
    const file = join(repo.root, 'kube/config');
    const before = await readFile(file, 'utf8');
    await repo.declare({ kubeconfig: `{ path: ../../kube/config, context: ${context} }` });

    await refuse(file);
    const { status, stdout, stderr } = await repo.trueup(['apply', 'local', '--auto-approve']);

    expect(status, stdout).not.toBe(0);
    expect(stdout + stderr).toContain(`kube/config ${reason}`);
    expect(await readFile(file, 'utf8')).toBe(before);
    await allow(file);
    await repo.applied();
    expect(await readFile(file, 'utf8')).toContain(`current-context: ${context}`);
    expect(await repo.plan()).toMatch(/^No changes/);
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

  it('stays as it is where what takes its place could not be made', async () => {
    const born = await repo.docker('inspect', '--format', '{{.Id}}', FIRST_NODE);
    await using held = await heldPort();

    await repo.declare({ port_mappings: `["127.0.0.1:${held.port}:30080"]` });
    const { status, stdout, stderr } = await repo.trueup(['apply', 'local', '--auto-approve']);
    await repo.declare({ port_mappings: null });

    expect(status, stdout).not.toBe(0);
    expect(stdout + stderr).toContain(`port ${held.port} of the host is held by a program`);
    expect(await repo.docker('inspect', '--format', '{{.Id}} {{.State.Running}}', FIRST_NODE)).toBe(`${born} true`);
  });

  it('stays what it is where somebody works on its control plane, or took away what trueup noted in it', async () => {
    await repo.declare({ feature_gates: null });
    await inNode('cd /etc/kubernetes/pki && mv front-proxy-client.crt aside && rm /kind/trueup.json');

    expect(await repo.plan()).toContain(', 0 to replace, ');
    await repo.applied();
    await inNode('cd /etc/kubernetes/pki && mv aside front-proxy-client.crt');

    expect(await repo.kubectl('get', 'configmap', 'greeting', '-n', 'tools', '-o', 'name')).toBe('configmap/greeting');
    expect(await repo.plan()).toMatch(/^No changes/);
  });

  it('has what is gone of its control plane, or has expired, made anew, with all that is in it', async () => {
    const born = await repo.docker('inspect', '--format', '{{.Id}}', FIRST_NODE);
    await inNode(RUN_THEIRS);
    const [theirs, ourEtcd] = [await inNode(THEIRS), await inNode(OUR_ETCD)];
    await inNode(SPOILT);
    await eventually(async () => !(await repo.isAnswering()), 'its API server to be down');

    const { stdout, status } = await repo.trueup(['drift', 'local', '--output', 'json']);
    expect(status, stdout).toBe(2);
    expect(stdout).toContain('gone from its control plane: pki/etcd/peer.key, manifests/kube-apiserver.yaml');
    await repo.applied();

    expect(await repo.kubectl('get', 'configmap', 'greeting', '-n', 'tools', '-o', 'name')).toBe('configmap/greeting');
    const end = await repo.docker('exec', FIRST_NODE, 'openssl', 'x509', '-checkend', '86400', '-noout', '-in', SERVED);
    expect(end).toBe('Certificate will not expire');
    expect(await repo.docker('inspect', '--format', '{{.Id}}', FIRST_NODE)).toBe(born);
    expect(await inNode(OUR_ETCD)).not.toBe(ourEtcd);
    expect(await inNode(THEIRS)).toBe(theirs);
    expect(await repo.plan()).toMatch(/^No changes/);
  });

  it('takes images of the engine into its nodes', async () => {
    const archive = join(repo.scratch, 'tool.tar');
    await promisify(execFile)('tar', ['-C', join(repo.root, 'k8s'), '-cf', archive, '.']);
    await repo.docker('import', archive, IMAGE);

    await repo.done(['load', IMAGE, '--cluster', 'dev', '--engine', 'containers']);

    const held = await repo.docker('exec', FIRST_NODE, 'ctr', '--namespace', 'k8s.io', 'images', 'ls', '--quiet');
    expect(held.split('\n')).toContain(IMAGE);
    await repo.docker('image', 'rm', IMAGE);
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
