/** `schedules` of trueup.yaml. What is judged here is what a schedule later runs by: the same library reads it. */
import type { Schedule } from '../model/generated/settings.ts';
import type { ScheduleRule } from '../model/notification.ts';
import type { Reporter } from './reporter.ts';

/** Sorted by name; what has mistakes is left out. */
export async function scheduleRules(
  declared: Readonly<Record<string, Schedule>>,
  reporter: Reporter,
): Promise<readonly ScheduleRule[]> {
  const entries = Object.entries(declared).toSorted(([left], [right]) => (left < right ? -1 : 1));
  if (entries.length === 0) return [];
  const { Cron } = await import('croner');
  return entries.flatMap(([name, { cron, time_zone, task = 'drift', environments }]) => {
    const path = ['schedules', name];
    if (time_zone !== undefined && !isZone(time_zone)) {
      const summary = `no time zone is named ${JSON.stringify(time_zone)}`;
      reporter.error('invalid_settings', [...path, 'time_zone'], summary, 'write one such as Europe/Berlin or UTC');
      return [];
    }
    if (!isEver(cron)) {
      const summary = `${JSON.stringify(cron)} is no time that a schedule can have`;
      const detail = 'write minute, hour, day of month, month and day of week, such as `0 */6 * * *`';
      reporter.error('invalid_settings', [...path, 'cron'], summary, detail);
      return [];
    }
    return [{ name, cron, time_zone: time_zone ?? null, task, environments: environments ?? null }];
  });

  /** Whether it can be read, and comes at all: 30 February does not. */
  function isEver(cron: string): boolean {
    try {
      return new Cron(cron, { mode: '5-part', timezone: 'UTC', paused: true }).nextRun() !== null;
    } catch {
      return false;
    }
  }
}

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
