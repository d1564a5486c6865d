/**
 * Claims across environments: what trueup did not make carries nobody's labels, so two environments that claim it would each
 * take it for their own, change it back and forth, and remove it under the other's feet.
 */
import type { ResourceType } from '../../model/address.ts';
import type { EngineDeclaration } from '../../model/desired.ts';
import { engineIdentity } from '../../model/engine-identity.ts';
import { formatSource } from '../../model/source.ts';
import type { Scope } from '../resolve/scope.ts';

/** As much of an environment as others can claim as well. */
export interface Claimant {
  readonly name: string;
  readonly scope: Scope;
  readonly engines: Readonly<Record<string, EngineDeclaration>>;
  readonly resources: ReadonlyMap<string, ClaimingResource>;
}

interface ClaimingResource {
  readonly type: ResourceType;
  readonly key: string;
  readonly name: string;
  readonly engine: string;
  readonly adopted?: boolean;
}

const GROUPS: Readonly<Partial<Record<ResourceType, string>>> = {
  service: 'services',
  volume: 'volumes',
  network: 'networks',
};

/** Who claims what, on every engine. Environments are to be added in the order of their names. */
export class ClaimedObjects {
  readonly #claimed = new Map<string, { readonly environment: string; readonly place: string }>();

  add({ name: environment, scope: { reporter }, engines, resources }: Claimant): void {
    for (const { type, key, name, engine, adopted } of resources.values()) {
      const [declaration, group] = [engines[engine], GROUPS[type]];
      if (adopted !== true || declaration === undefined || group === undefined) continue;
      const id = `${engineIdentity(declaration)}\0${type}\0${name}`;
      const path = [group, key, 'adopted'];
      const source = reporter.layers.locate(path, 'key');
      const first = this.#claimed.get(id);
      if (first === undefined) {
        this.#claimed.set(id, { environment, place: source === null ? '' : formatSource(source) });
      } else if (first.environment !== environment) {
        const summary = `"${name}" on engine "${engine}" is claimed by two environments: "${first.environment}" and "${environment}"`;
        const detail = `claimed first at ${first.place}; take \`adopted\` out of one of them, or write \`adopted: null\` where it is inherited`;
        reporter.errorAt('key', 'claim_conflict', path, summary, detail);
      }
    }
  }
}
