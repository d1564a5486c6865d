import { describe, expect, it } from 'vitest';
import { clusterText } from '../../../src/report/cluster-text.ts';
import type { ClusterStatus, EnvironmentStatus, ResourceStatus } from '../../../src/report/status.ts';
import { statusDocument } from '../../../src/report/status-document.ts';
import { renderStatus } from '../../../src/report/status-text.ts';
import { clusterSight, kubernetesContainer, kubernetesNode, kubernetesPod } from '../../support/clusters/sight.ts';
import { schemaErrors } from '../../support/schemas.ts';

const NOW = Date.parse('2026-01-31T12:00:00.000Z');
const OPTIONS = { color: false, width: 140, now: NOW };
const WAITING = kubernetesPod({
  name: 'job',
  namespace: 'kube-system',
  status: 'Pending',
  phase: 'Pending',
  nodeName: '',
  podIP: null,
  restartCount: 4,
  startedAt: null,
  containers: [kubernetesContainer({ status: 'waiting' }), kubernetesContainer({ name: 'side', status: 'running' })],
});

function statusOf(overrides: Partial<ClusterStatus> = {}): ClusterStatus {
  const { cluster, pods } = clusterSight({}, [kubernetesPod(), WAITING]);
  return {
    address: 'cluster.dev',
    kubernetes_cluster: cluster,
    kubernetes_pods: pods,
    version_skew: [],
    ...overrides,
  };
}

const RESOURCE: ResourceStatus = {
  address: 'cluster.dev',
  engine: 'dev',
  name: 'shop-dev',
  run_state: 'running',
  health: 'none',
  reason: null,
  since: null,
  gate: null,
  restarts: 0,
  image: null,
  ports: [],
  frozen: null,
  details: {},
  dev_cluster: { id: 'dev', name: 'shop-dev', kubeconfigPath: null, state: 'running', createdAt: null },
};

function environmentWith(resource: ResourceStatus): EnvironmentStatus {
  const nothing = { last_applied: null, last_attempted: null, last_healthy: null, quarantine: null };
  return { name: 'local', state: 'healthy', conditions: [], ...nothing, resources: [resource] };
}

describe('what is in a cluster', () => {
  it('is one line, its nodes and its pods', () => {
    expect(clusterText(statusOf(), OPTIONS).split('\n')).toEqual([
      'cluster.dev: Kubernetes 1.36.3 at https://127.0.0.1:6443, 1 node, 2 pods, 2 services, 4 namespaces',
      'NODE          STATUS  ROLES   VERSION  CPUS  MEMORY    PODS  AGE       RUNTIME             OS',
      'dev-worker-0  Ready   worker  v1.36.3  4     7981 MiB  110   1 h 00 m  containerd://2.1.0  Debian GNU/Linux 12',
      'POD              STATUS   CONTAINERS            RESTARTS  NODE          IP        AGE',
      'default/web-1    Running  1 running                       dev-worker-0  10.0.0.7  1 m 00 s',
      'kube-system/job  Pending  1 waiting, 1 running  4                                 2 m 00 s',
    ]);
  });

  it('says that its API does not answer', () => {
    expect(clusterText(statusOf({ kubernetes_cluster: null, kubernetes_pods: [] }), OPTIONS)).toBe(
      'cluster.dev: its API does not answer',
    );
  });

  it('is nothing of what was not asked', () => {
    expect(clusterText({ address: 'cluster.dev' }, OPTIONS)).toBe('');
  });

  it('says which versions do not go together, and with --verbose where its kubeconfig is', () => {
    const text = clusterText(statusOf({ version_skew: ['node n is too old'] }), { ...OPTIONS, verbose: true });

    expect(text).toContain('version skew: node n is too old');
    expect(text).toContain('kubeconfig /home/kim/.local/state/trueup/dev.yaml');
  });

  it('shows of many pods those that are not well, and counts the rest', () => {
    const many = Array.from({ length: 50 }, (_, index) => kubernetesPod({ name: `web-${index}` }));
    const bad = kubernetesPod({ name: 'broken', status: 'Failed', phase: 'Failed' });
    const { cluster, pods } = clusterSight({}, [...many, bad]);
    const status = statusOf({ kubernetes_cluster: cluster, kubernetes_pods: pods });

    const lines = clusterText(status, OPTIONS).split('\n');

    expect(lines[4]).toContain('default/broken');
    expect(lines.at(-1)).toBe('  11 more pods; --verbose shows all');
    expect(clusterText(status, { ...OPTIONS, verbose: true })).not.toContain('more pods');
  });

  it('tells usage only where somebody measures it', () => {
    const measured = kubernetesPod({ cpuUsage: 12.5, memoryUsageMB: 63.7 });

    expect(clusterText(statusOf(), OPTIONS)).not.toContain(' CPU ');
    expect(clusterText(statusOf({ kubernetes_pods: [measured] }), OPTIONS)).toMatch(/12\.5 % +64 MiB/);
  });

  it('cannot move the cursor, whatever its nodes are called', () => {
    const { cluster } = clusterSight({ nodes: [kubernetesNode({ name: 'a\u001b[2Jb' })] });

    expect(clusterText(statusOf({ kubernetes_cluster: cluster }), OPTIONS)).not.toContain('\u001b');
  });
});

describe('the status of a cluster', () => {
  it('is in the JSON as the data model has it, and below the table in the text', () => {
    const asked = environmentWith({ ...RESOURCE, ...statusOf() });
    const document = statusDocument({ environments: [asked] });

    expect(schemaErrors('status', document)).toEqual([]);
    expect(document).toMatchObject({
      environments: [{ resources: [{ ...statusOf(), dev_cluster: RESOURCE.dev_cluster }] }],
    });
    expect(renderStatus({ environments: [asked] }, OPTIONS)).toContain('\n\ncluster.dev: Kubernetes 1.36.3');
  });

  it.each([
    ['it does not answer', { ...RESOURCE, kubernetes_cluster: null, kubernetes_pods: [], version_skew: [] }],
    ['nobody asked', RESOURCE],
    ['it is not there', { ...RESOURCE, run_state: 'missing' as const, dev_cluster: null }],
  ])('is valid where %s', (_what, resource) => {
    expect(schemaErrors('status', statusDocument({ environments: [environmentWith(resource)] }))).toEqual([]);
  });
});
