/**
 * An environment of which a part has mistakes, as far as the rest goes by itself. It is held against another one, and no more:
 * what it lacks is not gone, so that nothing may ever be planned from it. Hence it is no desired environment, and cannot
 * be handed over as one: what is sound has a name of its own, and policies it has none.
 */
import type { Address } from './address.ts';
import type { DesiredEnvironment, DesiredResource } from './desired.ts';
import { compareText } from './json.ts';

export interface PartialEnvironment
  extends Pick<
    DesiredEnvironment,
    | 'name'
    | 'type'
    | 'project'
    | 'folder'
    | 'revision'
    | 'engines'
    | 'ignore_differences'
    | 'files'
    | 'locate'
    | 'writtenAt'
  > {
  /** What nothing is wrong with, and nothing wrong has a part in. */
  readonly sound: ReadonlyMap<Address, DesiredResource>;
  /** In the order of addresses. */
  readonly unsound: readonly UnsoundResource[];
}

export interface UnsoundResource {
  readonly address: Address;
  /** `environments/local/web.yaml:3:5: the image has no tag`, or what else is wrong that has a part in it. */
  readonly reason: string;
}

/** With nothing left out. */
export function asPartial(environment: DesiredEnvironment): PartialEnvironment {
  const { name, type, project, folder, revision, engines, ignore_differences, files, resources, writtenAt } =
    environment;
  return {
    name,
    type,
    project,
    folder,
    revision,
    engines,
    ignore_differences,
    files,
    locate: (address, path) => environment.locate(address, path),
    ...(writtenAt === undefined ? {} : { writtenAt }),
    sound: resources,
    unsound: [],
  };
}

/** Without these, too, each of which has a reason. */
export function withoutUnsound(partial: PartialEnvironment, found: ReadonlyMap<Address, string>): PartialEnvironment {
  const unsound = [...found].map(([address, reason]) => ({ address, reason }));
  return {
    ...partial,
    sound: new Map([...partial.sound].filter(([address]) => !found.has(address))),
    unsound: [...partial.unsound, ...unsound].toSorted((left, right) => compareText(left.address, right.address)),
  };
}
