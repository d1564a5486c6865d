/** Conditions that status takes from what is remembered: a run that has not ended, and a revision that could not be carried out. */
import type { DesiredEnvironment } from '../model/desired.ts';
import type { Quarantine, Recorded } from '../model/observed.ts';
import type { Plan } from '../model/plan.ts';
import type { Condition, QuarantineStatus } from '../report/status.ts';
import { listed, momentText, plural, revisionText } from '../report/words.ts';
import type { JournalReading } from '../state/journal-reading.ts';
import { isQuarantined } from './quarantine.ts';

/** Whether a run is under way or was cut off is for the lock to say: reading takes none. */
export function reconcilingCondition({ runs }: JournalReading): Condition {
  const open = runs.findLast(({ status }) => status === null);
  if (open === undefined) {
    return { type: 'Reconciling', status: 'False', reason: 'Nothing', message: 'no run is under way', since: null };
  }
  const { command, started_at: since } = open.intent;
  const message = `${command}, begun ${momentText(since)}, has not ended: it goes on, or it was cut off and the next apply finishes it`;
  return { type: 'Reconciling', status: 'True', reason: 'RunNotEnded', message, since };
}

export function quarantineOf(environment: DesiredEnvironment, { quarantine }: Recorded): QuarantineStatus | null {
  if (quarantine === null) return null;
  const { revision, run, since, at, failed, reason, why, attempts } = quarantine;
  const declared = isQuarantined(quarantine, environment);
  return { revision, run, since, at, failed, reason, why, attempts, declared };
}

const REASONS: Readonly<Record<Quarantine['reason'], string>> = {
  step_failed: 'StepFailed',
  gate_not_met: 'GateNotMet',
  rolled_back: 'RolledBack',
};

export function quarantinedCondition(quarantine: QuarantineStatus | null, environment: string): Condition {
  if (quarantine === null) {
    const message = 'no revision has failed since the last one that was applied';
    return { type: 'Quarantined', status: 'False', reason: 'Nothing', message, since: null };
  }
  const { revision, since, why, attempts, declared, reason } = quarantine;
  const lifts = declared
    ? `\`trueup apply ${environment}\` tries it again; another revision that is applied lifts it`
    : `what is declared now is another revision, and lifts it once it is applied`;
  const message = `${revisionText(revision)}, since ${momentText(since)}, after ${plural(attempts, 'attempt')}: ${why}; ${lifts}`;
  return { type: 'Quarantined', status: 'True', reason: REASONS[reason], message, since };
}

export function frozenCondition({ frozen }: Pick<Plan, 'frozen'>): Condition {
  const [first] = frozen;
  if (first === undefined) {
    return { type: 'Frozen', status: 'False', reason: 'Nothing', message: 'nothing is frozen', since: null };
  }
  const { address, since, until, by, reason } = first;
  const message =
    frozen.length === 1
      ? `${address} is left alone until ${momentText(until)}, by ${by}: ${reason}`
      : `${plural(frozen.length, 'resource')} are left alone: ${listed(
          frozen.map((freeze) => freeze.address),
          3,
        )}`;
  return { type: 'Frozen', status: 'True', reason: 'AskedFor', message, since };
}
