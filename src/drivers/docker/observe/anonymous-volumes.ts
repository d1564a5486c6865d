/** The volumes of a container that nobody named: its successor takes them over, and they go when it goes for good. */
import type { JsonObject } from '../../../model/json.ts';
import type { ContainerInspect } from '../api/wire.ts';
import type { Names } from '../fields/names.ts';
import { tidyPath } from '../fields/paths.ts';

/** A detail of the container's status: their names by container path; none where there are none. */
export function anonymousVolumes({ Mounts: mounts }: ContainerInspect, names: Names): JsonObject {
  const found = (mounts ?? []).flatMap(({ Type: type, Name: name, Destination: path }) =>
    type === 'volume' && name !== undefined && names.volume(name) === null ? [[tidyPath(path), name] as const] : [],
  );
  return found.length === 0 ? {} : { anonymous_volumes: Object.fromEntries(found) };
}
