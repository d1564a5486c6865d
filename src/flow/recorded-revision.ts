/**
 * What a run says of the revision that it carried out: whether it is what was applied, what was healthy last, or one that could
 * not be made to work.
 */
import { isHealing } from '../model/change.ts';
import { jsonEqual } from '../model/json.ts';
import type { Recorded } from '../model/observed.ts';
import type { Plan } from '../model/plan.ts';
import type { Run } from '../model/run.ts';
import type { RecordedStore } from '../state/recorded.ts';
import { leftDrifted } from './left-drifted.ts';
import { desiredDigest, quarantineAfter } from './quarantine.ts';
import type { Remembered } from './remembered.ts';

export interface Carried {
  readonly planned: Remembered;
  /** What was carried out: the planned one, or a saved one that was found fresh. */
  readonly plan: Plan;
}

/** Whether what is declared was healthy before, and the run did nothing but heal it. */
export function isProvenBefore({ revisions }: Recorded, { planned, plan }: Carried, { revision }: Run): boolean {
  if (planned.fields !== 'all' || plan.mode === 'destroy') return false;
  if (!plan.changes.every(isHealing)) return false;
  const { last_healthy: healthy, healthy_digest: digest } = revisions;
  return jsonEqual({ ...healthy }, { ...revision }) || digest === desiredDigest(planned.declared);
}

/** Runs of start and stop, and of parts of an environment, say nothing about a revision, but much about health. */
export function recordRevision(store: RecordedStore, carried: Carried, run: Run): void {
  const { revision } = run;
  const { plan, fields, purpose, declared } = carried.planned;
  const before = store.get().revisions;
  const isWhole = purpose === 'apply' && fields === 'all' && plan.inputs.targets.length === 0;
  const isApplied = run.status === 'succeeded' && run.mode === 'apply';
  const applied = isApplied ? { last_applied: revision, last_healthy: revision } : {};
  const healthy = isWhole && isApplied ? { healthy_digest: desiredDigest(declared) } : {};
  const whole = isWhole ? { last_attempted: revision, ...applied, ...healthy } : {};
  const revisions = { ...before, ...whole, attempt_healthy: run.status === 'succeeded' };
  if (JSON.stringify(revisions) !== JSON.stringify(before)) store.set({ ...store.get(), revisions });
  if (isWhole) recordQuarantine(store, carried, run);
}

function recordQuarantine(store: RecordedStore, carried: Carried, run: Run): void {
  const { planned, plan } = carried;
  const { quarantine: before } = store.get();
  const attempted = {
    isProven: isProvenBefore(store.get(), carried, run),
    leftDrifted: leftDrifted(planned.plan, plan),
    digest: () => desiredDigest(planned.declared),
    mask: planned.mask,
  };
  const quarantine = quarantineAfter(before, run, attempted);
  if (quarantine !== before) store.set({ ...store.get(), quarantine });
}
