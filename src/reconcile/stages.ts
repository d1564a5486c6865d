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

/** What nobody got to, because of `cause`; `null` for who was interrupted. */
export function neverBegun(steps: readonly Step[], cause: StepResult | string | null): readonly StepResult[] {
  return steps.map((step) => {
    if (cause === null) return unstarted(step, 'cancelled', null);
    if (typeof cause === 'string') return unstarted(step, 'skipped', cause);
    const because = cause.skipped_because ?? cause.id;
    return unstarted(step, cause.status === 'cancelled' ? 'cancelled' : 'skipped', because);
  });
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
