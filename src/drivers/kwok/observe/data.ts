/** Whether a cluster has data, which nothing can bring back: what nobody can tell is an error, and never a no. */
import { join } from 'node:path';
import { FILES } from '../engine.ts';
import { isSurelyThere } from './surely.ts';

/** By it a cluster is known to have data. */
export const DATA: string = join(FILES.data, 'member');
const DATA_LOG = join(FILES.logs, 'etcd.log');

/** Rejects with `engine_unreachable` where nobody can tell. */
export function hasData(folder: string): Promise<boolean> {
  return isSurelyThere(join(folder, DATA));
}

/** What was never started has no data to lose. Rejects as `hasData` does. */
export function hasRun(folder: string): Promise<boolean> {
  return isSurelyThere(join(folder, DATA_LOG));
}
