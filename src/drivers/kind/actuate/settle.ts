/**
 * Our notes say that a cluster is whole: they are written only into one that was seen to be. This waits and writes, and takes nothing
 * down: to make anew what was made by half is for a plan to say, which tells what is lost, and leaves alone what is protected.
 */
import { TrueupError } from '../../../model/failure.ts';
import type { JsonObject } from '../../../model/json.ts';
import { lookAtFiles } from '../observe/look.ts';
import type { Changing } from './changing.ts';
import { decideFate, undecided } from './fate.ts';
import { knownNodes } from './own-nodes.ts';
import { writeNotes } from './write-notes.ts';

/** Idempotent. `patienceMs`: how long its API may take, where it is only starting. */
export async function settle(changing: Changing, name: string, config: JsonObject, patienceMs?: number): Promise<void> {
  const { docker, context } = changing;
  const nodes = await knownNodes(changing, name);
  const { kept } = await lookAtFiles(docker, nodes, context.signal);
  if (kept !== null) return;
  context.progress(`looking whether ${name} was made whole: it has no note of ours`);
  const fate = await decideFate(changing, name, patienceMs);
  switch (fate.state) {
    case 'stays':
      return writeNotes(changing, nodes, config, []);
    case 'unknown':
      throw undecided(name);
    case 'lost':
      throw new TrueupError('step_failed', `cluster ${name} cannot be gone on with: ${fate.reason}`, {
        retryable: true,
        fields: { cluster: name },
        next: 'apply again: it is planned by what is there now',
      });
    default:
      return fate satisfies never;
  }
}
