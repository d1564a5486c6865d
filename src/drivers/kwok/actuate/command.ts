/**
 * Runs kwokctl on one cluster. The file of wishes that each such command names says by its path whose command it is: so one that a
 * killed trueup left behind is known again, and those of anybody else are left alone.
 */
import { join } from 'node:path';
import { writeFileAtomic } from '../../../files/atomic-file.ts';
import { makeFolder } from '../../../files/make-folder.ts';
import type { JsonObject } from '../../../model/json.ts';
import { stringify } from 'yaml';
import { kwokctlEnvironment } from '../create-arguments.ts';
import { cacheFolder, clusterFolder, type Engine, FILES } from '../engine.ts';
import { mustKwokctl } from '../kwokctl.ts';
import type { Changing } from './changing.ts';

/** What is fetched is fetched by it, too. */
export const CREATE_MS: number = 10 * 60_000;

export interface ClusterCommand {
  readonly name: string;
  readonly config: JsonObject;
  readonly args: readonly string[];
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** More of kwokctl's own options, where it has no argument for them. */
  readonly options?: JsonObject;
}

/** `place` is the engine below whose root the cluster is: the declared one, or a workshop of it. */
export async function commandCluster(changing: Changing, place: Engine, command: ClusterCommand): Promise<void> {
  const { name, config, args, timeoutMs, signal, options = {} } = command;
  const wishes = wishesPath(place, name);
  await makeFolder(clusterFolder(place, name));
  await writeFileAtomic(wishes, wishesText(changing.engine, options));
  const environment = kwokctlEnvironment(place.root, config, await changing.binaries());
  await mustKwokctl(place, { args: [...args, '--config', wishes], environment, timeoutMs, signal });
}

export function wishesPath(place: Engine, cluster: string): string {
  return join(clusterFolder(place, cluster), FILES.wishes);
}

/** What kwokctl has no argument for: without the address, everybody on the network could write into etcd. */
function wishesText(engine: Engine, options: JsonObject): string {
  return stringify({
    apiVersion: 'config.kwok.x-k8s.io/v1alpha1',
    kind: 'KwokctlConfiguration',
    options: { bindAddress: '127.0.0.1', cacheDir: cacheFolder(engine), ...options },
  });
}
