/** How much the daemon and its state folder take at one moment. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ScratchRepo } from '../cli.ts';
import type { SoakDaemon } from './soak-daemon.ts';

export interface Sample {
  /** Seconds since the soak began. */
  readonly at: number;
  readonly life: number;
  /** Seconds since this life began. */
  readonly age: number;
  readonly rssBytes: number;
  /** `null` where the daemon did not say. */
  readonly heapBytes: number | null;
  readonly openFiles: number;
  readonly threads: number;
  readonly stateFiles: number;
  readonly stateBytes: number;
}

/** `null` where no daemon lives, or it went meanwhile. */
export async function takeSample(
  repo: ScratchRepo,
  daemon: SoakDaemon,
  times: { readonly at: number; readonly age: number },
): Promise<Sample | null> {
  const { pid, life } = daemon;
  if (pid === null) return null;
  try {
    const [status, descriptors, heapBytes, state] = await Promise.all([
      readFile(`/proc/${pid}/status`, 'utf8'),
      readdir(`/proc/${pid}/fd`),
      heapOf(daemon),
      sizeOf(join(repo.root, '.trueup')),
    ]);
    if (daemon.life !== life || daemon.pid === null) return null;
    const number = (name: string): number =>
      Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? Number.NaN);
    return {
      ...times,
      life,
      rssBytes: number('VmRSS') * 1024,
      heapBytes,
      openFiles: descriptors.length,
      threads: number('Threads'),
      ...state,
    };
  } catch {
    return null;
  }
}

/** While it answers, it has one more file open, always. */
async function heapOf(daemon: SoakDaemon): Promise<number | null> {
  const answer = await daemon.ask('GET', '/metrics').catch(() => null);
  const found = /^nodejs_heap_size_used_bytes (\S+)/m.exec(answer?.text ?? '')?.[1];
  return found === undefined ? null : Number(found);
}

async function sizeOf(folder: string): Promise<{ readonly stateFiles: number; readonly stateBytes: number }> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(
    files.map(async ({ parentPath, name }) => (await stat(join(parentPath, name)).catch(() => null))?.size ?? 0),
  );
  return { stateFiles: files.length, stateBytes: sizes.reduce((sum, size) => sum + size, 0) };
}
