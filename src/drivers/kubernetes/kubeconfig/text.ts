/** A kubeconfig with one context, which is the current one. Pure. */
import { stringify } from 'yaml';
import type { ContextEntry } from './entry.ts';

export function kubeconfigText({ context: name, cluster, user }: Omit<ContextEntry, 'id'>): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [{ name, cluster }],
    users: [{ name, user }],
    contexts: [{ name, context: { cluster: name, user: name } }],
  });
}
