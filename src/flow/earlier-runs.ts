/**
 * What the journal of earlier runs means for this one: what became of steps that were begun and of which nobody knows the
 * end, and what is still open once this run is over. The world is asked, through the plan, and not the journal. Pure.
 */
import type { Address } from '../model/address.ts';
import type { Change } from '../model/change.ts';
import type { Interrupted, InterruptedStep } from '../model/interrupted.ts';
import type { Plan } from '../model/plan.ts';
import type { Run } from '../model/run.ts';
import type { JournalRest } from '../state/journal.ts';
import type { JournalIntent, JournalStep } from '../state/journal-entries.ts';
import type { Planned } from './planning.ts';
import { isCarriedOut, type JournalReading, type JournalRun, openSteps, owedBy } from '../state/journal-reading.ts';

/** What a plan is about. */
export interface Covered {
  readonly plan: Plan;
  /** Addresses that are declared. */
  readonly declared: ReadonlySet<Address>;
  readonly stopped: readonly Address[];
  readonly fields: 'all' | 'run_state';
}

/** `plan` is what is carried out: the planned one, or a saved one. */
export function coveredBy({ declared, stopped, fields }: Planned, plan: Plan): Covered {
  return { plan, declared: new Set(declared.resources.keys()), stopped, fields };
}

const HOOKS: ReadonlySet<string> = new Set(['post_start', 'pre_stop']);

/** What a plan found of the runs that did not end; `null` where all ended, or where it is not about what they left open. */
export function interruptedBy(reading: JournalReading, covered: Covered): Interrupted | null {
  const last = cutOff(reading).at(-1)?.intent;
  if (last === undefined || !looksAtAll(covered)) return null;
  const steps = openOf(reading).filter((step) => isCovered(step, covered));
  const { run, command, started_at } = last;
  return {
    run,
    command,
    started_at,
    steps: steps.map((step) => foundOf(step, reading, covered)),
    restarts: owedIn(reading, covered.plan),
  };
}

/** The restarts that earlier runs owe, as far as a plan carries them out. */
export function owedIn({ owed }: JournalReading, { changes }: Plan): readonly Address[] {
  const changed = new Set(changes.map(({ address }) => address));
  return owed.map(({ address }) => address).filter((address) => changed.has(address));
}

/** What is open before a run: of those that did not end only what they had begun. */
export function restBefore(reading: JournalReading): JournalRest {
  const last = cutOff(reading).at(-1)?.intent;
  return { owed: reading.owed, cutOff: last === undefined ? null : withSteps(last, openOf(reading)) };
}

/** What is open after a run that came behind others: what it was not about, and restarts that are still to be done. */
export function restAfter(reading: JournalReading, intent: JournalIntent, run: Run, covered: Covered): JournalRest {
  const before = restBefore(reading);
  const now: JournalRun = {
    intent,
    begun: new Set(run.steps.flatMap(({ id, started_at: at }) => (at === null ? [] : [id]))),
    ended: new Map(run.steps.map(({ id, status }) => [id, status])),
    status: run.status,
  };
  const owed = before.owed.filter(({ address }) => !isSettled(address, now, covered));
  const more = owedBy(now).filter(({ address }) => owed.every((other) => other.address !== address));
  // What was done since is no longer in doubt.
  const inDoubt = openOf(reading).filter(({ id }) => now.ended.get(id) !== 'done');
  const open = looksAtAll(covered) ? inDoubt.filter((step) => !isCovered(step, covered)) : inDoubt;
  return {
    owed: [...owed, ...more].filter(({ address }) => isWanted(address, covered)),
    cutOff:
      before.cutOff === null || (open.length === 0 && looksAtAll(covered)) ? null : withSteps(before.cutOff, open),
  };
}

function cutOff({ runs }: JournalReading): readonly JournalRun[] {
  return runs.filter(({ status }) => status === null);
}

/** One for an id: a later run may have been cut off in the same place. */
function openOf(reading: JournalReading): readonly JournalStep[] {
  const steps = cutOff(reading).flatMap((run) => openSteps(run));
  return [...new Map(steps.map((step) => [step.id, step])).values()];
}

/** Without its changes: what they owe is told apart from them. */
function withSteps(intent: JournalIntent, steps: readonly JournalStep[]): JournalIntent {
  return { ...intent, changes: [], steps };
}

/** Starting and stopping says nothing of what else may be half-way. */
function looksAtAll({ fields, plan }: Covered): boolean {
  return fields === 'all' || plan.mode === 'destroy';
}

function isCovered({ address, changed }: Pick<JournalStep, 'address' | 'changed'>, { plan }: Covered): boolean {
  const { targets } = plan.inputs;
  return targets.length === 0 || targets.includes(address) || targets.includes(changed);
}

function foundOf(step: JournalStep, reading: JournalReading, covered: Covered): InterruptedStep {
  const { id, address, changed, verb } = step;
  const again = changeOf(address, covered) ?? changeOf(changed, covered);
  const isDeclared = covered.plan.mode === 'apply' && covered.declared.has(address);
  const left = isDeclared ? 'as_declared' : 'gone';
  return {
    step: id,
    address,
    verb,
    found: again === undefined ? left : 'to_be_finished',
    possibly_repeated: again !== undefined && isRepeated(step, reading, covered),
  };
}

/** Of what can be carried out at least once only: whether this plan carries it out again. */
function isRepeated({ changed, address, verb }: JournalStep, { owed }: JournalReading, { plan }: Covered): boolean {
  if (HOOKS.has(verb)) return plan.steps.some((step) => step.address === address && step.verb === verb);
  return owed.some((restart) => restart.address === changed && restart.possibly_repeated);
}

function changeOf(address: Address, { plan }: Covered): Change | undefined {
  return plan.changes.find((change) => change.address === address);
}

function isSettled(address: Address, run: JournalRun, covered: Covered): boolean {
  return changeOf(address, covered) !== undefined && isCarriedOut(run, address);
}

/** What is gone, or stopped on purpose, is not restarted. */
function isWanted(address: Address, covered: Covered): boolean {
  const { declared, stopped, plan } = covered;
  const isRemoved = plan.mode === 'destroy' && isCovered({ address, changed: address }, covered);
  return declared.has(address) && !stopped.includes(address) && !isRemoved;
}
