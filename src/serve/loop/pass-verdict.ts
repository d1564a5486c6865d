/** What a pass comes to: whether it needs a run, and what its end means for what is declared. Pure. */
import { isHealing } from '../../model/change.ts';
import type { Address } from '../../model/address.ts';
import type { Revision } from '../../model/desired.ts';
import { failureOf, TrueupError } from '../../model/failure.ts';
import type { Recorded } from '../../model/observed.ts';
import type { Plan } from '../../model/plan.ts';
import type { PassOutcome } from '../../model/serve-event.ts';
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

/** Which revision is held to in place of what is declared. */
export function heldBy(
  { good, waits }: Exclude<ToDo, { kind: 'nothing' }>,
  outcome: PassOutcome,
): { held?: Revision | null } {
  if (outcome !== 'held' || waits === null) return {};
  return { held: waits.held === 'nothing' ? null : good.environment.revision };
}

/** What failed, why, and what is held in its place. */
export function heldWords({ good, waits }: Exclude<ToDo, { kind: 'nothing' }>): string | null {
  if (waits === null) return null;
  const { revision, why } = waits.quarantine;
  const held = waits.held === 'earlier' ? `; ${shortOf(good.environment.revision)} is held` : '';
  return `${shortOf(revision)} failed: ${why}${held}`;
}

function shortOf({ commit }: Revision): string {
  return commit?.slice(0, 12) ?? 'the working tree';
}

/** How long the first of what a run healed is left alone; `null` where it did something else, or nothing. */
export function healedWait({ plan }: PassEnd, waitOf: (address: Address) => number): number | null {
  if (plan === null || !plan.changes.every(isHealing)) return null;
  const healed = healedBy(plan);
  return healed.length === 0 ? null : Math.min(...healed.map(waitOf));
}

/** For a pass that ended with a defect. */
export function defectOf(error: unknown): TrueupError {
  return new TrueupError('internal', `a pass ended with a defect: ${failureOf(error).message}`, { cause: error });
}

/** What a plan heals: neither what git wants otherwise, nor an input that somebody changed. */
export function healedBy({ changes, drift }: Pick<Plan, 'changes' | 'drift'>): readonly Address[] {
  const drifted = new Set(drift.map(({ address }) => address));
  return changes.filter((change) => isHealing(change) && drifted.has(change.address)).map(({ address }) => address);
}
