/** Whether the kubeconfigs of the user lead to a cluster as they are declared to, and no others do. */
import { kubeconfigsLead } from '../../kubernetes/kubeconfig/leading.ts';
import { contextId, type Engine } from '../engine.ts';
import { contextName, type Credentials } from './credentials.ts';
import type { ClusterFiles } from './look.ts';

export function kubeconfigsLeadTo(
  engine: Engine,
  name: string,
  { kept, kubeconfigs }: ClusterFiles,
  credentials: Credentials | null,
): Promise<boolean> {
  const config = kept ?? {};
  const entry =
    credentials === null ? null : { context: contextName(name, config), id: contextId(engine, name), ...credentials };
  return kubeconfigsLead(config, kubeconfigs, () => Promise.resolve(entry));
}
