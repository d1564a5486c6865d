import { describe, expect, it } from 'vitest';
import { clusterParts, devClusterOf } from '../../../src/flow/status-cluster.ts';
import { CLUSTER, clusterIn } from '../../support/clusters/double.ts';
import { clusterSight, kubernetesNode } from '../../support/clusters/sight.ts';

const OWN = devClusterOf(CLUSTER, clusterIn('running'), 'none');

describe('a cluster in the words of the tools around it', () => {
  it('is known by its names, and by the file that people asked for', () => {
    const declared = { ...CLUSTER, config: { ...CLUSTER.config, kubeconfig: { path: '/repo/dev.yaml' } } };

    expect(devClusterOf(declared, clusterIn('running'), 'none')).toMatchObject({
      name: 'shop-dev',
      kubeconfigPath: '/repo/dev.yaml',
      state: 'running',
    });
    expect(OWN.kubeconfigPath).toBeNull();
  });

  it('is told with what is in it, and where its kubeconfig really is', () => {
    const sight = clusterSight();

    expect(clusterParts(OWN, CLUSTER, sight)).toEqual({
      dev_cluster: { ...OWN, kubeconfigPath: sight.cluster.kubeconfigPath },
      kubernetes_cluster: sight.cluster,
      kubernetes_pods: sight.pods,
      version_skew: [],
    });
  });

  it('is only starting while it runs and does not answer', () => {
    expect(clusterParts(OWN, CLUSTER, null)).toEqual({
      dev_cluster: { ...OWN, state: 'starting' },
      kubernetes_cluster: null,
      kubernetes_pods: [],
      version_skew: [],
    });
    const stopped = devClusterOf(CLUSTER, clusterIn('stopped'), 'none');
    expect(clusterParts(stopped, CLUSTER, null).dev_cluster?.state).toBe('stopped');
  });

  it('says which versions do not go together', () => {
    const nodes = [kubernetesNode({ version: 'v1.31.0' }), kubernetesNode({ name: 'new', version: 'v1.37.0' })];

    expect(clusterParts(OWN, CLUSTER, clusterSight({ version: '1.35.1', nodes })).version_skew).toEqual([
      'the API server runs 1.35.1, and v1.36 is declared',
      'node dev-worker-0 runs v1.31.0, too far behind its API server 1.35.1',
      'node new runs v1.37.0, ahead of its API server 1.35.1',
    ]);
  });
});
