import { describe, expect, it } from 'vitest';
import type { ClusterSights } from '../../../../src/drivers/cluster-faces.ts';
import { withSights } from '../../../../src/flow/clusters/sights.ts';
import type { ObservedEngine } from '../../../../src/flow/observe.ts';
import { environmentStatus } from '../../../../src/flow/status.ts';
import type { Observation, ObservedRunState } from '../../../../src/model/observed.ts';
import type { EnvironmentStatus } from '../../../../src/report/status.ts';
import { plan } from '../../../support/builders.ts';
import { clusterIn, double, never, SHOP } from '../../../support/clusters/double.ts';
import { clusterSight } from '../../../support/clusters/sight.ts';
import { recordedOf } from '../../../support/planning.ts';
import { SEALER } from '../../../support/sealer.ts';

const SIGHT = clusterSight();

function statusOf(state: ObservedRunState): EnvironmentStatus {
  const seen: Observation = { status: 'known', engine: 'dev', facts: null, objects: [clusterIn(state)] };
  return environmentStatus({
    environment: SHOP,
    plan: plan(),
    observations: new Map([['dev', seen]]),
    recorded: recordedOf([]),
    owners: ['me'],
    openRun: null,
  });
}

async function engines(
  sight: ClusterSights['sight'] = async () => SIGHT,
): Promise<ReadonlyMap<string, ObservedEngine>> {
  const { workspace } = double();
  const driver = await workspace.drivers.load('clusters');
  const declaration = { name: 'dev', driver: 'clusters', settings: {} };
  const observer = await driver?.observer(declaration, SEALER);
  if (observer?.clusters === undefined) throw new Error('the double runs no clusters');
  const scope = { owners: ['me'], project: 'shop', environment: 'local', names: {} };
  return new Map([
    ['dev', { declaration, scope, observer: { ...observer, clusters: { ...observer.clusters, sight } } }],
  ]);
}

function clusterOf(status: EnvironmentStatus): EnvironmentStatus['resources'][number] | undefined {
  return status.resources.find(({ address }) => address === 'cluster.dev');
}

describe('what is in clusters', () => {
  it('is told of one that was named', async () => {
    const status = await withSights(
      statusOf('running'),
      SHOP,
      { engines: await engines() },
      ['cluster.dev'],
      never,
      never,
    );

    expect(clusterOf(status)).toMatchObject({
      dev_cluster: { state: 'running', kubeconfigPath: SIGHT.cluster.kubeconfigPath },
      kubernetes_cluster: SIGHT.cluster,
      kubernetes_pods: SIGHT.pods,
      version_skew: [],
    });
    expect(status.resources.filter((resource) => 'kubernetes_cluster' in resource)).toHaveLength(1);
  });

  it('is asked of none that was not named, nor of one that does not run', async () => {
    const unasked = await engines(() => Promise.reject(new Error('it was asked')));

    const unnamed = await withSights(statusOf('running'), SHOP, { engines: unasked }, ['service.web'], never, never);
    const stopped = await withSights(statusOf('stopped'), SHOP, { engines: unasked }, ['cluster.dev'], never, never);

    for (const status of [unnamed, stopped]) expect(clusterOf(status)).not.toHaveProperty('kubernetes_cluster');
    expect(clusterOf(stopped)?.dev_cluster?.state).toBe('stopped');
  });

  it('is nothing where the cluster does not answer, whatever becomes of the asking', async () => {
    const silent = await engines(() => Promise.reject(new Error('connect ECONNREFUSED')));

    const status = await withSights(statusOf('running'), SHOP, { engines: silent }, ['cluster.dev'], never, never);

    expect(clusterOf(status)).toMatchObject({ dev_cluster: { state: 'starting' }, kubernetes_cluster: null });
  });

  it('is nothing where the time is over', async () => {
    const silent = await engines((_object, _config, signal) => {
      const { promise, reject } = Promise.withResolvers<never>();
      if (signal.aborted) reject(new Error('over'));
      return promise;
    });

    const status = await withSights(
      statusOf('running'),
      SHOP,
      { engines: silent },
      ['cluster.dev'],
      never,
      AbortSignal.abort(),
    );

    expect(clusterOf(status)).toMatchObject({ kubernetes_cluster: null });
  });

  it('ends with the signal', async () => {
    const reason = new Error('enough');
    const asked = withSights(
      statusOf('running'),
      SHOP,
      { engines: await engines(() => Promise.reject(reason)) },
      ['cluster.dev'],
      AbortSignal.abort(reason),
      never,
    );

    await expect(asked).rejects.toBe(reason);
  });
});
