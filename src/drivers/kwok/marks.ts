/**
 * Our mark on a cluster: a file in its folder, which can be read while nothing of it runs. It says whose the cluster is, and keeps
 * what neither kwokctl nor the API server has a place for. Whatever is no mark of ours reads as `null`.
 */
import { randomUUID } from 'node:crypto';
import type { Address } from '../../model/address.ts';
import { canonicalJson, isJsonObject, type JsonObject, member } from '../../model/json.ts';
import { MARK_SCHEMA, type OwnerMark, ownerMark, ownershipIn, parseMarkObject } from '../owner-mark.ts';
import type { StepContext } from '../step-context.ts';
import { comparableAddons } from '../kubernetes/addons/declared.ts';
import { type NotedKubeconfig, notedJson, parseNoted } from '../kubernetes/kubeconfig/noted.ts';

export interface Mark extends OwnerMark {
  /** Of the cluster that it was first written for: one that is made in its place has another. `null` where none was written. */
  readonly id: string | null;
  /** The kubeconfigs of the user that lead to it: noted before they are written. */
  readonly kubeconfigs: readonly NotedKubeconfig[];
}

/** The fields that only the mark can tell: some of them always, the others while the cluster, or what kwokctl wrote, is away. */
const KEPT = [
  'kubernetes_version',
  'pod_subnet',
  'service_subnet',
  'feature_gates',
  'nodes',
  'addons',
  'kubeconfig',
  'labels',
  'dependencies',
  'protect',
  'deletion_policy',
] as const;

function keptOf(config: JsonObject): JsonObject {
  const kept = Object.fromEntries(KEPT.map((name) => [name, config[name] ?? null]));
  return { ...kept, addons: comparableAddons(config) };
}

export function markFor(address: Address, config: JsonObject, context: Pick<StepContext, 'ownership'>): Mark {
  return { ...ownerMark(address, keptOf(config), context), id: randomUUID(), kubeconfigs: [] };
}

export function markText({ ownership, id, kept, kubeconfigs }: Mark): string {
  return `${canonicalJson({ schema: MARK_SCHEMA, ...ownership, id, kept, kubeconfigs: notedJson(kubeconfigs) })}\n`;
}

export function parseMark(text: string): Mark | null {
  const value = parseMarkObject(text);
  const ownership = value === null ? null : ownershipIn(value);
  if (ownership === null) return null;
  const [id, kept] = [member(value, 'id'), member(value, 'kept')];
  return {
    ownership,
    id: typeof id === 'string' ? id : null,
    kept: isJsonObject(kept) ? kept : {},
    kubeconfigs: parseNoted(member(value, 'kubeconfigs')),
  };
}
