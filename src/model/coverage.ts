/** Coverage: how much of what stands on an engine is managed. What is not is listed and never touched. */
import type { ResourceType } from './address.ts';
import type { Ownership } from './observed.ts';

/** What stands on an engine, whoever made it, as a list shows it. */
export interface ListedObject {
  readonly type: ResourceType;
  readonly name: string;
  /** The engine's own id; the name where it has none. */
  readonly id: string;
  /** `null` where nobody marked it as trueup's. */
  readonly ownership: Ownership | null;
}

export interface LocatedListing extends ListedObject {
  readonly engine: string;
}

export interface CoverageCounts {
  /** Of this environment. */
  readonly managed: number;
  /** Of other environments, or of other checkouts. */
  readonly elsewhere: number;
  readonly unmanaged: number;
}

export interface EngineCoverage extends CoverageCounts {
  readonly engine: string;
}

export interface Coverage {
  /** The engines that answered and can tell, by name. */
  readonly engines: readonly EngineCoverage[];
  /** What nobody's trueup manages. */
  readonly unmanaged: readonly LocatedListing[];
  readonly elsewhere: readonly LocatedListing[];
}
