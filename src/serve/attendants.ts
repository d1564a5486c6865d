/**
 * What the settings of one repo ask for beside reconciling: those who are told, and what is done at certain times. Only for
 * repos of the operator: those of others have no settings here.
 */
import { join } from 'node:path';
import type { Workspace } from '../flow/workspace.ts';
import type { Clock } from './clock.ts';
import type { ServeLog } from './log.ts';
import { startNotifier } from './notify/notifier.ts';
import { startSchedules } from './schedule.ts';
import { scheduledWork } from './scheduled-work.ts';
import type { Served } from './served.ts';

export interface AttendantOptions {
  readonly served: Pick<Served, 'subscribe' | 'environments'>;
  /** The first part of the ids of its environments. */
  readonly source: string;
  readonly workspace: Workspace;
  readonly clock: Clock;
  /** Takes known secrets out of a text. */
  readonly mask: (text: string) => string;
  readonly log: ServeLog;
  /** Of trueup. */
  readonly version: string;
}

export async function startAttendants(options: AttendantOptions): Promise<AsyncDisposable> {
  const { served, source, workspace, clock, mask, log, version } = options;
  const { settings, repository, environment } = workspace;
  const isOurs = (id: string): boolean => id === source || id.startsWith(`${source}/`);
  await using started = new AsyncDisposableStack();
  if (settings.notifications.length > 0) {
    const notifier = await startNotifier({
      served,
      sinks: settings.notifications,
      isOurs,
      root: repository.root,
      environment,
      mask: (text) => workspace.vault.mask(mask(text)),
      log,
      memory: join(repository.root, settings.folders.state, 'notifications.json'),
      now: () => clock.wall(),
    });
    started.use(notifier);
  }
  if (settings.schedules.length > 0) {
    const act = scheduledWork;
    const work = { served, isOurs, workspace, version, log };
    const rules = settings.schedules;
    started.use(await startSchedules({ rules, clock, log, act: (rule, signal) => act(rule, work, signal) }));
  }
  return started.move();
}
