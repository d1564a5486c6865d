/** Coverage as JSON: what of an engine is managed, and what else stands there. Part of the document of drift. */
import type { Coverage, CoverageCounts, LocatedListing } from '../model/coverage.ts';
import type { JsonObject } from '../model/json.ts';

export function coverageJson({ engines }: Coverage): JsonObject {
  return {
    ...countsJson(totalOf(engines)),
    engines: engines.map(({ engine, ...counts }) => ({ engine, ...countsJson(counts) })),
  };
}

export function listingJson({ engine, type, name, id }: LocatedListing): JsonObject {
  return { engine, type, name, id };
}

/** With what its labels say of whose it is. */
export function elsewhereJson(listing: LocatedListing): JsonObject {
  const { ownership } = listing;
  return {
    ...listingJson(listing),
    environment: ownership?.environment ?? null,
    address: ownership?.address ?? null,
    checkout: ownership?.checkout ?? null,
  };
}

/** The part of what is managed in all that is managed or nobody's; `null` where there is neither. */
export function coverageRatio({ managed, unmanaged }: CoverageCounts): number | null {
  const all = managed + unmanaged;
  return all === 0 ? null : Math.round((managed / all) * 10_000) / 10_000;
}

function countsJson(counts: CoverageCounts): JsonObject {
  const { managed, unmanaged, elsewhere } = counts;
  return { managed, unmanaged, elsewhere, ratio: coverageRatio(counts) };
}

function totalOf(engines: Coverage['engines']): CoverageCounts {
  const sum = (of: (counts: CoverageCounts) => number): number => engines.reduce((total, one) => total + of(one), 0);
  return {
    managed: sum(({ managed }) => managed),
    unmanaged: sum(({ unmanaged }) => unmanaged),
    elsewhere: sum(({ elsewhere }) => elsewhere),
  };
}
