/** What a pass comes to: whether it needs a run, and what its end means for what is declared. Pure. */
import type { Address } from '../model/address.ts';
import type { Revision } from '../model/desired.ts';
import type { ProgressEvent } from '../model/events.ts';
import { failureOf, TrueupError } from '../model/failure.ts';
import type { Quarantine, Recorded } from '../model/observed.ts';
import type { PassOutcome } from '../model/serve-event.ts';
import type { ToDo } from './declared-now.ts';
import type { PassEnd } from './pass.ts';

/** A run that changes nothing tells where the environment stands, where nobody knows that yet. */
export function needsProof({ revisions, quarantine }: Recorded, { commit, dirty }: Revision): boolean {
  const { last_applied: applied, attempt_healthy: isHealthy } = revisions;
  return !isHealthy || quarantine !== null || applied?.commit !== commit || applied.dirty !== dirty;
}

export function outcomeOf({ kind, waits, trouble }: Exclude<ToDo, { kind: 'nothing' }>, end: PassEnd): PassOutcome {
  const isOver = end.outcome === 'in_sync' || end.outcome === 'reported' || end.outcome === 'applied';
  if (trouble !== null && isOver) return trouble.kind === 'invalid' ? 'invalid' : 'blocked';
  return kind === 'hold' && waits !== null && isOver ? 'held' : end.outcome;
}

export function heldWords({ revision, why }: Quarantine): string {
  return `${revision.commit?.slice(0, 12) ?? 'the working tree'} failed: ${why}`;
}

/** How long the first of what a run healed is left alone; `null` where it did something else, or nothing. */
export function healedWait({ plan }: PassEnd, waitOf: (address: Address) => number): number | null {
  const changes = plan?.changes ?? [];
  if (changes.length === 0 || changes.some(({ cause }) => cause !== 'world')) return null;
  const drift = new Set(plan?.drift.map(({ address }) => address));
  const healed = changes.filter(({ address }) => drift.has(address));
  return healed.length === 0 ? null : Math.min(...healed.map(({ address }) => waitOf(address)));
}

/** Calls back once nothing but gates is under way. */
export function gatesOnly(call: () => void): (event: ProgressEvent) => void {
  let [calls, gates] = [0, 0];
  return (event) => {
    if (event.type !== 'step_started' && event.type !== 'step_ended') return;
    const change = event.type === 'step_started' ? 1 : event.result.started_at === null ? 0 : -1;
    if (event.step.phase === 'gate') gates += change;
    else calls += change;
    if (calls === 0 && gates > 0) call();
  };
}

/** For a pass that ended with a defect. */
export function defectOf(error: unknown): TrueupError {
  return new TrueupError('internal', `a pass ended with a defect: ${failureOf(error).message}`, { cause: error });
}
