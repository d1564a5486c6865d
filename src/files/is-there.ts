/** Whether there is something at a path, at its end where it is a link. What cannot be asked for is not there. */
import { stat } from 'node:fs/promises';

export async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}
