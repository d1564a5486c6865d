/** Asks the engines of an environment what else stands on them. Only reads, and only where somebody wants to know. */
import { coverageOf, listingKey } from '../diff/coverage.ts';
import type { Coverage, ListedObject } from '../model/coverage.ts';
import { compareText } from '../model/json.ts';
import type { Ownership } from '../model/observed.ts';
import { loadDesired } from './load.ts';
import type { Planned } from './planning.ts';
import type { Workspace } from './workspace.ts';

/** Engines that did not answer, or hold nothing but trueup's, are left out; `null` where no engine is left. */
export async function lookAround(
  workspace: Workspace,
  { environment, observations: seen }: Pick<Planned, 'environment' | 'observations'>,
  signal: AbortSignal,
): Promise<Coverage | null> {
  const { drivers, owners } = workspace;
  const listed = new Map<string, readonly ListedObject[]>();
  const names = new Map<string, string>();
  const listedAs = new Map<string, string>();
  const engines = [...seen.engines].sort(([left], [right]) => compareText(left, right));
  await Promise.all(
    engines.map(async ([name, { declaration, observer }]) => {
      if (seen.observations.get(name)?.status !== 'known' || observer.listAll === undefined) return;
      const driver = await drivers.load(declaration.driver);
      // Two names may mean one engine, which is then asked once.
      const identity = driver?.identity(declaration) ?? name;
      const known = names.get(identity) ?? name;
      listedAs.set(name, known);
      if (known !== name) return;
      names.set(identity, name);
      const objects = await observer.listAll(signal);
      if (objects !== null) listed.set(name, objects);
    }),
  );
  if (listed.size === 0) return null;
  const coverage = coverageOf({ environment, owners, listed, listedAs });
  // Other manifests are read only where they may know something of it.
  if (coverage.unmanaged.length === 0) return coverage;
  const claims = await claimsOfOthers(workspace, { name: environment.name, engines: names }, signal);
  return claims.size === 0 ? coverage : coverageOf({ environment, owners, listed, listedAs, claims });
}

/** What this checkout's other environments call theirs without a label. Manifests that do not load claim nothing. */
async function claimsOfOthers(
  workspace: Workspace,
  /** The names that engines are listed under, by identity. */
  { name, engines }: { readonly name: string; readonly engines: ReadonlyMap<string, string> },
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Ownership>> {
  const { drivers, owners } = workspace;
  const [owner = ''] = owners;
  const claims = new Map<string, Ownership>();
  const { environments } = await loadDesired(workspace, { variables: {}, profiles: [], secrets: 'leave' }, signal);
  for (const other of environments.filter((one) => one.name !== name)) {
    const claiming = [...other.resources.values()].filter(({ adopted }) => adopted === true);
    for (const { type, name: physical, engine, address } of claiming) {
      const declaration = other.engines[engine];
      if (declaration === undefined) continue;
      const driver = await drivers.load(declaration.driver);
      const listedAs = engines.get(driver?.identity(declaration) ?? '');
      if (listedAs === undefined) continue;
      const { project, name: environment } = other;
      const whose = { owner, project, environment, address, checkout: null, created_revision: null };
      claims.set(listingKey(listedAs, { type, name: physical }), whose);
    }
  }
  return claims;
}
