/** The contexts of a cluster in kubeconfig files: put where they are declared, and taken out of where they are declared no more. */
import type { JsonObject } from '../../../model/json.ts';
import { type NotedKubeconfig, notedWith, wantedOf } from '../../kubernetes/kubeconfig/noted.ts';
import { mustTakeContext, putContext, removeContext } from '../../kubernetes/kubeconfig/put.ts';
import { contextId } from '../engine.ts';
import { credentialsOf } from '../observe/connected.ts';
import { contextName } from '../observe/credentials.ts';
import { lookAtFiles } from '../observe/look.ts';
import type { NodeSight } from '../observe/nodes.ts';
import type { Changing } from './changing.ts';
import { writeNotes } from './write-notes.ts';

/** Idempotent. A file is noted in the cluster before it is written: whoever removes the cluster finds it, in whichever shell. */
export async function putContexts(
  changing: Changing,
  cluster: string,
  nodes: readonly NodeSight[],
  config: JsonObject,
): Promise<void> {
  const { docker, context } = changing;
  const { signal } = context;
  const { kubeconfigs: noted } = await lookAtFiles(docker, nodes, signal);
  const wanted = wantedOf(config, noted);
  const credentials = wanted.length === 0 ? null : await credentialsOf(docker, nodes, signal);
  if (credentials === null) return;
  const entry = { context: contextName(cluster, config), id: contextId(docker.engine, cluster), ...credentials };
  // One that takes nothing is not noted: it could not be rid of us either.
  for (const { path, switching } of wanted) await mustTakeContext(path, entry, switching);
  const all = notedWith(noted, wanted);
  if (all !== noted) await writeNotes(changing, nodes, config, all);
  for (const { path, switching } of wanted) await putContext(path, entry, { switchContext: switching, signal });
}

/** Out of all that are not to lead there any more; resolves with those that may. Idempotent. */
export async function dropContexts(
  { docker, context }: Changing,
  cluster: string,
  noted: readonly NotedKubeconfig[],
  config: JsonObject,
): Promise<readonly NotedKubeconfig[]> {
  const wanted = new Set(wantedOf(config, noted).map(({ path }) => path));
  for (const { path } of noted)
    if (!wanted.has(path)) await removeContext(path, contextId(docker.engine, cluster), context.signal);
  return noted.filter(({ path }) => wanted.has(path));
}
