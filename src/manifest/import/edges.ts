/**
 * Who needs whom, as far as it can be seen: what Compose wrote down, and variables of a service that name another one on a
 * network that both join. Proposed and never declared: only who wrote the service knows what it cannot do without.
 */
import { type Json, type JsonObject, member, scalarText } from '../../model/json.ts';
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

/** Lines above the service; none where nothing is seen. */
export function edgeComment(
  service: Neighbour,
  all: readonly Neighbour[],
  keyOfTool: (key: string) => string | null,
): readonly string[] {
  const declared = declaredEdges(service, keyOfTool);
  const seen = all.flatMap((other): [string, string][] => {
    const variable = other.key === service.key || declared.has(other.key) ? null : namedIn(service, other);
    return variable === null ? [] : [[other.key, variable]];
  });
  if (declared.size + seen.length === 0) return [];
  const healthy = new Set(all.filter(({ hasCheck }) => hasCheck).map(({ key }) => key));
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
    return target === null || target === key ? [] : [[target, conditionOf(settings)]];
  });
  return new Map(edges);
}

function conditionOf(settings: Json): string {
  return scalarText(member(settings, 'condition') ?? 'service_started');
}

/** The first variable that names the other as a host. */
function namedIn({ variables, networks }: Neighbour, other: Neighbour): string | null {
  if (!networks.some((network) => other.networks.includes(network))) return null;
  const found = Object.entries(variables).find(([name, value]) =>
    hostsIn(name, value).some((host) => other.names.includes(host)),
  );
  return found?.[0] ?? null;
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
