/** Proves that a folder can be written to and that what is written reaches the disk, before anything rests on it. */
import { randomBytes } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PRIVATE_FILE } from './atomic-file.ts';

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
