/** The ladder of a cluster: its processes run, and then what every cluster has to reach. */
import { type JsonObject, memberAt } from '../../../model/json.ts';
import type { Rung } from '../../../model/readiness.ts';
import type { ClusterApi } from '../../kubernetes/api/answer.ts';
import { climb } from '../../kubernetes/ladder/climb.ts';
import { clusterFolder, type Engine } from '../engine.ts';
import { goneReason } from './cluster-object.ts';
import type { ComponentSight } from './components.ts';
import { lastLines } from './logs.ts';
import { type FolderSight, lookAtFolder } from './look-at-folder.ts';

export interface ReadinessQuestion {
  readonly engine: Engine;
  readonly name: string;
  readonly config: JsonObject;
  readonly connect: (folder: string) => Promise<ClusterApi>;
  readonly signal: AbortSignal;
}

export async function clusterReadiness({
  engine,
  name,
  config,
  connect,
  signal,
}: ReadinessQuestion): Promise<readonly Rung[]> {
  const sight = await lookAtFolder(engine, name);
  return climb(
    {
      base: { name: 'processes', reason: await processesReason(sight) },
      api: () => connect(clusterFolder(engine, name)),
      nodes: Number(memberAt(config, 'nodes', 'workers', 'count') ?? 0),
      systemPods: memberAt(config, 'ready', 'system_pods') !== false,
    },
    signal,
  );
}

async function processesReason({ folder, settings, components }: FolderSight): Promise<string | null> {
  if (settings === null) return 'kwokctl did not write down whole what it consists of';
  if (components.every(({ state }) => state !== 'running')) return 'none of its processes run';
  const gone = components.find(({ state }) => state !== 'running');
  return gone === undefined ? null : `${goneReason(components) ?? ''}${await lastWords(folder, gone)}`;
}

/** Why it went, as far as it said so. */
async function lastWords(folder: string, { name }: ComponentSight): Promise<string> {
  const [line] = await lastLines(folder, name, 1);
  return line === undefined ? '' : `; the last line of ${name}: ${line}`;
}
