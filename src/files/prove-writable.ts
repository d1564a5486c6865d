/** Proves that a folder can be written to and that what is written reaches the disk, before anything rests on it. */
import { randomBytes } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PRIVATE_FILE } from './atomic-file.ts';
import { sharedWork } from './shared-work.ts';

/** Enough that a disk with only a few blocks left is found out. */
const PROBE_BYTES = 64 * 1024;

/** Rejects with the error of the system call that failed. Leaves nothing behind, not even when killed. */
export async function proveWritable(folder: string): Promise<void> {
  const probe = join(folder, `.probe-${randomBytes(6).toString('hex')}`);
  const file = await open(probe, 'wx', PRIVATE_FILE);
  try {
    // Without its name at once, so that not even a kill leaves it behind.
    await rm(probe, { force: true });
    await file.writeFile(Buffer.alloc(PROBE_BYTES, ' '));
    await file.sync();
  } finally {
    await file.close();
  }
}

const FRESH_MS = 1000;
const MOST_FOLDERS = 1000;

/** When a folder was asked last, and answered well. */
const proven = new Map<string, number>();

const prove = sharedWork(async (folder) => {
  const asked = performance.now();
  await proveWritable(folder);
  if (proven.size >= MOST_FOLDERS) proven.clear();
  proven.set(folder, asked);
});

/** The same; a proof of the last second will do. For runs of many environments, each of which writes and syncs of its own. */
export async function proveWritableLately(folder: string): Promise<void> {
  const last = proven.get(folder);
  if (last === undefined || performance.now() - last >= FRESH_MS) await prove(folder);
}
