/** Takes a machine away. Its disks stay: each is an object of its own. */
import { rm } from 'node:fs/promises';
import type { JsonObject } from '../../../model/json.ts';
import { consoleVolume } from '../names.ts';
import { removeSeeds } from '../seed/put-seed.ts';
import { knownHostsFile } from '../state-folder.ts';
import { must } from '../virsh/virsh.ts';
import type { Changing } from './changing.ts';
import { machineAt } from './machine-at.ts';
import { switchOff } from './stop.ts';

/** Idempotent: what is gone is done. */
export async function undefineMachine(changing: Changing, name: string): Promise<JsonObject> {
  const { virsh, context } = changing;
  const found = await machineAt(changing, name);
  // Undefined while it runs, it would go on, and nobody would know whose it is.
  if (found?.state.isActive === true) await switchOff(changing, name);
  if (found?.persistent === true) {
    const flags = ['--managed-save', '--snapshots-metadata', '--checkpoints-metadata', '--nvram'];
    await must(virsh, ['undefine', name, ...flags], context.signal);
  }
  await virsh.ask([['vol-delete', '--pool', virsh.engine.pool, consoleVolume(name)]], context.signal);
  await removeSeeds(changing, name, null, null);
  await rm(knownHostsFile(virsh.engine, name), { force: true });
  return {};
}
