/**
 * Our mark on a cluster: a file in its folder, which can be read while nothing of it runs. It says whose the cluster is, and keeps
 * what neither kwokctl nor the API server has a place for. Whatever is no mark of ours reads as `null`.
 */
import { type Address, isAddress } from '../../model/address.ts';
import { canonicalJson, isJsonArray, isJsonObject, type JsonObject, member, parseJson } from '../../model/json.ts';
import type { Ownership } from '../../model/observed.ts';
import type { StepContext } from '../step-context.ts';
import { comparableAddons } from '../kubernetes/addons/declared.ts';

const SCHEMA = 1;

export interface Mark {
  readonly ownership: Ownership;
  readonly kept: JsonObject;
  /** The kubeconfigs of the user that lead to it: noted before they are written. */
  readonly kubeconfigs: readonly string[];
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

export function markFor(address: Address, config: JsonObject, { ownership }: Pick<StepContext, 'ownership'>): Mark {
  const { owner, project, environment, checkout, revision } = ownership;
  return {
    ownership: { owner, project, environment, address, checkout, created_revision: revision },
    kept: keptOf(config),
    kubeconfigs: [],
  };
}

export function markText({ ownership, kept, kubeconfigs }: Mark): string {
  return `${canonicalJson({ schema: SCHEMA, ...ownership, kept, kubeconfigs })}\n`;
}

export function parseMark(text: string): Mark | null {
  const value = parsed(text);
  if (value === null || member(value, 'schema') !== SCHEMA) return null;
  const [owner, project, environment, address] = ['owner', 'project', 'environment', 'address'].map((name) =>
    textMember(value, name),
  );
  if (!owner || !project || !environment || !address || !isAddress(address)) return null;
  const [kept, kubeconfigs] = [member(value, 'kept'), member(value, 'kubeconfigs')];
  return {
    ownership: {
      owner,
      project,
      environment,
      address,
      checkout: textMember(value, 'checkout'),
      created_revision: textMember(value, 'created_revision'),
    },
    kept: isJsonObject(kept) ? kept : {},
    kubeconfigs: (isJsonArray(kubeconfigs) ? kubeconfigs : []).filter((path) => typeof path === 'string'),
  };
}

function parsed(text: string): JsonObject | null {
  try {
    const value = parseJson(text);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}

function textMember(value: JsonObject, name: string): string | null {
  const found = member(value, name);
  return typeof found === 'string' ? found : null;
}
