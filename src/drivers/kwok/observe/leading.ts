/** Whether the kubeconfigs of the user lead to a cluster as they are declared to, and no others do. */
import { leadsTo } from '../../kubernetes/kubeconfig/put.ts';
import { wantedKubeconfigs } from '../../kubernetes/kubeconfig/wanted.ts';
import { contextOf } from '../own-kubeconfig.ts';
import type { FolderSight } from './look-at-folder.ts';

export async function kubeconfigsLeadTo({ name, folder, mark }: FolderSight): Promise<boolean> {
  if (mark === null) return true;
  const wanted = wantedKubeconfigs(mark.kept);
  if (mark.kubeconfigs.some((path) => wanted.every((known) => known.path !== path))) return false;
  if (wanted.length === 0) return true;
  const entry = await contextOf(folder, name, mark.kept).catch(() => null);
  if (entry === null) return false;
  const leading = await Promise.all(wanted.map(({ path, switching }) => leadsTo(path, entry, switching)));
  return leading.every(Boolean);
}
