/** Asks the engines of an environment what else stands on them. Only reads, and only where somebody wants to know. */
import { coverageOf } from '../diff/coverage.ts';
import type { Coverage, ListedObject } from '../model/coverage.ts';
import { compareText } from '../model/json.ts';
import type { Planned } from './planning.ts';
import type { Workspace } from './workspace.ts';

/** Engines that did not answer, or hold nothing but trueup's, are left out; `null` where no engine is left. */
export async function lookAround(
  { drivers, owners }: Workspace,
  { environment, observations: seen }: Pick<Planned, 'environment' | 'observations'>,
  signal: AbortSignal,
): Promise<Coverage | null> {
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
  return listed.size === 0 ? null : coverageOf({ environment, owners, listed, listedAs });
}
