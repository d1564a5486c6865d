/**
 * Files that virsh is handed, or hands over: in a folder of their own that only this user can read, and that goes afterwards, or
 * with the next call where somebody is killed: there are secrets of guests in them.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PRIVATE_FILE } from '../../../files/atomic-file.ts';
import { privateFolder } from '../../../files/private-folder.ts';

export async function withFolder<T>(act: (folder: string) => Promise<T>): Promise<T> {
  await using folder = await privateFolder('trueup-vm-');
  return await act(folder.path);
}

export function withFile<T>(content: string | Uint8Array, act: (path: string) => Promise<T>): Promise<T> {
  return withFolder(async (folder) => {
    const path = join(folder, 'file');
    await writeFile(path, content, { mode: PRIVATE_FILE });
    return act(path);
  });
}
