/** Takes a machine away, with all that is on its first disk. Planned only where data may go. */
import { rm } from 'node:fs/promises';
import { TrueupError } from '../../../model/failure.ts';
import type { JsonObject } from '../../../model/json.ts';
import { isThere } from '../../../files/is-there.ts';
import { dropIntent } from '../intent.ts';
import { must } from '../limactl/limactl.ts';
import { machineFiles } from '../places.ts';
import type { Changing } from './changing.ts';
import { dropSnapshots } from '../snapshots/drop.ts';
import { machineAt } from './machine-at.ts';
import { forceDown } from './stop.ts';

/** Idempotent: what is gone is done. */
export async function deleteMachine(changing: Changing, name: string): Promise<JsonObject> {
  const { limactl, context } = changing;
  const files = machineFiles(limactl.engine, name);
  const found = await machineAt(changing, name);
  if (found !== null) {
    if (found.listed['protected'] === true)
      throw new TrueupError('step_failed', `machine ${name} is protected by Lima`, {
        fields: { name },
        next: `\`limactl unprotect ${name}\`, and apply again`,
      });
    await forceDown(changing, found);
    await dropSnapshots(changing, { ...found, status: 'Stopped' });
    // Without a template Lima deletes nothing, not even by force.
    if (await isThere(files.template)) await must(limactl, ['delete', '--force', name], context.signal);
    await rm(files.folder, { recursive: true, force: true });
  }
  await dropIntent(files.intent);
  return {};
}
