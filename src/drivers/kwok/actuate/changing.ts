/** What every verb works with, and what most of them begin with. */
import { TrueupError } from '../../../model/failure.ts';
import type { JsonObject } from '../../../model/json.ts';
import type { StepContext } from '../../step-context.ts';
import type { Binaries } from '../create-arguments.ts';
import type { Connections } from '../connection.ts';
import type { Engine } from '../engine.ts';
import { type FolderSight, isEmptyFolder, lookAtFolder } from '../observe/look-at-folder.ts';
import type { Processes } from '../observe/processes.ts';

export interface Changing {
  readonly engine: Engine;
  readonly context: StepContext;
  readonly connections: Connections;
  readonly processes: Processes;
  /** Looked for once per actuator. */
  binaries(): Promise<Binaries>;
  /** One at a time for all clusters. */
  creating<T>(act: () => Promise<T>): Promise<T>;
}

export interface ClusterArguments {
  readonly name: string;
  readonly config: JsonObject;
}

/** Names change hands: what is another's is never touched, whatever the step says. */
export async function ownSight({ engine, context }: Changing, name: string): Promise<FolderSight> {
  const sight = await lookAtFolder(engine, name);
  // Our mark is the first thing in a folder, and the last: what is there without it somebody else has made.
  const isOurs =
    sight.mark === null ? await isEmptyFolder(sight.folder) : context.owners.includes(sight.mark.ownership.owner);
  if (isOurs) return sight;
  throw new TrueupError('name_in_use', `the cluster ${name} is not ours`, {
    fields: { name, owner: sight.mark?.ownership.owner ?? null },
    next: 'give this one another `name:`',
  });
}
