/**
 * Plan against a revision: what merging would change, taking for granted that the revision is applied. Desired is held
 * against desired, so no engine is asked and no secret resolved, and git is the cause of everything.
 */
import { type DeclaredEnvironment, differenceBetween } from '../diff/between.ts';
import { withLastSources } from '../diff/last-sources.ts';
import { declaredOtherwise } from '../diff/otherwise.ts';
import { supposeApplied } from '../diff/suppose.ts';
import type { Address } from '../model/address.ts';
import type { Change } from '../model/change.ts';
import type { DesiredEnvironment, Revision } from '../model/desired.ts';
import { ROOT_PATH } from '../model/field-path.ts';
import { compareText } from '../model/json.ts';
import type { Plan } from '../model/plan.ts';
import type { LastSource } from '../model/source.ts';
import { planEnvironment } from '../reconcile/plan/plan.ts';
import { assertCarriedOut, modelsOf } from './load.ts';
import { type PlanOptions, withoutResources } from './planning.ts';
import type { Workspace } from './workspace.ts';

/** One environment on both sides; `null` where only the other side declares it. */
export type EnvironmentPair =
  | { readonly before: DeclaredEnvironment | null; readonly after: DeclaredEnvironment }
  | { readonly before: DeclaredEnvironment; readonly after: null };

export interface AgainstOptions {
  /** The revision that is taken to be applied. */
  readonly against: Revision;
  /** The one that is to be merged. */
  readonly revision: Revision;
  readonly unpinned: readonly string[];
}

/** An environment that is declared no more is planned as `destroy` would take it down. */
export async function planAgainst(
  { drivers, settings: { severities } }: Pick<Workspace, 'drivers' | 'settings'>,
  { before, after }: EnvironmentPair,
  { against, revision, unpinned }: AgainstOptions,
  options: PlanOptions,
): Promise<Plan> {
  const target = after ?? { ...withoutResources(before), revision };
  const models = await modelsOf(target, drivers);
  assertCarriedOut(target, models);
  const { left, ...supposed } = supposeApplied(before, target, models);
  const isAsked = (address: Address): boolean => options.targets.size === 0 || options.targets.has(address);
  const plan = planEnvironment({
    environment: target,
    ...supposed,
    models,
    today: options.today,
    severities,
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
  const between =
    after === null
      ? null
      : differenceBetween({ name: after.name, before, after, addresses: [...options.targets], models, severities });
  const whole: Plan = {
    ...plan,
    inputs: { ...plan.inputs, against, unpinned },
    changes: after === null ? plan.changes.map(undeclared) : plan.changes,
    withheld: [...plan.withheld, ...left.filter(({ address }) => isAsked(address))].sort(byAddress),
    declared_otherwise: declaredOtherwise(between, plan.changes),
  };
  return withLastSources(whole, target, (address) => sourceAt(against, before, address));
}

/** Nobody asked for a removal: it is that git declares it no more. */
function undeclared(change: Change): Change {
  if (change.action !== 'delete') return change;
  return { ...change, reason: 'delete_because_no_resource_config', cause: 'git' };
}

function sourceAt({ commit }: Revision, environment: DesiredEnvironment | null, address: Address): LastSource | null {
  const source = environment?.locate(address, ROOT_PATH) ?? null;
  return source === null || commit === null ? null : { ...source, commit };
}

function byAddress(left: { readonly address: Address }, right: { readonly address: Address }): number {
  return compareText(left.address, right.address);
}
