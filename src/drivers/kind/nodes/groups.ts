/** The two groups of nodes as the cluster has them: what all nodes of a group carry is what the group is declared to carry. Pure. */
import {
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  member,
  memberAt,
  scalarText,
} from '../../../model/json.ts';

/** Which role of kind a group of a manifest is. */
export const GROUPS = { control_plane: 'control-plane', workers: 'worker' } as const;

export type Group = keyof typeof GROUPS;

export const GROUP_NAMES: readonly Group[] = ['control_plane', 'workers'];

/** Labels and taints that the system gives nodes. */
const OF_THE_SYSTEM = /^((beta\.)?kubernetes\.io|node\.kubernetes\.io|node-role\.kubernetes\.io)\//;

/** What is declared is a person's, whatever its name begins with. */
function isOfTheSystem(key: string, { labels, taints }: Carried): boolean {
  if (Object.hasOwn(labels, key) || taints.some((taint) => taintOf(taint)['key'] === key)) return false;
  return OF_THE_SYSTEM.test(key);
}

export interface Carried {
  readonly labels: JsonObject;
  /** As manifests write them, sorted. */
  readonly taints: readonly string[];
}

/** What one node of the API carries, without what the system gave it and nobody `declared`. */
export function carriedBy(node: JsonObject, declared: Carried): Carried {
  const [labels, taints] = [memberAt(node, 'metadata', 'labels'), memberAt(node, 'spec', 'taints')];
  const own = Object.entries(isJsonObject(labels) ? labels : {}).filter(([name]) => !isOfTheSystem(name, declared));
  return {
    labels: Object.fromEntries(own.toSorted(([left], [right]) => (left < right ? -1 : 1))),
    taints: (isJsonArray(taints) ? taints : [])
      .filter((taint) => !isOfTheSystem(scalarText(member(taint, 'key')), declared))
      .map(taintText)
      .toSorted(),
  };
}

/** What a group is declared to carry. */
export function carriedOf(config: JsonObject, group: Group): Carried {
  const [labels, taints] = ['labels', 'taints'].map((field) => memberAt(config['nodes'] ?? null, group, field));
  return {
    labels: isJsonObject(labels) ? labels : {},
    taints: (isJsonArray(taints) ? taints : []).map((taint) => scalarText(taint)).toSorted(),
  };
}

/** What the first of a group carries; one that is otherwise than the rest makes the group otherwise than declared. */
export function carriedByAll(nodes: readonly JsonObject[], declared: Carried): Carried {
  const groups = new Map(nodes.map((node) => [JSON.stringify(carriedBy(node, declared)), carriedBy(node, declared)]));
  const [first = { labels: {}, taints: [] }, ...others] = groups.values();
  if (others.length === 0) return first;
  return { ...first, labels: { ...first.labels, [UNEVEN]: `${others.length + 1} kinds of nodes` } };
}

const UNEVEN = 'dev.trueup/uneven';

export function countOf(config: JsonObject, group: Group): number {
  return Number(memberAt(config['nodes'], group, 'count') ?? (group === 'control_plane' ? 1 : 0));
}

/** Both together: whatever either of them names. */
export function carriedByEither(one: Carried, other: Carried): Carried {
  return { labels: { ...one.labels, ...other.labels }, taints: [...one.taints, ...other.taints] };
}

/** `key=value:Effect`, or `key:Effect`. */
export function taintOf(text: string): JsonObject {
  const colon = text.lastIndexOf(':');
  const [key = '', value] = text.slice(0, colon).split('=');
  return { key, ...(value === undefined ? {} : { value }), effect: text.slice(colon + 1) };
}

export function taintText(taint: Json): string {
  const [key = null, value = null, effect = null] = ['key', 'value', 'effect'].map((field) => member(taint, field));
  const middle = typeof value === 'string' && value !== '' ? `=${value}` : '';
  return `${scalarText(key)}${middle}:${scalarText(effect)}`;
}
