/**
 * What is due at certain times of the wall's clock. A moment is never acted on twice, whatever is done to the clock; moments
 * that were slept through count as one, which is acted on at waking; and nothing is begun again while it is under way.
 * Only the times come from croner: its own timers know nothing of machines that sleep.
 */
import type { ScheduleRule } from '../../model/notification.ts';
import type { Clock } from '../clock.ts';
import type { ServeLog } from '../log/log.ts';

export interface ScheduleOptions {
  readonly rules: readonly ScheduleRule[];
  readonly clock: Pick<Clock, 'wall' | 'after'>;
  readonly log: ServeLog;
  /** What is done when a rule is due. */
  act(rule: ScheduleRule, signal: AbortSignal): Promise<void>;
}

/** Timers stand still while the machine sleeps, so that the wall is looked at this often. */
const LOOK_EVERY_MS = 30_000;
/** A clock that was set back by less than this comes to the same moments again; by more, it was wrong before. */
const SET_BACK_MS = 86_400_000;

/** The next moment of a rule after another, in milliseconds since the epoch; `null` where none comes. */
export type NextMoment = (rule: ScheduleRule, after: number) => number | null;

/** Disposing of it ends what is under way, and waits for that. */
export async function startSchedules(options: ScheduleOptions): Promise<AsyncDisposable> {
  return new Schedules(options, options.rules.length === 0 ? () => null : await cronMoments());
}

export async function cronMoments(): Promise<NextMoment> {
  const { Cron } = await import('croner');
  const crons = new Map<string, InstanceType<typeof Cron>>();
  return ({ name, cron, time_zone }, after) => {
    const known = crons.get(name);
    const zone = time_zone === null ? {} : { timezone: time_zone };
    const found = known ?? new Cron(cron, { mode: '5-part', paused: true, ...zone });
    crons.set(name, found);
    return found.nextRun(new Date(after))?.getTime() ?? null;
  };
}

interface Turn {
  readonly due: boolean;
  /** Moments up to this one are past. */
  readonly until: number;
}

/** Whether a moment has come since `until`. Pure. */
export function turnOf(rule: ScheduleRule, until: number, now: number, nextMoment: NextMoment): Turn {
  if (until - now > SET_BACK_MS) return { due: false, until: now };
  const next = nextMoment(rule, until);
  return next !== null && next <= now ? { due: true, until: now } : { due: false, until };
}

class Schedules implements AsyncDisposable {
  readonly #options: ScheduleOptions;
  readonly #nextMoment: NextMoment;
  readonly #until = new Map<string, number>();
  readonly #running = new Map<string, Promise<void>>();
  readonly #ended = new AbortController();
  #timer: Disposable | null = null;

  constructor(options: ScheduleOptions, nextMoment: NextMoment) {
    this.#options = options;
    this.#nextMoment = nextMoment;
    const now = options.clock.wall();
    for (const { name } of options.rules) this.#until.set(name, now);
    for (const rule of options.rules) this.#tell(rule, now);
    this.#sleep();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#timer?.[Symbol.dispose]();
    this.#ended.abort();
    await Promise.all(this.#running.values());
  }

  /** Nothing else shows that there is one before it is due. */
  #tell(rule: ScheduleRule, now: number): void {
    const next = this.#nextMoment(rule, now);
    const at = next === null ? 'never' : new Date(next).toISOString();
    this.#options.log.info({ schedule: rule.name, task: rule.task, next: at }, 'a schedule is served');
  }

  #look(): void {
    const now = this.#options.clock.wall();
    for (const rule of this.#options.rules) {
      const { due, until } = turnOf(rule, this.#until.get(rule.name) ?? now, now, this.#nextMoment);
      this.#until.set(rule.name, until);
      if (due) this.#begin(rule);
    }
    this.#sleep();
  }

  #begin(rule: ScheduleRule): void {
    const { log } = this.#options;
    if (this.#running.has(rule.name)) {
      log.warn({ schedule: rule.name }, 'a schedule is due while its last turn is under way, and is left out');
      return;
    }
    const { signal } = this.#ended;
    const running = this.#options
      .act(rule, signal)
      .catch((error: unknown) => {
        if (!signal.aborted) log.error({ schedule: rule.name, err: error }, 'a schedule failed');
      })
      .finally(() => this.#running.delete(rule.name));
    this.#running.set(rule.name, running);
  }

  #sleep(): void {
    if (this.#options.rules.length === 0 || this.#ended.signal.aborted) return;
    const { clock, rules } = this.#options;
    const now = clock.wall();
    const waits = rules.flatMap((rule) => {
      const next = this.#nextMoment(rule, this.#until.get(rule.name) ?? now);
      return next === null ? [] : [next - now];
    });
    this.#timer = clock.after(Math.max(0, Math.min(LOOK_EVERY_MS, ...waits)), () => this.#look());
  }
}
