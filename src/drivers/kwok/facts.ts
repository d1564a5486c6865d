/** What this machine has: the version of kwokctl, and of the API server that it would start. */
import type { Facts } from '../../model/observed.ts';

export interface KwokFacts extends Facts {
  readonly kind: 'kwok';
  /** Of kwokctl. */
  readonly version: string;
  /** Of the kube-apiserver on the PATH; `null` where kwokctl fetches one, and where it does not say. */
  readonly api_server: string | null;
  /** Why the kube-apiserver on the PATH is of no use for new clusters; `null` where it is, or where there is none. */
  readonly api_server_problem: string | null;
}

export function isKwokFacts(facts: Facts | null): facts is KwokFacts {
  return facts !== null && facts.kind === 'kwok';
}

/** `kwokctl version v0.8.0 go1.26 (linux/amd64)`, `Kubernetes v1.36.3`; `null` where there is none. */
export function versionIn(text: string): string | null {
  return /\bv?(\d+\.\d+\.\d+\S*)/.exec(text)?.[1] ?? null;
}

/** What to do about a kube-apiserver on the PATH that is of no use. */
export const REPAIR =
  'kwokctl would start it for a new cluster: repair it, or take it off the PATH, so that kwokctl fetches one';
