/** Where what is remembered of VMs lies: a folder for each environment. */
import { join } from 'node:path';
import type { StateFolder } from './folder.ts';
import { CURRENT_FILE } from './rotated-files.ts';

function vmFolder(folder: StateFolder, environment: string): string {
  return join(folder.path, 'vms', encodeURIComponent(environment));
}

/** What is known of each since it was looked at, or moved, last. */
export function vmMemoryPath(folder: StateFolder, environment: string): string {
  return join(vmFolder(folder, environment), 'memory.json');
}

export function vmEventFolder(folder: StateFolder, environment: string): string {
  return join(vmFolder(folder, environment), 'events');
}

export function currentVmEventPath(folder: StateFolder, environment: string): string {
  return join(vmEventFolder(folder, environment), CURRENT_FILE);
}

/** Each configuration that was applied. */
export function vmConfigurationPath(folder: StateFolder, environment: string): string {
  return join(vmFolder(folder, environment), 'configurations.ndjson');
}
