/** What limactl 2.2.0 printed, with the names of folders and of the user taken out. Nothing here is a run of it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export function recorded(name: string): string {
  return readFileSync(join(import.meta.dirname, 'recorded', name), 'utf8');
}
