/**
 * Plan against a revision: what merging would change, taking for granted that the revision is applied. Desired is held
 * against desired, so no engine is asked and no secret resolved, and git is the cause of everything.
 */
import { supposeApplied } from '../diff/suppose.ts';
import type { Change } from '../model/change.ts';
import type { DesiredEnvironment, Revision } from '../model/desired.ts';
import type { Plan } from '../model/plan.ts';
import { planEnvironment } from '../reconcile/plan/plan.ts';
import { assertCarriedOut, modelsOf } from './load.ts';
import { type PlanOptions, withoutResources } from './planning.ts';
import type { Workspace } from './workspace.ts';

/** One environment on both sides; `null` where only the other side declares it. */
export type EnvironmentPair =
  | { readonly before: DesiredEnvironment | null; readonly after: DesiredEnvironment }
  | { readonly before: DesiredEnvironment; readonly after: null };

export interface AgainstOptions {
  /** The revision that is taken to be applied. */
  readonly against: Revision;
  /** The one that is to be merged. */
  readonly revision: Revision;
  readonly unpinned: readonly string[];
}

/** An environment that is declared no more is planned as `destroy` would take it down. */
export async function planAgainst(
  { drivers, settings }: Pick<Workspace, 'drivers' | 'settings'>,
  { before, after }: EnvironmentPair,
  { against, revision, unpinned }: AgainstOptions,
  options: PlanOptions,
): Promise<Plan> {
  const target = after ?? { ...withoutResources(before), revision };
  const models = await modelsOf(target, drivers);
  assertCarriedOut(target, models);
  const supposed = supposeApplied(before, target, models);
  const plan = planEnvironment({
    environment: target,
    ...supposed,
    models,
    today: options.today,
    severities: settings.severities,
    targets: options.targets.size === 0 ? null : options.targets,
    fields: 'all',
    mode: after === null ? 'destroy' : 'apply',
    destroyData: false,
    replace: new Set(),
    restart: new Set(),
    allowRemovals: options.allowRemovals,
    drift: 'heal_all',
    ...(after === null ? { declared: before.resources } : {}),
  });
  const inputs = { ...plan.inputs, against, unpinned };
  return after === null ? { ...plan, inputs, changes: plan.changes.map(undeclared) } : { ...plan, inputs };
}

/** Nobody asked for a removal: it is that git declares it no more. */
function undeclared(change: Change): Change {
  if (change.action !== 'delete') return change;
  return { ...change, reason: 'delete_because_no_resource_config', cause: 'git' };
}
