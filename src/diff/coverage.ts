/** Who manages what stands on the engines of an environment. Pure; in the order of engines, types and names. */
import type { Coverage, EngineCoverage, ListedObject, LocatedListing } from '../model/coverage.ts';
import type { DesiredEnvironment, DesiredResource } from '../model/desired.ts';
import { compareText } from '../model/json.ts';

export interface CoverageInput {
  readonly environment: DesiredEnvironment;
  /** All ids are ours. */
  readonly owners: readonly string[];
  /** Each engine once, under one of its names. */
  readonly listed: ReadonlyMap<string, readonly ListedObject[]>;
  /** Under which name an engine is listed, by each of its names; its own where it is left out. */
  readonly listedAs?: ReadonlyMap<string, string>;
}

export function coverageOf({ environment, owners, listed, listedAs }: CoverageInput): Coverage {
  const engines: EngineCoverage[] = [];
  const unmanaged: LocatedListing[] = [];
  const elsewhere: LocatedListing[] = [];
  const named = (resources: readonly DesiredResource[]): ReadonlySet<string> =>
    new Set(resources.map(({ type, name, engine }) => `${listedAs?.get(engine) ?? engine} ${type} ${name}`));
  const declared = [...environment.resources.values()];
  // What is declared as somebody else's on that engine is known of, and no question of who manages it.
  const external = named(declared.filter((resource) => resource.external));
  const claimed = named(declared.filter(({ adopted }) => adopted === true));
  for (const engine of [...listed.keys()].sort(compareText)) {
    const objects = (listed.get(engine) ?? []).filter(({ type, name }) => !external.has(`${engine} ${type} ${name}`));
    const groups = Map.groupBy(objects, ({ ownership, type, name }) => {
      if (ownership === null) return claimed.has(`${engine} ${type} ${name}`) ? 'managed' : 'unmanaged';
      return ownership.environment === environment.name && owners.includes(ownership.owner) ? 'managed' : 'elsewhere';
    });
    const count = (group: 'managed' | 'elsewhere' | 'unmanaged'): number => groups.get(group)?.length ?? 0;
    engines.push({ engine, managed: count('managed'), elsewhere: count('elsewhere'), unmanaged: count('unmanaged') });
    unmanaged.push(...located(engine, groups.get('unmanaged') ?? []));
    elsewhere.push(...located(engine, groups.get('elsewhere') ?? []));
  }
  return { engines, unmanaged, elsewhere };
}

function located(engine: string, objects: readonly ListedObject[]): readonly LocatedListing[] {
  return objects
    .map((object) => ({ engine, ...object }))
    .sort((left, right) => compareText(left.type, right.type) || compareText(left.name, right.name));
}
