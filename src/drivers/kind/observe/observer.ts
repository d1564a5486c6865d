/** The observer: node containers, and what is in them. It runs no command that changes anything, in them or on the engine. */
import { TrueupError } from '../../../model/failure.ts';
import type { Observation, ObservedObject, Ownership } from '../../../model/observed.ts';
import type { Observer } from '../../driver.ts';
import { Recent } from '../../recent.ts';
import { wantedKubeconfigs } from '../../kubernetes/kubeconfig/wanted.ts';
import { clusterSightsOf } from '../../kubernetes/sights.ts';
import type { Scope } from '../../scope.ts';
import { readingDocker, type Docker } from '../commands/docker.ts';
import type { Engine } from '../engine.ts';
import type { KindFacts } from '../facts.ts';
import { askFacts } from './ask-facts.ts';
import { kubeconfigOf } from './connected.ts';
import { contextName } from './credentials.ts';
import { nodeEvents } from './events.ts';
import { lookAtNodes } from './look.ts';
import { lookAtCluster } from './look-at-cluster.ts';
import type { NodeSight } from './nodes.ts';
import { nodeLogs } from './logs.ts';
import { clusterReadiness } from './readiness.ts';
import { clusterObject } from './cluster-object.ts';

export function kindObserver(engine: Engine): Observer {
  const docker = readingDocker(engine);
  const facts = new Recent((signal) => askFacts(docker, signal));
  const factsNow = facts.get.bind(facts);
  return {
    observe: (scope, signal) => observe(docker, factsNow, scope, signal),
    events: (_scope, signal) => facts.forgetAtGaps(nodeEvents(engine, signal)),
    readiness: (object, config, signal) => clusterReadiness(docker, object.name, config, signal),
    clusters: clusterSightsOf({
      kubeconfig: ({ name }, config, signal) => kubeconfigOf(docker, name, signal, contextName(name, config)),
      identity: ({ name }, config) => ({
        id: name,
        vmId: null,
        kubeconfigPath: wantedKubeconfigs(config)[0]?.path ?? '',
      }),
    }),
    logs: (object, options, signal) => nodeLogs(docker, object.name, options, signal),
    close: () => Promise.resolve(),
  };
}

async function observe(
  docker: Docker,
  factsNow: (signal: AbortSignal) => Promise<KindFacts>,
  scope: Scope,
  signal: AbortSignal,
): Promise<Observation> {
  const { name: engine } = docker.engine;
  signal.throwIfAborted();
  try {
    const [facts, found] = await Promise.all([factsNow(signal), lookAtNodes(docker, signal)]);
    const meant = [...found].filter(([name, nodes]) => isMeant(name, nodes, scope));
    const objects: readonly ObservedObject[] = await Promise.all(
      meant.map(async ([name, nodes]) => clusterObject(await lookAtCluster(docker, name, nodes, signal))),
    );
    return { status: 'known', engine, facts, objects };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof TrueupError) || error.code !== 'engine_unreachable') throw error;
    return { status: 'unreachable', engine, error: error.message, provided_by: null };
  }
}

/** Ours, or under a wanted name. */
function isMeant(name: string, nodes: readonly NodeSight[], { owners, environment, names, only }: Scope): boolean {
  if (only !== undefined) return only.some((object) => object.type === 'cluster' && object.name === name);
  if ((names.cluster ?? []).includes(name)) return true;
  return nodes.some(({ ownership }) => isOurs(ownership, owners, environment));
}

function isOurs(ownership: Ownership | null, owners: readonly string[], environment: string): boolean {
  return ownership !== null && ownership.environment === environment && owners.includes(ownership.owner);
}
