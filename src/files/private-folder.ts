/**
 * A folder of the temporary files that nobody else can look into. It is gone once it is disposed of, and also where the process
 * ends before; what a process leaves that is killed, the next one removes that needs a folder of the same kind.
 */
import { rmSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isLiving } from './is-living.ts';
import { OWN_SPACE } from './own-space.ts';

export interface PrivateFolder extends AsyncDisposable {
  readonly path: string;
}

export async function privateFolder(prefix: string, parent: string = tmpdir()): Promise<PrivateFolder> {
  await sweptOnce(prefix, parent);
  const path = await mkdtemp(join(parent, `${prefix}${OWN_SPACE}.${process.pid}-`));
  if (open.size === 0) process.on('exit', removeOpen);
  open.add(path);
  return {
    path,
    async [Symbol.asyncDispose]() {
      await rm(path, { recursive: true, force: true });
      open.delete(path);
      if (open.size === 0) process.off('exit', removeOpen);
    },
  };
}

const open = new Set<string>();

function removeOpen(): void {
  for (const path of open) rmSync(path, { recursive: true, force: true });
}

const sweeps = new Map<string, Promise<void>>();

function sweptOnce(prefix: string, parent: string): Promise<void> {
  const key = join(parent, prefix);
  const sweep = sweeps.get(key) ?? sweepDead(prefix, parent);
  sweeps.set(key, sweep);
  return sweep;
}

/** What those have left that were killed. */
export async function sweepDead(prefix: string, parent: string = tmpdir()): Promise<void> {
  const own = `${prefix}${OWN_SPACE}.`;
  for (const name of await readdir(parent).catch(() => [])) {
    const pid = name.startsWith(own) ? /^(\d+)-/.exec(name.slice(own.length))?.[1] : undefined;
    if (pid === undefined || isLiving(Number(pid))) continue;
    // What is another user's stays.
    await rm(join(parent, name), { recursive: true, force: true }).catch(() => undefined);
  }
}
