/** Conditions that status takes from what is remembered: a run that has not ended, and a revision that could not be carried out. */
import type { DesiredEnvironment } from '../model/desired.ts';
import type { Quarantine, Recorded } from '../model/observed.ts';
import type { Plan } from '../model/plan.ts';
import type { Condition, QuarantineStatus } from '../report/status.ts';
import type { LockRow } from '../report/locks.ts';
import { freezeEndText, listed, momentText, plural, revisionText } from '../report/words.ts';
import type { OpenRun } from './open-run.ts';
import { isOfPasses } from '../state/locks/lock-holder.ts';
import { isQuarantined } from './quarantine.ts';

/** Whether a run is under way or was cut off is for the locks to say. */
export function reconcilingCondition(run: OpenRun | null): Condition {
  if (run === null)
    return { type: 'Reconciling', status: 'False', reason: 'Nothing', message: 'no run is under way', since: null };
  const { command, since, holder } = run;
  const is = (status: Condition['status'], reason: string, message: string): Condition => {
    return {
      type: 'Reconciling',
      status,
      reason,
      message: `${command}, begun ${momentText(since)}, ${message}`,
      since,
    };
  };
  if (holder === 'nobody') return is('False', 'RunCutOff', 'was cut off: the next apply finishes it');
  if (holder === 'unknown')
    return is('True', 'RunNotEnded', 'has not ended: it goes on, or it was cut off and the next apply finishes it');
  const reason = isOfPasses(holder.command) ? 'PassUnderWay' : 'RunUnderWay';
  return is('True', reason, `is under way${whoText(holder)}`);
}

function whoText({ pid, host, answers }: LockRow): string {
  const who = [pid === null ? null : `pid ${pid}`, host === null ? null : `on ${host}`];
  const words = [who.filter((word) => word !== null).join(' '), answers ? '' : 'which does not answer'];
  const said = words.filter((word) => word !== '').join(', ');
  return said === '' ? '' : ` (${said})`;
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
  const { address, since, by, reason } = first;
  const message =
    frozen.length === 1
      ? `${address} is left alone until ${freezeEndText(first)}, by ${by}: ${reason}`
      : `${plural(frozen.length, 'resource')} are left alone: ${listed(
          frozen.map((freeze) => freeze.address),
          3,
        )}`;
  return { type: 'Frozen', status: 'True', reason: 'AskedFor', message, since };
}

/** Only where something waits: an environment without VMs has nothing that could. */
export function pendingRestartCondition({
  pending_restart: pending = [],
}: Pick<Plan, 'pending_restart'>): readonly Condition[] {
  if (pending.length === 0) return [];
  const names = listed([...new Set(pending.map(({ address }) => address))], 3);
  const message = `${names}: configured as declared, and in effect after \`trueup restart\``;
  return [{ type: 'PendingRestart', status: 'True', reason: 'RestartNeeded', message, since: null }];
}

/** Only where it is so: what runs no VMs has nothing to accelerate. */
export function unacceleratedCondition({ diagnostics }: Pick<Plan, 'diagnostics'>): readonly Condition[] {
  const found = diagnostics.find(({ code }) => code === 'unaccelerated');
  if (found === undefined) return [];
  const message = found.detail === null ? found.summary : `${found.summary}; ${found.detail}`;
  return [{ type: 'Unaccelerated', status: 'True', reason: 'NotProved', message, since: null }];
}
