/**
 * One connection per cluster, its certificates included: what is asked again finds it open, and a cluster that was made anew, at the
 * same port and with other certificates, is another one.
 */
import type { ClusterApi } from '../kubernetes/api/answer.ts';
import { connectTo } from '../kubernetes/api/connect.ts';
import { embeddedContext } from '../kubernetes/kubeconfig/embedded.ts';
import { kubeconfigText } from '../kubernetes/kubeconfig/text.ts';
import { ownKubeconfig } from './own-kubeconfig.ts';

export interface Connections {
  to(folder: string): Promise<ClusterApi>;
  close(): void;
}

/** What hangs longer is as good as away for who only looks. */
export const LOOKING_MS = 4_000;

/** For who changes something: slow is better than not at all. */
export const CHANGING_MS = 30_000;

export function openConnections(timeoutMs: number, wrap: (api: ClusterApi) => ClusterApi = (api) => api): Connections {
  const known = new Map<string, { readonly kubeconfig: string; readonly api: ClusterApi }>();
  return {
    async to(folder) {
      const parts = await embeddedContext(await ownKubeconfig(folder));
      const kubeconfig = kubeconfigText({ context: 'own', ...parts });
      const found = known.get(folder);
      if (found?.kubeconfig === kubeconfig) return found.api;
      found?.api.close();
      const api = wrap(await connectTo(kubeconfig, timeoutMs));
      known.set(folder, { kubeconfig, api });
      return api;
    },
    close() {
      for (const { api } of known.values()) api.close();
      known.clear();
    },
  };
}
