/** What schedules do: look and report, or ask for a reconcile like any other. */
import { ulid } from 'ulid';
import { type ReportPlace, writeFlowReport } from '../../flow/reporting.ts';
import { failureOf } from '../../model/failure.ts';
import type { ScheduleRule } from '../../model/notification.ts';
import { driftDocument } from '../../report/drift-document.ts';
import type { ServeLog } from '../log/log.ts';
import type { Served, ServedEnvironment } from '../served.ts';

export interface ScheduledWorkOptions {
  readonly served: Pick<Served, 'environments'>;
  /** Whether an environment, by its id, is one of this repo. */
  readonly isOurs: (environment: string) => boolean;
  readonly place: ReportPlace;
  /** Of trueup. */
  readonly version: string;
  readonly log: ServeLog;
}

export async function scheduledWork(
  rule: ScheduleRule,
  { served, isOurs, place, version, log }: ScheduledWorkOptions,
  signal: AbortSignal,
): Promise<void> {
  const meant = served
    .environments()
    .filter(({ id, name }) => isOurs(id) && (rule.environments?.includes(name) ?? true));
  if (rule.task === 'reconcile') {
    await Promise.all(meant.map((environment) => attempt(environment, () => reconcile(rule, environment, signal))));
    return;
  }
  // One after the other: nobody waits for them, and reconciles go first.
  for (const environment of meant) await attempt(environment, () => look(environment));

  async function attempt({ id }: ServedEnvironment, work: () => Promise<unknown>): Promise<void> {
    if (signal.aborted) return;
    try {
      await work();
    } catch (error) {
      if (signal.aborted) return;
      const { code, message } = failureOf(error);
      log.warn({ schedule: rule.name, environment: id, code, reason: message }, 'a schedule could not be carried out');
    }
  }

  /** A report each time, also where nothing has drifted: it says that somebody looked. */
  async function look(environment: ServedEnvironment): Promise<void> {
    const began = performance.now();
    const plan = await environment.plan(signal);
    const durationMs = Math.round(performance.now() - began);
    const request = { kind: 'drift', id: ulid(), plan, document: driftDocument(plan), durationMs } as const;
    const file = await writeFlowReport(place, request, version);
    log.info({ schedule: rule.name, environment: environment.id, drift: plan.drift.length, file }, 'looked for drift');
  }
}

function reconcile({ name }: ScheduleRule, environment: ServedEnvironment, signal: AbortSignal): Promise<unknown> {
  return environment.reconcile(
    { kind: 'schedule', reason: `schedule ${name}`, addresses: null, isWord: false },
    signal,
  );
}
