/** Asks the engines what changed in the own files of an environment's services. Only reads, and only on demand: it takes its time. */
import { listedPaths } from '../diff/filesystem.ts';
import { World } from '../diff/world.ts';
import type { Observer } from '../drivers/driver.ts';
import type { Address } from '../model/address.ts';
import type { DesiredResource } from '../model/desired.ts';
import type { FilesystemChange, FilesystemDrift, UnseenFilesystem } from '../model/filesystem.ts';
import { compareText } from '../model/json.ts';
import type { Observations } from './observe.ts';
import type { Planned } from './planning.ts';
import type { Workspace } from './workspace.ts';

interface Inside extends Pick<Planned, 'environment'> {
  readonly observations: Pick<Observations, 'engines' | 'observations'>;
}

/**
 * Of what is declared, or of `addresses` alone where there are any, as far as it is there. Of an engine that did not answer
 * when it was observed nothing is said again.
 */
export async function lookInside(
  { owners }: Pick<Workspace, 'owners'>,
  { environment, observations: seen }: Inside,
  addresses: readonly Address[],
  signal: AbortSignal,
): Promise<FilesystemDrift> {
  const world = new World(seen.observations, owners, environment.name);
  const services = [...environment.resources.values()].filter(
    ({ type, address, external }) =>
      type === 'service' && !external && (addresses.length === 0 || addresses.includes(address)),
  );
  const byEngine = Map.groupBy(services, ({ engine }) => engine);
  const looks = await Promise.all(
    [...byEngine].map(async ([engine, declared]) => {
      const observer = seen.engines.get(engine)?.observer;
      if (observer === undefined || world.status(engine) !== 'known') return { found: [], unseen: [] };
      return lookOn({ engine, observer, world, declared }, signal);
    }),
  );
  const found = looks
    .flatMap((look) => look.found)
    .map(({ address, paths }) => ({ address, ...listedPaths(paths) }))
    .toSorted((left, right) => compareText(left.address, right.address));
  return {
    changes: found.flatMap(({ address, changes }) => changes.map((change) => ({ address, ...change }))),
    omitted: found.flatMap(({ address, omitted }) => (omitted === 0 ? [] : [{ address, count: omitted }])),
    unseen: looks.flatMap(({ unseen }) => unseen).toSorted((left, right) => compareText(left.engine, right.engine)),
  };
}

interface Looking {
  readonly engine: string;
  readonly observer: Observer;
  readonly world: World;
  readonly declared: readonly DesiredResource[];
}

interface Look {
  readonly found: readonly { readonly address: Address; readonly paths: readonly FilesystemChange[] }[];
  readonly unseen: readonly UnseenFilesystem[];
}

/** One after the other: an engine compares whole trees of files for it. */
async function lookOn({ engine, observer, world, declared }: Looking, signal: AbortSignal): Promise<Look> {
  if (observer.filesystemChanges === undefined) return { found: [], unseen: [{ engine, reason: 'cannot_tell' }] };
  const found: Look['found'][number][] = [];
  let isWhole = true;
  for (const { address, name } of declared) {
    const object = world.find(address, engine, name);
    if (object === null) continue;
    const paths = await observer.filesystemChanges(object.id, signal);
    if (paths === null) isWhole = false;
    else found.push({ address, paths });
  }
  return { found, unseen: isWhole ? [] : [{ engine, reason: 'no_answer' }] };
}
