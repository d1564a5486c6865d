/** The one cluster that a word of the command line means; a key alone is enough, whatever else has the same one. */
import { type ReachedCluster, reachCluster } from '../flow/clusters/reach.ts';
import type { Workspace } from '../flow/workspace.ts';
import { isAddress } from '../model/address.ts';
import type { DesiredEnvironment, DesiredResource } from '../model/desired.ts';
import { TrueupError } from '../model/failure.ts';
import type { CommandContext } from './context.ts';
import type { InputOptions } from './options.ts';
import { loadSelected } from './selecting.ts';

export interface NamedCluster {
  readonly environment: DesiredEnvironment;
  readonly resource: DesiredResource;
}

/** Without a word the only cluster that is declared. */
export async function namedCluster(
  context: CommandContext,
  workspace: Workspace,
  word: string | null,
  inputs: InputOptions,
): Promise<NamedCluster> {
  const words = word === null ? [] : [clusterWord(word)];
  const selected = await loadSelected(context, workspace, words, inputs, { secrets: 'leave', without: 'all' });
  const found = selected.flatMap(({ environment, addresses }) =>
    [...environment.resources.values()]
      .filter(({ address, type }) => (word === null ? type === 'cluster' : addresses.includes(address)))
      .map((resource) => ({ environment, resource })),
  );
  const [first, ...more] = found;
  if (first === undefined) throw new TrueupError('usage', 'no cluster is declared here', { next: DECLARE });
  if (more.length > 0) {
    const names = found.map(({ environment, resource }) => `${environment.name}/${resource.address}`).join(', ');
    throw new TrueupError('usage', 'more than one cluster is declared', { next: `name one of: ${names}` });
  }
  const { environment, resource } = first;
  if (resource.type === 'cluster') return first;
  throw new TrueupError('usage', `${environment.name}/${resource.address} is no cluster`, { next: DECLARE });
}

/** The same, reached. */
export async function reachNamedCluster(
  context: CommandContext,
  word: string,
  inputs: InputOptions,
  signal: AbortSignal = context.signal,
): Promise<ReachedCluster> {
  const workspace = await context.workspace('read');
  const { environment, resource } = await namedCluster(context, workspace, word, inputs);
  return reachCluster(workspace, environment, resource, signal);
}

const DECLARE = 'clusters are declared under `clusters:`; `trueup show` prints what is declared';

/** `dev` and `local/dev` are `cluster.dev` and `local/cluster.dev`. */
export function clusterWord(word: string): string {
  const slash = word.lastIndexOf('/');
  const [place, name] = [word.slice(0, slash + 1), word.slice(slash + 1)];
  return isAddress(name) || name === '' ? word : `${place}cluster.${name}`;
}
