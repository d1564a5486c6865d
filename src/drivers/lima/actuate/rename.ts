/** Gives a machine that does not run another name, with all that is on it. */
import type { JsonObject } from '../../../model/json.ts';
import { must } from '../limactl/limactl.ts';
import { markOnTheMove, writeMark } from '../marks.ts';
import { machineFiles } from '../places.ts';
import type { Changing } from './changing.ts';
import { knownMachine, machineAt } from './machine-at.ts';

/** Idempotent: what has the new name already keeps it. */
export async function renameMachine(changing: Changing, previous: string, name: string): Promise<JsonObject> {
  const { limactl, context } = changing;
  const found = await machineAt(changing, previous);
  if (found === null) {
    await knownMachine(changing, name);
    return {};
  }
  const { mark } = found;
  if (mark !== null) await writeMark(found.files.mark, markOnTheMove(mark, previous, name));
  await must(limactl, ['rename', previous, name], context.signal);
  return { folder: machineFiles(limactl.engine, name).folder };
}
