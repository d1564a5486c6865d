/**
 * Known secret values taken out of a plan before anything in it is shortened or escaped: of a secret that was cut in two,
 * or written with entities, no later pass finds what is left.
 */
import type { Difference, Impact, PendingRestart, Withheld } from '../../model/change.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Plan } from '../../model/plan.ts';
import { maskDocument, maskValue } from '../mask-document.ts';

type Mask = (text: string) => string;

export function maskPlan(plan: Plan, mask: Mask): Plan {
  return {
    ...plan,
    changes: plan.changes.map((change) => ({
      ...change,
      before: maskConfig(change.before, mask),
      after: maskConfig(change.after, mask),
      differences: maskDifferences(change.differences, mask),
      impact: maskImpact(change.impact, mask),
    })),
    drift: plan.drift.map((drift) => ({ ...drift, differences: maskDifferences(drift.differences, mask) })),
    frozen: plan.frozen.map((freeze) => ({ ...freeze, reason: mask(freeze.reason), by: mask(freeze.by) })),
    withheld: plan.withheld.map((withheld) => maskWithheld(withheld, mask)),
    conflicts: plan.conflicts.map((conflict) => ({ ...conflict, summary: mask(conflict.summary) })),
    ignored: plan.ignored.map((hit) => ({ ...hit, reason: mask(hit.reason) })),
    ...(plan.declared_otherwise === undefined
      ? {}
      : {
          declared_otherwise: plan.declared_otherwise.map((item) => ({
            ...item,
            before: maskValue(item.before, mask),
            after: maskValue(item.after, mask),
          })),
        }),
    ...(plan.pending_restart === undefined ? {} : { pending_restart: maskPending(plan.pending_restart, mask) }),
    diagnostics: plan.diagnostics.map(({ summary, detail, ...rest }) => ({
      ...rest,
      summary: mask(summary),
      detail: detail === null ? null : mask(detail),
    })),
    inputs: {
      ...plan.inputs,
      engines: plan.inputs.engines.map(({ error, ...rest }) => ({
        ...rest,
        error: error === null ? null : mask(error),
      })),
    },
  };
}

export function maskPending(pending: readonly PendingRestart[], mask: Mask): readonly PendingRestart[] {
  return pending.map(({ configured, effective, ...rest }) => ({
    ...rest,
    configured: maskValue(configured, mask),
    effective: maskValue(effective, mask),
  }));
}

function maskImpact(impact: Impact, mask: Mask): Impact {
  const { goes_along: phrases } = impact;
  return phrases === undefined ? impact : { ...impact, goes_along: phrases.map(mask) };
}

function maskWithheld(withheld: Withheld, mask: Mask): Withheld {
  const { differences, impact, summary } = withheld;
  const lost = impact === undefined ? {} : { impact: maskImpact(impact, mask) };
  const masked = { ...withheld, summary: mask(summary), ...lost };
  return differences === undefined ? masked : { ...masked, differences: maskDifferences(differences, mask) };
}

function maskDifferences(differences: readonly Difference[], mask: Mask): readonly Difference[] {
  return differences.map((difference) => ({
    ...difference,
    before: maskValue(difference.before, mask),
    after: maskValue(difference.after, mask),
  }));
}

function maskConfig(config: JsonObject | null, mask: Mask): JsonObject | null {
  return config === null ? null : maskDocument(config, mask);
}
