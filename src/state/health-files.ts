/** Where health results lie: a folder of rotated files for each environment, and how much of them is kept. */
import { join } from 'node:path';
import type { StateFolder } from './folder.ts';
import { CURRENT_FILE, type KeptFiles } from './rotated-files.ts';

export const HEALTH_FORMAT_VERSION = '1.0';

export const HEALTH_KEPT: KeptFiles = { longestMs: 30 * 24 * 3_600_000, mostBytes: 256 * 1024 * 1024 };

export function healthFolder(folder: StateFolder, environment: string): string {
  return join(folder.path, 'health', encodeURIComponent(environment));
}

export function currentHealthPath(folder: StateFolder, environment: string): string {
  return join(healthFolder(folder, environment), CURRENT_FILE);
}
