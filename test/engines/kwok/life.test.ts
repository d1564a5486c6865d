import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { appendFile, chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { CONTROL_PLANE } from '../../support/kubernetes/build-kubernetes.ts';
import { lacksKubernetes } from '../../support/kubernetes/lacks.ts';
import { CLUSTER, type KwokRepo, kwokRepo } from '../../support/kwok/kwok-repo.ts';

const lacks = lacksKubernetes(CONTROL_PLANE);

const WEB = `apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: "web:1" }] }
`;

const FIELDS = { nodes: '{ workers: 2 }', addons: '[../../k8s/web.yaml]', kubeconfig: '{ path: ../../kube/config }' };

// One cluster, and one life: each test leaves it as it is declared here, or has it put right before the next one.
describe.skipIf(lacks !== null)(`a cluster of kwok${lacks === null ? '' : ` (${lacks})`}`, () => {
  let repo: KwokRepo;

  beforeAll(async () => {
    repo = await kwokRepo(FIELDS, { 'k8s/web.yaml': WEB, '.gitignore': 'kube/\n.trueup/\n' });
  });

  let isAsDeclared = false;

  beforeEach(async () => {
    if (isAsDeclared) return;
    await repo.write({ 'k8s/web.yaml': WEB });
    await repo.only(FIELDS);
    await repo.applied();
  });

  afterEach(({ task }) => {
    isAsDeclared = task.result?.state === 'pass';
  });

  afterAll(() => repo[Symbol.asyncDispose]());

  async function pidOf(component: string): Promise<number> {
    return Number(await readFile(join(repo.folder, 'pids', `${component}.pid`), 'utf8'));
  }

  async function securePort(): Promise<number> {
    return Number(/--secure-port=(\d+)/.exec(await readFile(join(repo.folder, 'kwok.yaml'), 'utf8'))?.[1]);
  }

  /** kwokctl waits for nobody whom it has killed. */
  async function gone(): Promise<void> {
    await eventually(async () => (await repo.processes()).length === 0, 'its processes to be gone');
  }

  async function stoppedByHand(): Promise<void> {
    await repo.kwokctl('stop', 'cluster', '--name', CLUSTER);
    await gone();
  }

  async function uidOfShop(): Promise<string> {
    return repo.kubectl('get', 'namespace', 'shop', '-o', 'jsonpath={.metadata.uid}');
  }

  async function healed(): Promise<void> {
    expect((await repo.trueup(['drift', 'local'])).status).toBe(2);
    await repo.applied();
    expect(await repo.plan()).toMatch(/^No changes/);
  }

  it('is created, waited for up to its service account, and found equal, with and without what was recorded', async () => {
    await eventually(
      async () =>
        /Running\nRunning/.test(
          await repo.kubectl(
            'get',
            'pods',
            '-n',
            'shop',
            '-o',
            'jsonpath={range .items[*]}{.status.phase}{"\\n"}{end}',
          ),
        ),
      'pods to run',
    );
    expect(await repo.plan()).toMatch(/^No changes/);
    await repo.removeState();
    expect(await repo.plan()).toMatch(/^No changes/);
  });

  it('is led to by the kubeconfig that was declared, and by no other', async () => {
    const { stdout } = await promisify(execFile)(
      'kubectl',
      ['--kubeconfig', join(repo.root, 'kube/config'), 'get', 'ns', 'shop'],
      { env: repo.env },
    );

    expect(stdout).toContain('Active');
    expect(existsSync(join(repo.scratch, 'home/.kube/config'))).toBe(false);
  });

  it('stays in the kubeconfig that was the one of the user, whatever another shell calls it', async () => {
    const [first, second] = ['first', 'second'].map((name) => join(repo.root, 'kube', name)) as [string, string];
    const inShell = (kubeconfig: string, ...args: readonly string[]): ReturnType<KwokRepo['trueup']> =>
      repo.trueup(args, { env: { ...repo.env, KUBECONFIG: kubeconfig } });
    await repo.declare({ kubeconfig: '{ merge: true }' });

    expect((await inShell(first, 'apply', 'local', '--auto-approve')).status).toBe(0);

    expect(await readFile(first, 'utf8')).toContain(CLUSTER);
    expect((await inShell(second, 'plan', 'local')).stdout).toMatch(/^No changes/);
    await repo.declare({ kubeconfig: FIELDS.kubeconfig });
    expect((await inShell(second, 'apply', 'local', '--auto-approve')).status).toBe(0);
    expect(await readFile(first, 'utf8')).not.toContain(CLUSTER);
    expect(existsSync(second)).toBe(false);
  });

  it('listens on this machine alone', async () => {
    const text = await readFile(join(repo.folder, 'kwok.yaml'), 'utf8');

    expect(text).not.toContain('0.0.0.0');
  });

  it('says what is in it where it would be replaced, and is not where it is protected', async () => {
    await repo.declare({ feature_gates: '{ APIResponseCompression: false }' });
    expect(await repo.plan()).toContain('lost with it: 1 namespace (shop)');

    await repo.declare({ protect: 'true' });
    const refused = await repo.trueup(['apply', 'local', '--auto-approve']);
    expect(refused.status, refused.stdout).toBe(3);

    await repo.declare({ protect: null, feature_gates: null });
    await repo.applied();
    expect(await repo.plan()).toMatch(/^No changes/);
  });

  it('is told of an addon whose file has been edited', async () => {
    await repo.write({ 'k8s/web.yaml': WEB.replace('replicas: 2', 'replicas: 3') });
    await repo.commit();
    expect(await repo.differences()).toEqual(["cluster.dev $['addons']['k8s/web.yaml']['content'] in_place"]);

    await repo.applied();

    expect(await repo.kubectl('get', 'deployment', 'web', '-n', 'shop', '-o', 'jsonpath={.spec.replicas}')).toBe('3');
    expect(await repo.plan()).toMatch(/^No changes/);
  });

  it('is heard of where somebody changes an addon, or a kubeconfig that leads to it', async () => {
    const hearing = repo.start(['events', 'local']);
    await hearing.until(/gap: /);

    const addons = hearing.until(/cluster\.dev +addons/);
    // What is changed before somebody listens to the API is not heard of.
    let count = 0;
    await eventually(async () => {
      await repo.kubectl('annotate', 'deployment', 'web', '-n', 'shop', '--overwrite', `seen=${(count += 1)}`);
      return Promise.race([addons.then(() => true), delay(1_000, false)]);
    }, 'a change of an addon to be heard of');
    await appendFile(join(repo.root, 'kube/config'), '# mine\n');
    await hearing.until(/cluster\.dev +change/);

    hearing.child.kill('SIGINT');
    expect((await hearing.done).status).toBe(130);
    expect(await repo.plan()).toMatch(/^No changes/);
  });

  it('is stopped and started again with all that was in it', async () => {
    const before = await uidOfShop();
    await repo.declare({ run_state: 'stopped' });
    await repo.applied();
    expect(await repo.plan()).toMatch(/^No changes/);
    expect(await repo.processes()).toEqual([]);

    await repo.declare({ run_state: null });
    await repo.applied();

    expect(await uidOfShop()).toBe(before);
  });

  it.each(['etcd', 'kwok-controller'])('comes back where its %s was killed', async (component) => {
    process.kill(await pidOf(component), 'SIGKILL');

    await healed();
  });

  it('comes back after a reboot, which has left pids of others behind', async () => {
    for (const component of ['kwok-controller', 'kube-scheduler', 'kube-controller-manager', 'kube-apiserver', 'etcd'])
      process.kill(await pidOf(component), 'SIGKILL');
    await gone();
    await writeFile(join(repo.folder, 'pids/etcd.pid'), String(process.pid));

    await healed();
  });

  it('gets other ports where somebody has taken one, and keeps its data', async () => {
    const before = await uidOfShop();
    await stoppedByHand();
    const port = await securePort();
    await using taken = await listening(port);

    await healed();

    expect(await uidOfShop()).toBe(before);
    if (taken.isOurs) expect(await securePort()).not.toBe(port);
  });

  it.each([
    ['its certificates are gone', (folder: string) => rm(join(folder, 'pki'), { recursive: true })],
    ['what kwokctl has written down is gone', (folder: string) => rm(join(folder, 'kwok.yaml'))],
    ['its own kubeconfig is broken', (folder: string) => writeFile(join(folder, 'kubeconfig.yaml'), 'contexts: [')],
  ])('is repaired around its data where %s', async (_, spoil) => {
    const before = await uidOfShop();
    await spoil(repo.folder);

    await healed();

    expect(await uidOfShop()).toBe(before);
  });

  it('keeps its data where kwokctl cannot repair it, until it can', async () => {
    const before = await uidOfShop();
    await rm(join(repo.folder, 'pki'), { recursive: true });
    const broken = join(repo.scratch, 'broken');
    await mkdir(broken);
    await writeFile(join(broken, 'kube-scheduler'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    const env = { ...repo.env, PATH: `${broken}${delimiter}${repo.env['PATH'] ?? ''}` };

    const refused = await repo.trueup(['apply', 'local', '--auto-approve'], { env });

    expect(refused.status, refused.stdout).not.toBe(0);
    expect(existsSync(join(repo.folder, 'etcd/member'))).toBe(true);
    await healed();
    expect(await uidOfShop()).toBe(before);
  });

  it('is nobody of ours where it has no mark, whatever its name', async () => {
    const mark = join(repo.folder, 'trueup.json');
    const text = await readFile(mark, 'utf8');
    const pids = await repo.processes();
    await rm(mark);

    const { status, stdout, stderr } = await repo.trueup(['apply', 'local', '--auto-approve']);

    expect(status, stdout).not.toBe(0);
    expect(stdout + stderr).toContain(CLUSTER);
    expect(await repo.processes()).toEqual(pids);
    await writeFile(mark, text);
    expect(await repo.plan()).toMatch(/^No changes/);
  });

  it('is repaired around its data where its certificates have expired', async () => {
    const before = await uidOfShop();
    await expire(join(repo.folder, 'pki'));
    expect((await repo.trueup(['drift', 'local'])).stdout).toContain('has expired');

    await repo.applied();

    expect(await uidOfShop()).toBe(before);
    expect(await repo.plan()).toMatch(/^No changes/);
  });

  it('is made anew where its data are gone, and says so', async () => {
    await stoppedByHand();
    await rm(join(repo.folder, 'etcd'), { recursive: true });
    expect((await repo.trueup(['drift', 'local'])).stdout).toContain('its data are gone');

    await repo.applied();

    expect(await repo.plan()).toMatch(/^No changes/);
  });

  it('is made anew where somebody deleted it', async () => {
    await repo.kwokctl('delete', 'cluster', '--name', CLUSTER);

    await healed();
  });

  it('shows what its API server answers to, and waits no longer than it has to where that hangs', async () => {
    process.kill(await pidOf('kube-apiserver'), 'SIGSTOP');
    try {
      const { stdout } = await repo.trueup(['status', 'local']);
      expect(stdout).toContain('its API server does not answer');
    } finally {
      process.kill(await pidOf('kube-apiserver'), 'SIGCONT');
    }
    await eventually(async () => (await repo.plan()).startsWith('No changes'), 'its API server to be compared again');
  });

  it('leaves a kubeconfig that cannot be written as it is, and says so', async () => {
    const folder = join(repo.root, 'kube');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'broken'), 'contexts: [');
    await repo.declare({ kubeconfig: '{ path: ../../kube/broken }' });

    const { status, stderr, stdout } = await repo.trueup(['apply', 'local', '--auto-approve']);

    expect(status).not.toBe(0);
    expect(stdout + stderr).toContain('is no YAML');
    expect(await readFile(join(folder, 'broken'), 'utf8')).toBe('contexts: [');
    await chmod(join(folder, 'config'), 0o644).catch(() => undefined);
    await repo.declare({ kubeconfig: '{ path: ../../kube/config }' });
    await repo.applied();
    expect(await repo.plan()).toMatch(/^No changes/);
  });

  it('leaves nothing behind', async () => {
    await repo.done(['destroy', 'local', '--auto-approve']);

    expect(await repo.remains()).toEqual([]);
    expect(await readFile(join(repo.root, 'kube/config'), 'utf8')).not.toContain(CLUSTER);
    expect((await readdir(join(repo.root, 'kube'))).filter((name) => name.endsWith('.lock'))).toEqual([]);
  });
});

/** One that somebody else listens on by now is taken as well. */
async function listening(port: number): Promise<AsyncDisposable & { readonly isOurs: boolean }> {
  const server = createServer();
  const { promise, resolve } = Promise.withResolvers<boolean>();
  server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
  const isOurs = await promise;
  return {
    isOurs,
    async [Symbol.asyncDispose]() {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      await closed.promise;
    },
  };
}

/** Certificates as they are in a hundred years, when those that kwokctl makes expire. */
async function expire(folder: string): Promise<void> {
  const args = ['x509', '-in', 'admin.crt', '-signkey', 'admin.key', '-days', '0', '-out', 'admin.crt'];
  await promisify(execFile)('openssl', args, { cwd: folder });
  const isOver = async (): Promise<boolean> => {
    const { validTo } = new X509Certificate(await readFile(join(folder, 'admin.crt')));
    return Date.parse(validTo) < Date.now();
  };
  await eventually(isOver, 'the certificate to expire');
}
