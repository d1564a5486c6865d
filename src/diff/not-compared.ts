/**
 * What nobody can compare, counts as equal, and is said: secrets of which an observation says only that there is one, and fields of
 * what does not answer. Pure; by address and field.
 */
import type { Address } from '../model/address.ts';
import type { DesiredEnvironment } from '../model/desired.ts';
import { childPath, type FieldPath, ROOT_PATH } from '../model/field-path.ts';
import { compareText, isJsonObject, type Json, member } from '../model/json.ts';
import type { Observation } from '../model/observed.ts';
import type { NotCompared } from '../model/plan.ts';
import { isSecret, sameSecret } from '../model/secret.ts';
import { World } from './world.ts';

export interface NotComparedInput {
  readonly environment: DesiredEnvironment;
  readonly observations: ReadonlyMap<string, Observation>;
  /** All ids are ours. */
  readonly owners: readonly string[];
  /** Only these; `null` for all. */
  readonly targets: ReadonlySet<Address> | null;
}

const REASON = 'the observation says only that there is a secret';

export function notComparedIn({
  environment,
  observations,
  owners,
  targets,
}: NotComparedInput): readonly NotCompared[] {
  const world = new World(observations, owners, environment.name);
  return [...environment.resources.values()]
    .filter(({ address }) => targets === null || targets.has(address))
    .sort((left, right) => compareText(left.address, right.address))
    .flatMap(({ address, engine, name, config }) => {
      const observed = world.find(address, engine, name);
      if (observed === null) return [];
      return unknownSecrets(config, observed.configured, ROOT_PATH).map((path) => ({
        address,
        field_path: path,
        reason: REASON,
      }));
    });
}

/** What nobody could be asked about what is there. */
export function unseenIn(
  { resources }: Pick<DesiredEnvironment, 'resources'>,
  world: World,
  targets: ReadonlySet<Address> | null,
): readonly NotCompared[] {
  return [...resources.values()]
    .filter(({ address }) => targets === null || targets.has(address))
    .sort((left, right) => compareText(left.address, right.address))
    .flatMap(({ address, engine, name }) => {
      const { fields, reason } = world.find(address, engine, name)?.unseen ?? { fields: [], reason: '' };
      return fields.map((path) => ({ address, field_path: path, reason }));
    });
}

function unknownSecrets(desired: Json, observed: Json, path: FieldPath): readonly FieldPath[] {
  if (isSecret(desired) && isSecret(observed)) return sameSecret(desired, observed) === null ? [path] : [];
  if (!isJsonObject(desired) || !isJsonObject(observed) || isSecret(desired) || isSecret(observed)) return [];
  return Object.keys(desired)
    .sort(compareText)
    .flatMap((key) => unknownSecrets(desired[key] ?? null, member(observed, key), childPath(path, key)));
}
