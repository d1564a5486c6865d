/** `trueup status CLUSTER --watch`: what is in a cluster, anew whenever it changes, until Ctrl-C. Its driver's watch says when. */
import { type ReachedCluster, reachCluster } from '../flow/clusters/reach.ts';
import { clusterParts, devClusterOf } from '../flow/status-cluster.ts';
import type { ClusterSight } from '../drivers/cluster-faces.ts';
import { TrueupError } from '../model/failure.ts';
import { clusterJson } from '../report/cluster-json.ts';
import { clusterText } from '../report/cluster-text.ts';
import { safeJson } from '../report/safe-text.ts';
import type { ClusterStatus } from '../report/status.ts';
import { namedCluster } from './clusters.ts';
import type { CommandContext } from './context.ts';
import { EXIT, type ExitStatus } from './exit-status.ts';
import type { InputOptions } from './options.ts';

/** To the upper left, and nothing below. */
const AFRESH = '\u001B[H\u001B[J';
const CLEAR = '\u001B[2J';

export async function watchCluster(
  context: CommandContext,
  [word, ...more]: readonly string[],
  options: InputOptions,
): Promise<ExitStatus> {
  if (word === undefined || more.length > 0)
    throw new TrueupError('usage', '--watch goes with one cluster', {
      next: 'name it: `trueup status local/cluster.dev --watch`; `trueup watch` shows a whole environment',
    });
  const { signal, stdout } = context;
  const workspace = await context.workspace('read');
  const { environment, resource } = await namedCluster(context, workspace, word, options);
  await using reached = await reachCluster(workspace, environment, resource, signal);
  const isScreen = context.output !== 'json' && stdout.isTTY;
  if (isScreen) stdout.write(CLEAR);
  try {
    for await (const sight of changes(reached, signal)) {
      const status = await statusOf(reached, sight, signal);
      if (context.output === 'json') stdout.write(`${safeJson(context.mask(JSON.stringify(line(reached, status))))}\n`);
      else context.print(`${isScreen ? AFRESH : ''}${textOf(context, reached, status)}${isScreen ? '' : '\n'}`);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return signal.aborted ? EXIT.interrupted : EXIT.done;
}

/** As it is at once, and then as its watch tells; until that has heard all of it for the first time, it knows less. */
async function* changes(
  { resource, sights }: ReachedCluster,
  signal: AbortSignal,
): AsyncGenerator<ClusterSight | null, void> {
  const object = { type: resource.type, name: resource.name };
  const first = await sights.sight(object, resource.config, signal);
  yield first;
  let hasHeard = false;
  let last = JSON.stringify(first);
  for await (const sight of sights.follow(object, resource.config, signal)) {
    hasHeard ||= sight !== null;
    const seen = JSON.stringify(sight);
    if (hasHeard && seen !== last) yield sight;
    last = hasHeard ? seen : last;
  }
}

async function statusOf(
  { resource, look }: ReachedCluster,
  sight: ClusterSight | null,
  signal: AbortSignal,
): Promise<ClusterStatus> {
  const object = await look(signal);
  const own = devClusterOf(resource, object, object.status.health);
  return { address: resource.address, ...clusterParts(own, resource, sight) };
}

function line({ environment }: ReachedCluster, status: ClusterStatus): object {
  return { environment: environment.name, address: status.address, ...clusterJson(status) };
}

function textOf({ render }: CommandContext, { environment }: ReachedCluster, status: ClusterStatus): string {
  const state = status.dev_cluster?.state ?? 'error';
  return `${environment.name}: ${state}\n${clusterText(status, { ...render, now: Date.now() })}`;
}
