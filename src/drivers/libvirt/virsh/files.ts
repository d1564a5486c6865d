/** Files that virsh is handed, or hands over: in a folder of their own that only this user can read, and that goes afterwards. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export async function withFolder<T>(act: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'trueup-vm-'));
  try {
    return await act(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export function withFile<T>(content: string | Uint8Array, act: (path: string) => Promise<T>): Promise<T> {
  return withFolder(async (folder) => {
    const path = join(folder, 'file');
    await writeFile(path, content, { mode: 0o600 });
    return act(path);
  });
}
