/**
 * One side of a parity as it was read, before it is brought to the same terms as the other: what can be compared depends
 * on what the other side knows.
 */
import type { Address } from '../../model/address.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Facts } from '../../model/observed.ts';
import type { ParityResource, ParitySide, UnknownPart } from '../../model/parity.ts';

export interface ResourcePart extends ParityResource {
  /** `null` where no engine was asked. */
  readonly facts: Facts | null;
  readonly origin: ParitySide['origin'];
  /** What was asked for where it was observed: declared or, of a file, applied last. Of what is declared the same as `config`. */
  readonly asked: JsonObject;
  /** Somebody else's: what is said of it is its name. */
  readonly external: boolean;
  /** Whether something else declares all of it, such as a VM its disks: what is said of that is said already. */
  readonly isBroughtAlong: boolean;
  /** What fields that are left out mean for what was observed; `null` where nobody said. */
  readonly defaults: JsonObject | null;
}

export interface SideParts extends Omit<ParitySide, 'resources' | 'unknown'> {
  readonly resources: ReadonlyMap<Address, ResourcePart>;
  readonly unknown: readonly Omit<UnknownPart, 'side'>[];
  /** Whether its secrets can be told apart from those of another side, or only that there are some. */
  readonly tellsSecrets: boolean;
  /** No engine says what depends on what: manifests do. */
  readonly knowsDependencies: boolean;
  /** What stands there under the name of what another side declares as external; absent where manifests say what does. */
  readonly named?: (external: Pick<ResourcePart, 'address' | 'type' | 'name' | 'driver'>) => ResourcePart | null;
}
