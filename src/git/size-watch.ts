/** Ends what would fill the disk: whoever has a remote chooses how much it sends, and git takes all of it. */
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

const LOOK_EVERY_MS = 250;

export interface SizeWatch extends AsyncDisposable {
  /** Aborts once the folder holds more than it may. */
  readonly signal: AbortSignal;
}

/** Watches over a folder and what is in it; disposing of it ends that. */
export function watchSize(folder: string, maxBytes: number): SizeWatch {
  const tooLarge = new AbortController();
  let looking: Promise<void> = Promise.resolve();
  let isLooking = false;
  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    looking = sizeOf(folder).then((bytes) => {
      isLooking = false;
      if (bytes > maxBytes) tooLarge.abort();
    });
  }, LOOK_EVERY_MS);
  return {
    signal: tooLarge.signal,
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await looking;
    },
  };
}

/** In bytes on the disk's books; what vanishes meanwhile counts nothing. */
export async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  let total = 0;
  for (const { parentPath, name } of entries) {
    const found = await lstat(join(parentPath, name)).catch(() => null);
    if (found?.isFile() === true) total += found.size;
  }
  return total;
}
