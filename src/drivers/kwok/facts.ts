/** What this machine has: the version of kwokctl, and of the API server that it would start. */
import type { Facts } from '../../model/observed.ts';

export interface KwokFacts extends Facts {
  readonly kind: 'kwok';
  /** Of kwokctl. */
  readonly version: string;
  /** Of the kube-apiserver on the PATH; `null` where kwokctl fetches one. */
  readonly api_server: string | null;
}

export function isKwokFacts(facts: Facts | null): facts is KwokFacts {
  return facts !== null && facts.kind === 'kwok';
}

/** `kwokctl version v0.8.0 go1.26 (linux/amd64)`, `Kubernetes v1.36.3`; `null` where there is none. */
export function versionIn(text: string): string | null {
  return /\bv?(\d+\.\d+\.\d+\S*)/.exec(text)?.[1] ?? null;
}
