/** Who manages what stands on the engines of an environment. Pure; in the order of engines, types and names. */
import type { Coverage, EngineCoverage, ListedObject, LocatedListing } from '../model/coverage.ts';
import type { DesiredEnvironment, DesiredResource } from '../model/desired.ts';
import { compareText } from '../model/json.ts';
import type { Ownership } from '../model/observed.ts';

export interface CoverageInput {
  readonly environment: DesiredEnvironment;
  /** All ids are ours. */
  readonly owners: readonly string[];
  /** Each engine once, under one of its names. */
  readonly listed: ReadonlyMap<string, readonly ListedObject[]>;
  /** Under which name an engine is listed, by each of its names; its own where it is left out. */
  readonly listedAs?: ReadonlyMap<string, string>;
  /** What other environments of the repo claim, by engine, type and name: no label says so. Absent for nothing. */
  readonly claims?: ReadonlyMap<string, Ownership>;
}

/** For {@link CoverageInput.claims}; the engine by the name that it is listed under. */
export function listingKey(engine: string, { type, name }: Pick<ListedObject, 'type' | 'name'>): string {
  return `${engine} ${type} ${name}`;
}

export function coverageOf({ environment, owners, listed, listedAs, claims }: CoverageInput): Coverage {
  const engines: EngineCoverage[] = [];
  const unmanaged: LocatedListing[] = [];
  const elsewhere: LocatedListing[] = [];
  const named = (resources: readonly DesiredResource[]): ReadonlySet<string> =>
    new Set(resources.map((resource) => listingKey(listedAs?.get(resource.engine) ?? resource.engine, resource)));
  const declared = [...environment.resources.values()];
  // What is declared as somebody else's on that engine is known of, and no question of who manages it.
  const external = named(declared.filter((resource) => resource.external));
  const claimed = named(declared.filter(({ adopted }) => adopted === true));
  for (const engine of [...listed.keys()].sort(compareText)) {
    const objects = (listed.get(engine) ?? [])
      .filter((object) => !external.has(listingKey(engine, object)))
      .map((object) => ({ ...object, ownership: object.ownership ?? claims?.get(listingKey(engine, object)) ?? null }));
    const groups = Map.groupBy(objects, ({ ownership, ...object }) => {
      if (ownership === null) return claimed.has(listingKey(engine, object)) ? 'managed' : 'unmanaged';
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
