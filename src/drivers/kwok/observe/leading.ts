/** Whether the kubeconfigs of the user lead to a cluster as they are declared to, and no others do. */
import { kubeconfigsLead } from '../../kubernetes/kubeconfig/leading.ts';
import { contextOf } from '../own-kubeconfig.ts';
import type { FolderSight } from './look-at-folder.ts';
import { isUnreadable } from './unreadable.ts';

export async function kubeconfigsLeadTo({ name, folder, mark }: FolderSight): Promise<boolean> {
  if (mark === null) return true;
  const { kept, kubeconfigs } = mark;
  return kubeconfigsLead(kept, kubeconfigs, () => contextOf(folder, name, kept).catch(unknownWay));
}

/** Nobody knows the way to what has lost its kubeconfig; of one that cannot be read nobody knows anything. */
function unknownWay(error: unknown): null {
  if (isUnreadable(error)) throw error;
  return null;
}
