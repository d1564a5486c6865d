/**
 * What settings ask for beside reconciling: those who are told, and what is done at certain times. Of a repo of the operator
 * they are its own; of one that is served by URL the operator's, because those of others have no settings here.
 */
import { join } from 'node:path';
import type { ReportPlace } from '../flow/reporting.ts';
import type { Settings } from '../manifest/settings.ts';
import type { Clock } from './clock.ts';
import type { ServeLog } from './log/log.ts';
import { startNotifier } from './notify/notifier.ts';
import { startSchedules } from './schedules/schedule.ts';
import { scheduledWork } from './schedules/scheduled-work.ts';
import type { Served } from './served.ts';

export interface AttendantOptions {
  readonly served: Pick<Served, 'subscribe' | 'environments'>;
  /** The first part of the ids of its environments. */
  readonly source: string;
  readonly settings: Pick<Settings, 'notifications' | 'schedules'>;
  /** Absolute: what the settings name is relative to it, and commands run in it. */
  readonly root: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Absolute: the folder that remembers who was told. */
  readonly state: string;
  readonly reports: ReportPlace;
  readonly clock: Clock;
  /** Takes known secrets out of a text. */
  readonly mask: (text: string) => string;
  readonly log: ServeLog;
  /** Of trueup. */
  readonly version: string;
}

export async function startAttendants(options: AttendantOptions): Promise<AsyncDisposable> {
  const { served, source, settings, root, environment, state, reports, clock, mask, log, version } = options;
  const isOurs = (id: string): boolean => id === source || id.startsWith(`${source}/`);
  await using started = new AsyncDisposableStack();
  if (settings.notifications.length > 0) {
    const notifier = await startNotifier({
      served,
      sinks: settings.notifications,
      isOurs,
      root,
      environment,
      mask,
      log,
      memory: join(state, 'notifications.json'),
      now: () => clock.wall(),
    });
    started.use(notifier);
  }
  if (settings.schedules.length > 0) {
    const act = scheduledWork;
    const work = { served, isOurs, place: reports, version, log };
    const rules = settings.schedules;
    started.use(await startSchedules({ rules, clock, log, act: (rule, signal) => act(rule, work, signal) }));
  }
  return started.move();
}
