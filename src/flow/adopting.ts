/**
 * Adoption of what another checkout has left: the same environment under another owner id. Its objects become ours by the id
 * alone, which joins those in the git dir; nothing of them changes. Objects that trueup did not make have no id to take over:
 * what manifests claim of them (`adopted`) is ours from now on because a person says so.
 */
import { openRepository } from '../git/repository.ts';
import type { ClaimedObject } from '../model/adoption.ts';
import type { DesiredEnvironment } from '../model/desired.ts';
import { TrueupError } from '../model/failure.ts';
import type { ObservedObject, Ownership } from '../model/observed.ts';
import { isOurs } from '../model/ownership.ts';
import { readOwners } from '../state/owners.ts';
import { servedAround } from '../state/served-folder.ts';
import { assertAdoptedNowhereElse } from './adopted-elsewhere.ts';
import type { Observations } from './observe.ts';
import { type Planned, planFlow, type PlanOptions } from './planning.ts';
import type { Workspace } from './workspace.ts';

export interface Adoption {
  readonly owner: string;
  /** Where its objects were made; `null` where nobody wrote it down. */
  readonly checkout: string | null;
  /** Physical names of what stands in the way of ours; sorted. */
  readonly names: readonly string[];
}

type Owned = ObservedObject & { readonly ownership: Ownership };

export interface Adopted {
  readonly planned: Planned;
  /** With the ids that are taken over, none of them written yet. */
  readonly workspace: Workspace;
  readonly adoptions: readonly Adoption[];
}

/**
 * The plan of an environment, as if what another checkout has left of it were ours already. Rejects where that checkout is
 * still there, counts the id among its own and has something running: it would go on changing what were ours then.
 */
export async function planAdopting(
  workspace: Workspace,
  declared: DesiredEnvironment,
  options: PlanOptions,
  signal: AbortSignal,
): Promise<Adopted> {
  const adopting = { ...options, adopt: true };
  const first = await planFlow(workspace, declared, adopting, signal);
  const adoptions = adoptionsOf(workspace, first);
  try {
    await assertAdoptedNowhereElse(workspace, newlyAdopted(first));
  } catch (error) {
    await first[Symbol.asyncDispose]();
    throw error;
  }
  if (adoptions.length === 0) return { planned: first, workspace, adoptions };
  await first[Symbol.asyncDispose]();
  const ours = { ...workspace, owners: [...workspace.owners, ...adoptions.map(({ owner }) => owner)] };
  const planned = await planFlow(ours, declared, adopting, signal);
  try {
    await assertLeft(workspace, planned, adoptions, signal);
  } catch (error) {
    await planned[Symbol.asyncDispose]();
    throw error;
  }
  return { planned, workspace: ours, adoptions };
}

function newlyAdopted({ plan, adopts }: Planned): readonly ClaimedObject[] {
  return (plan.adopted ?? []).filter(({ address }) => adopts.includes(address));
}

/** Whose ids `--adopt` takes over: one for each owner that a plan has conflicts with. */
function adoptionsOf(workspace: Workspace, { plan, environment, observations }: Planned): readonly Adoption[] {
  const inTheWay = plan.conflicts.flatMap(({ address, engine, name }) => {
    const type = environment.resources.get(address)?.type;
    return objectsOn(observations, engine).filter(
      (object): object is Owned => object.type === type && object.name === name && isLike(object),
    );
  });
  function isLike(object: ObservedObject): boolean {
    return object.ownership !== null && !isOurs(object, workspace.owners) && isOf(environment, object.ownership);
  }
  const byOwner = Map.groupBy(inTheWay, ({ ownership }) => ownership.owner);
  return [...byOwner].map(([owner, objects]) => ({
    owner,
    checkout: objects[0]?.ownership.checkout ?? null,
    names: [...new Set(objects.map(({ name }) => name))].toSorted(),
  }));
}

/** Whatever of the environment an owner has running counts, also where nothing of ours has its name. */
async function assertLeft(
  { environment: variables }: Pick<Workspace, 'environment'>,
  { environment, observations }: Planned,
  adoptions: readonly Adoption[],
  signal: AbortSignal,
): Promise<void> {
  const objects = [...observations.observations.keys()].flatMap((engine) => objectsOn(observations, engine));
  for (const { owner, checkout } of adoptions) {
    const runs = objects.some((object) => object.ownership?.owner === owner && isRunning(object));
    if (runs && (await isClaimed(owner, { checkout, variables }, signal))) throw stillThere(environment, checkout);
  }
}

function objectsOn({ observations }: Observations, engine: string): readonly ObservedObject[] {
  const observation = observations.get(engine);
  return observation?.status === 'known' ? observation.objects : [];
}

function isOf(environment: DesiredEnvironment, ownership: Ownership): boolean {
  return ownership.project === environment.project && ownership.environment === environment.name;
}

function isRunning({ status }: ObservedObject): boolean {
  return status.run_state === 'running' || status.run_state === 'paused' || status.run_state === 'restarting';
}

/** Whether the checkout, which may be on another machine, is here and still calls the id its own. */
async function isClaimed(
  owner: string,
  { checkout, variables }: { readonly checkout: string | null; readonly variables: NodeJS.ProcessEnv },
  signal: AbortSignal,
): Promise<boolean> {
  if (checkout === null) return false;
  try {
    const { root, gitDir } = await openRepository(checkout, signal);
    // Of what is served by URL they stand beside the clone.
    const around = await servedAround(root, variables);
    return (await readOwners(around?.owners ?? gitDir)).includes(owner);
  } catch (error) {
    signal.throwIfAborted();
    // No repo is there any more.
    if (error instanceof TrueupError && error.code === 'not_a_git_repository') return false;
    throw error;
  }
}

function stillThere({ name }: DesiredEnvironment, checkout: string | null): TrueupError {
  const where = checkout ?? '';
  return new TrueupError('checkout_in_use', `${where} still runs the environment ${name}, and calls it its own`, {
    fields: { checkout: where, environment: name },
    next: `run \`trueup destroy ${name}\` or \`trueup stop ${name}\` there first, or remove that checkout`,
  });
}
