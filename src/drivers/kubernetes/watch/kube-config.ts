/**
 * Loads the Kubernetes client, once and only where something is watched: it takes longer to load than a whole plan may take. Each
 * cluster gets a configuration of its own, because the client keeps credentials by the names of users.
 */
import type { KubeConfig } from '@kubernetes/client-node';

export async function loadKubeConfig(text: string): Promise<KubeConfig> {
  const { KubeConfig: Configuration } = await import('@kubernetes/client-node');
  const config = new Configuration();
  config.loadFromString(text);
  return config;
}
