/** Writes files that are not there yet. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Whether it was written: a file that exists stays as it is unless `force` is set. */
export async function writeNew(path: string, text: string, force: boolean): Promise<boolean> {
  await mkdir(dirname(path), { recursive: true });
  try {
    await writeFile(path, text, { flag: force ? 'w' : 'wx' });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}
