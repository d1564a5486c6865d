/** What the next plan does about one resource, in the plan's own words. Pure. */
import { keyOf, typeOf } from '../model/address.ts';
import type { Address } from '../model/address.ts';
import type { Change, Withheld } from '../model/change.ts';
import type { NextOutcome } from '../model/explanation.ts';
import type { Observation } from '../model/observed.ts';
import type { Plan } from '../model/plan.ts';
import type { Finding } from '../diff/findings.ts';

export interface NextInput {
  readonly plan: Plan;
  readonly address: Address;
  /** The physical name that is meant. */
  readonly name: string;
  readonly engine: string;
  /** Of its engine; absent where nobody looked. */
  readonly observation: Observation | undefined;
  /** `null` where nothing could be compared, or there is nothing to compare. */
  readonly finding: Finding | null;
  /** Checked for, and not there. */
  readonly isMissed: boolean;
}

export function nextOutcome(input: NextInput): NextOutcome {
  const { plan, address, engine, observation, isMissed } = input;
  if (observation?.status === 'unreachable') {
    return { outcome: 'unknown', reason: `engine ${engine} does not answer: ${observation.error}` };
  }
  const change = changeOf(input);
  if (change !== null) return changed(change, plan);
  const conflict = plan.conflicts.find((one) => one.address === address);
  if (conflict !== undefined) return { outcome: 'conflict', summary: conflict.summary };
  const withheld = plan.withheld.find((one) => one.address === address && isOwn(one, input));
  if (withheld !== undefined) return { outcome: 'withheld', reason: withheld.reason, summary: withheld.summary };
  if (isMissed)
    return { outcome: 'refused', summary: `${typeOf(address)} ${keyOf(address)} is external, and not there` };
  const refused = refusedField(input);
  return refused === null ? { outcome: 'nothing' } : { outcome: 'refused', summary: refused };
}

/** What stands beside a resource has its address, too, and another name. */
function changeOf({ plan, address, name, engine }: NextInput): Change | null {
  const isIt = (change: Change): boolean => change.name === name && change.engine === engine;
  return plan.changes.find((change) => change.address === address && isIt(change)) ?? null;
}

/** Of what is as it should be nothing is held back, unless a person wants it so: what is withheld is something beside it. */
function isOwn({ reason }: Withheld, { finding }: NextInput): boolean {
  if (finding?.kind === 'equal') return reason === 'frozen' || reason === 'stopped_on_purpose';
  // What is declared is never pruned.
  return finding === null || finding.kind === 'undeclared' || reason !== 'prune_disabled';
}

function changed({ action, reason, cause, after_unknown, address }: Change, { changes }: Plan): NextOutcome {
  const other = changes.find((one) => one.address !== address && one.impact.restarts.includes(address));
  const because = reason === 'restart_with_dependency' ? (other?.address ?? null) : null;
  return { outcome: 'change', action, reason, cause, after_unknown, because_of: because };
}

/** Of a difference that its engine cannot carry out. */
function refusedField({ finding, plan }: NextInput): string | null {
  if (finding?.kind !== 'differs') return null;
  const field = finding.differences.find(({ effect }) => effect === 'unsupported');
  if (field === undefined) return null;
  const told = plan.diagnostics.find(({ summary }) => summary.includes(field.field_path));
  return told?.summary ?? `engine "${finding.desired.engine}" cannot change ${field.field_path}`;
}
