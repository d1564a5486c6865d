/** What is in clusters, for who asked for them by name: each is asked at once, and one that does not answer holds nobody up. */
import type { ClusterSight } from '../../drivers/cluster-faces.ts';
import type { Address } from '../../model/address.ts';
import type { DesiredEnvironment } from '../../model/desired.ts';
import type { EnvironmentStatus } from '../../report/status.ts';
import type { Observations } from '../observe.ts';
import { clusterParts } from '../status-cluster.ts';

/** Of those that run; `addresses` may name anything. What has not answered when `over` aborts is left out. */
export async function withSights(
  status: EnvironmentStatus,
  environment: DesiredEnvironment,
  { engines }: Pick<Observations, 'engines'>,
  addresses: readonly Address[],
  signal: AbortSignal,
  over: AbortSignal,
): Promise<EnvironmentStatus> {
  const limit = AbortSignal.any([signal, over]);
  const resources = status.resources.map(async (found) => {
    const resource = environment.resources.get(found.address);
    const runs = found.run_state === 'running' || found.run_state === 'dead';
    if (resource?.type !== 'cluster' || !runs || !addresses.includes(found.address)) return found;
    const sights = engines.get(resource.engine)?.observer.clusters;
    if (sights === undefined) return found;
    const asked = sights.sight({ type: resource.type, name: resource.name }, resource.config, limit);
    const sight = await asked.catch((): ClusterSight | null => null);
    signal.throwIfAborted();
    return { ...found, ...clusterParts(found.dev_cluster ?? null, resource, sight) };
  });
  return { ...status, resources: await Promise.all(resources) };
}
