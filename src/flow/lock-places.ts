/** Where the locks of environments lie: on this machine, and on engines that other machines reach. */
import type { ClaimStore } from '../model/claim.ts';
import type { DesiredEnvironment } from '../model/desired.ts';
import { TrueupError } from '../model/failure.ts';
import { lockKey } from '../state/locks/lock.ts';
import { neededEngines } from './locking.ts';
import type { Workspace } from './workspace.ts';

export interface LockPlace {
  readonly project: string;
  /** Names of the engine in the manifests, with commas between. */
  readonly engine: string;
  /** The name of the lock on this machine. */
  readonly key: string;
  /** `null` where only this machine reaches the engine; else what the work makes of its claims. */
  withClaims<T>(access: 'read' | 'change', work: (store: ClaimStore) => Promise<T>): Promise<T | null>;
  /** Whether it matters that the engine does not answer. */
  readonly needed: boolean;
}

/** One for each engine and project, however often they are named. */
export async function lockPlaces(
  workspace: Workspace,
  environments: readonly DesiredEnvironment[],
): Promise<readonly LockPlace[]> {
  const places = new Map<string, LockPlace>();
  for (const environment of environments) {
    const needed = await neededEngines(workspace, environment);
    for (const engine of Object.values(environment.engines)) {
      const driver = await workspace.drivers.load(engine.driver);
      if (driver === null) continue;
      const { project } = environment;
      const key = lockKey({ engine: driver.identity(engine), project });
      const known = places.get(key);
      const names = new Set([...(known?.engine.split(', ') ?? []), engine.name]);
      places.set(key, {
        project,
        engine: [...names].join(', '),
        key,
        needed: known?.needed === true || needed.has(engine.name),
        async withClaims(access, work) {
          const store = (await driver.claims?.(engine, access)) ?? null;
          if (store === null) return null;
          try {
            return await work(store);
          } finally {
            await store.close();
          }
        },
      });
    }
  }
  return [...places.values()];
}

/** What the work comes to; an engine that does not answer is noted, and `null`. */
export async function unlessDown<T>(
  { engine, needed }: LockPlace,
  unreachable: { readonly engine: string; readonly error: string }[],
  work: () => Promise<T | null>,
): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof TrueupError) || error.code !== 'engine_unreachable') throw error;
    if (needed) unreachable.push({ engine, error: error.message });
    return null;
  }
}
