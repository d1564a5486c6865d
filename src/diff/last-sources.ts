/** Where what is declared no more was declared last, put into the plan that is about it. Pure. */
import type { Address } from '../model/address.ts';
import type { Change, Withheld } from '../model/change.ts';
import type { DesiredEnvironment } from '../model/desired.ts';
import type { Drift, Plan } from '../model/plan.ts';
import type { LastSource } from '../model/source.ts';

type Declared = Pick<DesiredEnvironment, 'resources'>;

/** `sourceOf` answers `null` where nobody knows. */
export function withLastSources(
  plan: Plan,
  declared: Declared,
  sourceOf: (address: Address) => LastSource | null,
): Plan {
  const located = <T extends Change | Withheld | Drift>(item: T): T => {
    const source = isUndeclared(item, declared) ? sourceOf(item.address) : null;
    return source === null ? item : { ...item, last_source: source };
  };
  return {
    ...plan,
    changes: plan.changes.map(located),
    withheld: plan.withheld.map(located),
    drift: plan.drift.map(located),
  };
}

/** What a plan is about and no manifest declares any more, each once. */
export function undeclaredIn({ changes, withheld, drift }: Plan, declared: Declared): readonly Address[] {
  const items = [...changes, ...withheld, ...drift].filter((item) => isUndeclared(item, declared));
  return [...new Set(items.map(({ address }) => address))];
}

/** What stays behind on an engine that it is no longer declared on counts as well, though its address goes on. */
function isUndeclared(item: Change | Withheld | Drift, { resources }: Declared): boolean {
  if (!resources.has(item.address)) return true;
  if (!('reason' in item)) return false;
  return item.reason === 'delete_because_no_resource_config' || item.reason === 'engine_undeclared';
}
