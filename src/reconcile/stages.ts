/**
 * The two stages of a plan that brings up VMs with engines in them. What waits for a look inside is the second: it is not carried
 * out as it was shown, but as it is planned once the engines answer. Pure.
 */
import type { Address } from '../model/address.ts';
import type { Step } from '../model/plan.ts';
import type { StepResult } from '../model/run.ts';
import { unstarted } from './execute/execute.ts';
import { isLook } from './plan/inside-steps.ts';

export interface Stages {
  readonly first: readonly Step[];
  /** Between the two: they wait for the engines. */
  readonly looks: readonly Step[];
  /** As far as it was known ahead. */
  readonly second: readonly Step[];
}

export function stagesOf(steps: readonly Step[]): Stages {
  const looks = steps.filter(isLook);
  if (looks.length === 0) return { first: steps, looks, second: [] };
  const later = new Set(looks.map(({ id }) => id));
  // Each step stands behind what it depends on.
  for (const { id, depends_on: needs } of steps) if (needs.some(({ step }) => later.has(step))) later.add(id);
  const isSecond = (step: Step): boolean => later.has(step.id) && !isLook(step);
  return { first: steps.filter(({ id }) => !later.has(id)), looks, second: steps.filter(isSecond) };
}

/** Whom the steps of the second stage are about. */
export function addressesOf(steps: readonly Step[]): readonly Address[] {
  return [...new Set(steps.flatMap(({ address, changed }) => [address, changed]))];
}

/** What a look waited for, and did not get; `null` where it may go on. */
export function brokenFor({ depends_on: needs }: Step, results: readonly StepResult[]): StepResult | null {
  const byId = new Map(results.map((result) => [result.id, result]));
  const broken = needs.flatMap(({ step, when }) => (when === 'done' ? (byId.get(step) ?? []) : []));
  return broken.find(({ status }) => status !== 'done' && status !== 'not_needed') ?? null;
}

/** Why something was never begun: what failed before, or its id; `null` for who was interrupted. */
export type Cause = StepResult | string | null;

/** What nobody got to. */
export function neverBegun(step: Step, cause: Cause): StepResult {
  if (cause === null) return unstarted(step, 'cancelled', null);
  if (typeof cause === 'string') return unstarted(step, 'skipped', cause);
  const because = cause.skipped_because ?? cause.id;
  return unstarted(step, cause.status === 'cancelled' ? 'cancelled' : 'skipped', because);
}

/** With all that has to wait for one of them, be it by way of others, for the same cause: a change is begun as a whole. By id. */
export function withWaiting(causes: ReadonlyMap<string, Cause>, steps: readonly Step[]): ReadonlyMap<string, Cause> {
  const all = new Map(causes);
  const byChange = new Map<Address, Cause>();
  for (let reached = -1; reached !== all.size; ) {
    reached = all.size;
    for (const { id, changed, depends_on: needs } of steps) {
      const broken = needs.find(({ step, when }) => when === 'done' && all.has(step));
      if (broken === undefined && !byChange.has(changed)) continue;
      const cause = broken === undefined ? byChange.get(changed) : all.get(broken.step);
      if (!all.has(id)) all.set(id, cause ?? null);
      if (!byChange.has(changed)) byChange.set(changed, cause ?? null);
    }
  }
  return all;
}

/** The same steps, those among them whose ids are taken under others. */
export function withFreshIds(steps: readonly Step[], taken: readonly Step[]): readonly Step[] {
  const known = new Set(taken.map(({ id }) => id));
  const fresh = (id: string): string => (known.has(id) ? `${id}:second` : id);
  return steps.map((step) => ({
    ...step,
    id: fresh(step.id),
    depends_on: step.depends_on.map(({ step: needed, when }) => ({ step: fresh(needed), when })),
  }));
}
