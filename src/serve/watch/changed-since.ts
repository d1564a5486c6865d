/** Whether a file or folder was changed after a moment, as far as its times tell. */
import { stat } from 'node:fs/promises';

/** In milliseconds. A time that lies ahead is of somebody's choosing, or of another clock: it says nothing of when. */
export async function isChangedSince(path: string, since: number): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  if (found === null) return false;
  const now = Date.now();
  return [found.mtimeMs, found.ctimeMs].some((moment) => moment > since && moment <= now);
}
