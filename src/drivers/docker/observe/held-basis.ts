/**
 * What the object of a container is made from beside its inspect: the networks and volumes of the engine, which give its
 * mounts and networks their keys, what its reference means now, and what it was told of mounted files. All of it is asked
 * anew at each look. Where any of it has changed, what is held of a container counts no more.
 */
import { canonicalJson } from '../../../model/json.ts';
import type { Scope } from '../../scope.ts';
import type { Content } from '../content-notes.ts';
import type { DockerFacts } from '../facts.ts';
import type { Inventory } from '../fields/names.ts';
import type { HeldBasis } from './held.ts';
import type { Images } from './images.ts';

export interface BasisParts {
  readonly scope: Scope;
  readonly inventory: Inventory;
  readonly facts: DockerFacts;
  readonly content: ReadonlyMap<string, Content>;
  readonly images: Images;
}

/** Of one look, for each of its containers. */
export function heldBasis(
  parts: BasisParts,
): (container: Pick<HeldBasis, 'container' | 'image' | 'reference'>) => HeldBasis {
  const { scope, inventory, facts, content, images } = parts;
  const { owners, project, environment, names, external = {} } = scope;
  const networks = inventory.networks.map(({ Id: id, Name: name, Labels: labels }) => [id, name, labels ?? null]);
  const volumes = inventory.volumes.map(({ Name: name, Labels: labels }) => [name, labels ?? null]);
  const meaning = [owners, project, environment, names, external];
  const common = canonicalJson([...meaning, networks.map(textOf).toSorted(), volumes.map(textOf).toSorted(), facts]);
  return ({ container, image, reference }) => {
    const { image: found, resolves } = images.of({ Image: image, Config: { Image: reference } });
    const own = canonicalJson([content.get(container) ?? null, found?.Id ?? null, resolves]);
    return { common, own, container, image, reference };
  };
}

export function sameBasis(left: HeldBasis, right: HeldBasis): boolean {
  return left.common === right.common && left.own === right.own;
}

function textOf(value: readonly unknown[]): string {
  return JSON.stringify(value);
}
