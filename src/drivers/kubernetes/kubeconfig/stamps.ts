/** Whether somebody has written a kubeconfig since it was looked at last, told by what costs next to nothing. */
import { stat } from 'node:fs/promises';
import type { NotedKubeconfig } from './noted.ts';

/** Another text for another state of a file; one that cannot be looked at has one as well. */
export function kubeconfigStamps(noted: readonly NotedKubeconfig[]): Promise<readonly string[]> {
  return Promise.all(
    noted.map(async ({ path }) => {
      const found = await stat(path, { bigint: true }).catch(() => null);
      return found === null ? path : [path, found.ino, found.size, found.mtimeNs].join(' ');
    }),
  );
}
