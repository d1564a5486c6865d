/** The records of one service, and the launches that nobody has claimed yet. */
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FILES, LAUNCH_PREFIX } from './layout.ts';
import { readShimRecord } from './shim-record.ts';
import type { Records } from './status.ts';

export function readRecords(folder: string): Records {
  return { record: readShimRecord(folder), told: existsSync(join(folder, FILES.stop)) };
}

/**
 * Cancels every launch that no shim has claimed. After this the record names every shim that can ever start a command
 * here: a shim claims its launch by a rename out of the folder that is renamed away.
 */
export async function cancelLaunches(folder: string): Promise<void> {
  const pending = readdirSync(folder).filter((name) => name.startsWith(LAUNCH_PREFIX));
  for (const name of pending) {
    const cancelled = join(folder, `cancelled.${randomBytes(4).toString('hex')}`);
    await rename(join(folder, name), cancelled).catch(() => undefined);
    await rm(cancelled, { recursive: true, force: true });
  }
}
