/** The observer: folders, processes and API servers of clusters. It runs no command that changes anything, and writes nothing. */
import { TrueupError } from '../../../model/failure.ts';
import type { Observation, ObservedObject } from '../../../model/observed.ts';
import type { Observer } from '../../driver.ts';
import { Recent } from '../../recent.ts';
import { readingApi } from '../../kubernetes/api/reading.ts';
import { kubeconfigText } from '../../kubernetes/kubeconfig/text.ts';
import { clusterSightsOf } from '../../kubernetes/sights.ts';
import type { Scope } from '../../scope.ts';
import { type Connections, LOOKING_MS, openConnections } from '../connection.ts';
import { clusterFolder, type Engine } from '../engine.ts';
import type { KwokFacts } from '../facts.ts';
import { contextOf, kubeconfigPathOf } from '../own-kubeconfig.ts';
import { askFacts } from './ask-facts.ts';
import { clusterObject } from './cluster-object.ts';
import { clusterEvents } from './events.ts';
import { componentLogs } from './logs.ts';
import { lookAtWhole } from './look.ts';
import { lookAtFolders } from './look-at-folder.ts';
import { clusterReadiness } from './readiness.ts';

export function kwokObserver(engine: Engine): Observer {
  const connections = openConnections(LOOKING_MS, readingApi);
  const facts = new Recent((signal) => askFacts(engine, signal));
  const factsNow = facts.get.bind(facts);
  return {
    observe: (scope, signal) => observe({ engine, connections, factsNow }, scope, signal),
    events: (scope, signal) => facts.forgetAtGaps(clusterEvents(engine, scope, signal)),
    logs: ({ name }, options, signal) => componentLogs(engine, name, options, signal),
    readiness: ({ name }, config, signal) =>
      clusterReadiness({ engine, name, config, connect: (folder) => connections.to(folder), signal }),
    clusters: clusterSightsOf({
      kubeconfig: async ({ name }, config) =>
        kubeconfigText(await contextOf(clusterFolder(engine, name), name, config)),
      identity: ({ name }, config) => ({
        id: name,
        vmId: null,
        kubeconfigPath: kubeconfigPathOf(clusterFolder(engine, name), config),
      }),
    }),
    close() {
      connections.close();
      return Promise.resolve();
    },
  };
}

interface Looking {
  readonly engine: Engine;
  readonly connections: Connections;
  factsNow(signal: AbortSignal): Promise<KwokFacts>;
}

async function observe(looking: Looking, scope: Scope, signal: AbortSignal): Promise<Observation> {
  const { name: engine } = looking.engine;
  signal.throwIfAborted();
  try {
    const [facts, objects] = await Promise.all([looking.factsNow(signal), look(looking, scope, signal)]);
    return { status: 'known', engine, facts, objects };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof TrueupError) || error.code !== 'engine_unreachable') throw error;
    return { status: 'unreachable', engine, error: error.message, provided_by: null };
  }
}

async function look(
  { engine, connections }: Looking,
  scope: Scope,
  signal: AbortSignal,
): Promise<readonly ObservedObject[]> {
  const meant = await lookAtFolders(engine, scope);
  const connect = connections.to.bind(connections);
  return (await Promise.all(meant.map((sight) => lookAtWhole(sight, { connect, signal })))).map(clusterObject);
}
