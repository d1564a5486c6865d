/**
 * What lags behind at the end of a run, as its last look has seen it. What was left as it drifted is told as that, and what is
 * to be ignored not at all. Pure.
 */
import { IgnoreRules } from '../diff/ignore.ts';
import { lagOf } from '../diff/lag.ts';
import { pendingRestarts } from '../diff/pending-restart.ts';
import type { PendingRestart } from '../model/change.ts';
import type { DesiredEnvironment, DesiredResource } from '../model/desired.ts';
import type { Plan } from '../model/plan.ts';
import type { Seen } from './gates/gate-keeper.ts';

export function pendingAfter(
  { inputs, withheld }: Plan,
  environment: DesiredEnvironment,
  resources: readonly DesiredResource[],
  seen: (resource: DesiredResource) => Seen,
): readonly PendingRestart[] {
  // Where no rule ends on a day, the plan does not hold which day it was.
  const rules = new IgnoreRules(environment.ignore_differences, inputs.today ?? '');
  const findings = resources.flatMap((desired) => {
    const observed = seen(desired) ?? null;
    if (observed === null) return [];
    const lag = lagOf(observed);
    const left = withheld
      .filter(({ address }) => address === desired.address)
      .flatMap(({ differences = [] }) => differences.map(({ field_path: path }) => path));
    const ignored = [...left, ...rules.ignored(desired.address, lag, [desired.config, observed.configured])];
    return lag.length === 0 ? [] : [{ kind: 'equal' as const, desired, observed, ignored, hasAside: false }];
  });
  return pendingRestarts(findings, environment);
}
