/**
 * A folder of the temporary files that nobody else can look into. It is gone once it is disposed of, and also where the process
 * ends before; only a process that is killed leaves it.
 */
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface PrivateFolder extends AsyncDisposable {
  readonly path: string;
}

export async function privateFolder(prefix: string, parent: string = tmpdir()): Promise<PrivateFolder> {
  const path = await mkdtemp(join(parent, prefix));
  const removeNow = (): void => rmSync(path, { recursive: true, force: true });
  process.on('exit', removeNow);
  return {
    path,
    async [Symbol.asyncDispose]() {
      await rm(path, { recursive: true, force: true });
      process.off('exit', removeNow);
    },
  };
}
