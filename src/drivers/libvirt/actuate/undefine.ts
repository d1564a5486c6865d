/** Takes a machine away. Its disks stay: each is an object of its own; and so do snapshots, which are in them. */
import { rm } from 'node:fs/promises';
import type { JsonObject } from '../../../model/json.ts';
import { consoleVolume, diskName, ROOT_DISK, trialName } from '../names.ts';
import { removeSeeds } from '../seed/put-seed.ts';
import { keepSnapshots } from '../snapshots/keep.ts';
import { knownHostsFile } from '../state-folder.ts';
import { bring } from './bring.ts';
import type { Changing } from './changing.ts';
import { removeRolledConsoles } from './consoles.ts';
import { machineAt } from './machine-at.ts';
import { switchOff } from './stop.ts';
import { sweepPool } from './sweep.ts';

/** Idempotent: what is gone is done. `isSwept`: its disks go as well, and nothing is to be left of those that went before. */
export async function undefineMachine(changing: Changing, name: string, isSwept = false): Promise<JsonObject> {
  const { virsh } = changing;
  const found = await machineAt(changing, name);
  // Undefined while it runs, it would go on, and nobody would know whose it is.
  if (found?.state.isActive === true) await switchOff(changing, name);
  // First what goes with it: once it is gone nobody would look for that again.
  await removeBelongings(changing, name);
  if (found?.persistent === true) {
    await keepSnapshots(changing, name);
    const flags = ['--managed-save', '--snapshots-metadata', '--checkpoints-metadata', '--nvram'];
    await bring(changing, name, { command: ['undefine', name, ...flags], isSo: (now) => now?.persistent !== true });
  }
  await rm(knownHostsFile(virsh.engine, name), { force: true });
  if (isSwept) await sweepPool(changing);
  return {};
}

/** What a machine has in the pool beside its disks. */
export async function removeBelongings(changing: Changing, name: string): Promise<void> {
  const { virsh, context } = changing;
  const trial = trialName(name);
  const volumes = [consoleVolume(name), consoleVolume(trial), diskName(trial, ROOT_DISK)];
  await virsh.ask(
    volumes.map((volume) => ['vol-delete', '--pool', virsh.engine.pool, volume]),
    context.signal,
  );
  await removeRolledConsoles(changing, name);
  await removeSeeds(changing, name, null, null);
}
