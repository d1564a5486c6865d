/**
 * Last sources: where what no manifest declares any more was declared when it was applied last. Git is asked only where a
 * plan has something of the kind; what it does not know any more, nobody tells.
 */
import { undeclaredIn, withLastSources } from '../diff/last-sources.ts';
import type { Address } from '../model/address.ts';
import type { DesiredEnvironment } from '../model/desired.ts';
import { TrueupError } from '../model/failure.ts';
import { ROOT_PATH } from '../model/field-path.ts';
import type { Plan } from '../model/plan.ts';
import type { LastSource } from '../model/source.ts';
import type { LoadOptions } from './load.ts';
import type { Planned } from './planning.ts';
import type { Workspace } from './workspace.ts';

/** Of more commits than this the others are left out: each of them has to be read. */
const MOST_COMMITS = 3;

export async function locateUndeclared(
  workspace: Workspace,
  { plan, environment, recorded }: Pick<Planned, 'plan' | 'environment' | 'recorded'>,
  inputs: Pick<LoadOptions, 'variables' | 'envFiles' | 'profiles'>,
  signal: AbortSignal,
): Promise<Plan> {
  const revisions = new Map<Address, string>();
  for (const address of undeclaredIn(plan, environment)) {
    const known = Object.hasOwn(recorded.resources, address) ? recorded.resources[address] : undefined;
    if (known !== undefined && known.revision !== null) revisions.set(address, known.revision);
  }
  if (revisions.size === 0) return plan;
  const commits = [...new Set(revisions.values())].slice(0, MOST_COMMITS);
  const loaded = await Promise.all(
    commits.map(
      async (commit) => [commit, await declaredAt(workspace, commit, environment.name, inputs, signal)] as const,
    ),
  );
  const declared = new Map(loaded);
  return withLastSources(plan, environment, (address): LastSource | null => {
    const commit = revisions.get(address);
    const source = commit === undefined ? null : (declared.get(commit)?.locate(address, ROOT_PATH) ?? null);
    return source === null || commit === undefined ? null : { ...source, commit };
  });
}

/** `null` where git does not have the commit (any more), or what it declares has mistakes. */
async function declaredAt(
  workspace: Workspace,
  commit: string,
  name: string,
  inputs: Pick<LoadOptions, 'variables' | 'envFiles' | 'profiles'>,
  signal: AbortSignal,
): Promise<DesiredEnvironment | null> {
  // Here, so that plans of what is all declared do not pay for what reads other revisions.
  const { loadPinned } = await import('./pinned-load.ts');
  try {
    const { result } = await loadPinned(workspace, commit, { ...inputs, secrets: 'leave', name }, signal);
    return result.environments.find((environment) => environment.name === name) ?? null;
  } catch (error) {
    if (error instanceof TrueupError && !signal.aborted) return null;
    throw error;
  }
}
