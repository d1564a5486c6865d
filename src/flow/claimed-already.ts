/** What environments of the repo claim or are called already: an import leaves that to them. */
import type { ResourceType } from '../model/address.ts';
import { engineIdentity } from '../model/engine-identity.ts';
import { loadDesired } from './load.ts';
import type { Workspace } from './workspace.ts';

export interface ClaimedAlready {
  /** The environment that claims it; `null` where none does. */
  claimantOf(type: ResourceType, name: string): string | null;
  /** Projects of the other environments on that engine. */
  readonly projects: ReadonlySet<string>;
}

/** `environment` is to be written, and what it is now does not count. Manifests that do not load claim nothing. */
export async function claimedAlready(
  workspace: Workspace,
  { environment, driver }: { readonly environment: string; readonly driver: string },
  signal: AbortSignal,
): Promise<ClaimedAlready> {
  const identity = engineIdentity({ name: driver, driver, settings: {} });
  const claimed = new Map<string, string>();
  const projects = new Set<string>();
  for (const other of await othersThan(environment, workspace, signal)) {
    const engines = Object.entries(other.engines).filter(([, one]) => engineIdentity(one) === identity);
    const names = new Set(engines.map(([name]) => name));
    for (const { type, name, engine, adopted } of other.resources.values()) {
      if (!names.has(engine)) continue;
      projects.add(other.project);
      if (adopted === true) claimed.set(`${type} ${name}`, other.name);
    }
  }
  return { claimantOf: (type, name) => claimed.get(`${type} ${name}`) ?? null, projects };
}

async function othersThan(
  environment: string,
  workspace: Workspace,
  signal: AbortSignal,
): Promise<Awaited<ReturnType<typeof loadDesired>>['environments']> {
  const { tree, settings } = workspace;
  const folder = settings.folders.environments;
  const others = (await tree.list(folder))?.filter((entry) => entry !== `${environment}/`) ?? [];
  if (others.length === 0) return [];
  const without = { ...tree, list: (path: string) => (path === folder ? Promise.resolve(others) : tree.list(path)) };
  const options = { variables: {}, profiles: [], secrets: 'leave' } as const;
  const { environments } = await loadDesired({ ...workspace, tree: without }, options, signal);
  return environments;
}
