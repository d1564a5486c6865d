/**
 * Who needs whom, as far as it can be seen: what Compose wrote down, and variables of a service that name another one on a
 * network that both join. Proposed and never declared: only who wrote the service knows what it cannot do without. Each
 * variable is read once, however many services there are.
 */
import { compareText, type Json, type JsonObject, member, scalarText } from '../../model/json.ts';
import { objectAt } from './values.ts';

export interface Neighbour {
  readonly key: string;
  /** Names that others on its networks know it by. */
  readonly names: readonly string[];
  /** Physical names. */
  readonly networks: readonly string[];
  readonly hasCheck: boolean;
  readonly variables: Readonly<Record<string, string>>;
  /** As its own tool says it, by the key that the tool has for it. */
  readonly dependencies: JsonObject;
}

/** Lines above services, by their keys; none for those that need nobody. */
export function edgeComments(
  all: readonly Neighbour[],
  keyOfTool: (key: string) => string | null,
): Readonly<Record<string, readonly string[]>> {
  const named = new Map<string, Neighbour[]>();
  for (const one of all) {
    for (const name of new Set(one.names)) {
      const others = named.get(name);
      if (others === undefined) named.set(name, [one]);
      else others.push(one);
    }
  }
  const healthy = new Set(all.filter(({ hasCheck }) => hasCheck).map(({ key }) => key));
  const comments = all.map((one): [string, readonly string[]] => [
    one.key,
    linesOf(declaredEdges(one, keyOfTool), seenEdges(one, named), healthy),
  ]);
  return Object.fromEntries(comments.filter(([, lines]) => lines.length > 0));
}

function linesOf(
  declared: ReadonlyMap<string, string>,
  found: ReadonlyMap<string, string>,
  healthy: ReadonlySet<string>,
): readonly string[] {
  const seen = [...found].filter(([key]) => !declared.has(key)).toSorted(([left], [right]) => compareText(left, right));
  if (declared.size + seen.length === 0) return [];
  const conditions = [
    ...declared,
    ...seen.map(([key]): [string, string] => [key, healthy.has(key) ? 'service_healthy' : 'service_started']),
  ];
  const text = conditions.map(([key, condition]) => `${key}: { condition: ${condition} }`).join(', ');
  return [
    `dependencies: { ${text} }`,
    ...(declared.size === 0 ? [] : [`${[...declared.keys()].join(', ')}: as Compose had it`]),
    ...seen.map(([key, variable]) => `${key}: named in ${variable}`),
  ];
}

function declaredEdges(
  { key, dependencies }: Neighbour,
  keyOfTool: (key: string) => string | null,
): Map<string, string> {
  const edges = Object.entries(dependencies).flatMap(([address, settings]): [string, string][] => {
    const target = keyOfTool(address.slice(address.indexOf('.') + 1));
    if (target === null || target === key) return [];
    const restart = member(settings, 'restart') === true ? ', restart: true' : '';
    return [[target, `${conditionOf(settings)}${restart}`]];
  });
  // Tools keep them in no order.
  return new Map(edges.toSorted(([left], [right]) => compareText(left, right)));
}

function conditionOf(settings: Json): string {
  return scalarText(member(settings, 'condition') ?? 'service_started');
}

/** By key of each that is named as a host: the first variable that does. */
function seenEdges(
  { key, variables, networks }: Neighbour,
  named: ReadonlyMap<string, readonly Neighbour[]>,
): ReadonlyMap<string, string> {
  const joined = new Set(networks);
  const seen = new Map<string, string>();
  for (const [variable, value] of Object.entries(variables)) {
    for (const host of new Set(hostsIn(variable, value))) {
      for (const other of named.get(host) ?? []) {
        const isMet = other.key === key || seen.has(other.key);
        if (!isMet && other.networks.some((network) => joined.has(network))) seen.set(other.key, variable);
      }
    }
  }
  return seen;
}

const HOST_NAME = /(HOST|HOSTNAME|ADDR|ADDRESS|SERVER|SERVERS|ENDPOINT|BROKER|BROKERS|UPSTREAM)S?$/i;

/** Behind `//` or `@`, in front of a port, or all of a variable that is called so. */
function hostsIn(name: string, value: string): readonly string[] {
  const inUrls = [...value.matchAll(/(?:\/\/|@)([A-Za-z0-9][A-Za-z0-9_.-]*)/g)].map(([, host = '']) => host);
  const withPort = [...value.matchAll(/(?:^|[\s,;=])([A-Za-z][A-Za-z0-9_.-]*):\d+/g)].map(([, host = '']) => host);
  return [...inUrls, ...withPort, ...(HOST_NAME.test(name) ? value.split(/[\s,;]+/) : [])];
}

/** Conditions that services of one tool wait for, by the key that the tool has for what they wait for. */
export function awaitedCompletions(all: readonly { readonly configured: JsonObject }[]): ReadonlySet<string> {
  const awaited = all.flatMap(({ configured }) =>
    Object.entries(objectAt(configured, 'dependencies'))
      .filter(([, settings]) => conditionOf(settings) === 'service_completed_successfully')
      .map(([address]) => address.slice(address.indexOf('.') + 1)),
  );
  return new Set(awaited);
}
