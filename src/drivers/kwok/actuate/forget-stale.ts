/** Pids of a time before a reboot are forgotten before kwokctl does anything: it would believe them, and end whoever has them now. */
import { rm } from 'node:fs/promises';
import { pidFile } from '../observe/components.ts';
import type { FolderSight } from '../observe/look-at-folder.ts';

export async function forgetStale({ folder, settings, components }: FolderSight): Promise<void> {
  const stale = new Set(components.filter(({ state }) => state === 'stale').map(({ name }) => name));
  for (const component of settings?.components ?? [])
    if (stale.has(component.name)) await rm(pidFile(folder, component), { force: true });
}
