/**
 * When one is told of a kind of trouble of one environment. Pure: what is wrong and the time go in, what is to be told
 * comes out. Nobody is told twice of the same while it goes on, but at the repeat interval; what comes and goes is told
 * a few times, then once that it does, and then when it has been quiet for a while. The last thing that was told is
 * what is so, at the latest when it has been quiet for that long.
 */
import type { ProblemKind } from '../../model/notification.ts';
import type { Finding } from './signals.ts';

export type NoticeStatus = 'began' | 'changed' | 'goes_on' | 'flapping' | 'over';

export interface Notice {
  readonly status: NoticeStatus;
  /** What is wrong now; of what is over, what was told last. */
  readonly findings: readonly Finding[];
  /** Milliseconds since the epoch: when it began. */
  readonly since: number;
}

export interface Episode {
  /** What is wrong now, by subject. */
  readonly findings: Readonly<Record<string, Finding>>;
  /** What was told last; `null` where that all is good, or nothing. */
  readonly told: readonly Finding[] | null;
  /** When what is wrong began to be. */
  readonly since: number;
  /** When what is wrong last became something else. */
  readonly changedAt: number;
  /** When something was told, within the window, oldest first. */
  readonly toldAt: readonly number[];
  readonly isFlapping: boolean;
}

export const NO_EPISODE: Episode = { findings: {}, told: null, since: 0, changedAt: 0, toldAt: [], isFlapping: false };

const MINUTE = 60_000;

/** So often something may be told in a window before it counts as coming and going. */
export const MOST_IN_WINDOW = 4;
export const WINDOW_MS: number = 10 * MINUTE;
/** What is new beside what was told waits this long for more. */
const PAUSE_MS: number = MINUTE;

/** What is over before this is not told: it was healed, or is being changed. */
export const GRACE_MS: Readonly<Record<ProblemKind, number>> = {
  failed: 0,
  quarantined: 0,
  frozen: 0,
  stalled: 5000,
  degraded: 10_000,
  drift: 10_000,
  unreachable: 10_000,
};

export interface EpisodeRule {
  readonly graceMs: number;
  readonly repeatMs: number | null;
}

export interface Advance {
  readonly episode: Episode;
  readonly notice: Notice | null;
  /** When to look again though nothing has happened; `null` for never. */
  readonly nextAt: number | null;
}

/** The episode with other findings. */
export function withFindings(episode: Episode, findings: Episode['findings'], now: number): Episode {
  const isOther = keysOf(Object.values(findings)).join() !== keysOf(Object.values(episode.findings)).join();
  if (!isOther) return { ...episode, findings };
  const begins = Object.keys(episode.findings).length === 0;
  return { ...episode, findings, since: begins ? now : episode.since, changedAt: now };
}

/** Whether anything would be lost by forgetting it. */
export function isForgettable({ findings, told, isFlapping, toldAt }: Episode, now: number): boolean {
  if (told !== null || isFlapping || Object.keys(findings).length > 0) return false;
  return toldAt.every((at) => now - at >= WINDOW_MS);
}

export function advance(before: Episode, now: number, rule: EpisodeRule): Advance {
  const episode = atMost(before, now);
  const due = dueOf(episode, now, rule);
  if (due === null || due.at > now) return { episode, notice: null, nextAt: due?.at ?? null };
  const told = tell(episode, due.status, now);
  return { ...told, nextAt: dueOf(told.episode, now, rule)?.at ?? null };
}

interface Due {
  readonly at: number;
  readonly status: NoticeStatus;
}

function dueOf(episode: Episode, now: number, { graceMs, repeatMs }: EpisodeRule): Due | null {
  const findings = Object.values(episode.findings);
  const lastAt = episode.toldAt.at(-1) ?? 0;
  const repeat = (status: NoticeStatus): Due | null => (repeatMs === null ? null : { at: lastAt + repeatMs, status });
  if (episode.isFlapping) {
    const quietAt = episode.changedAt + WINDOW_MS;
    const settled: Due = { at: quietAt, status: findings.length > 0 ? 'goes_on' : 'over' };
    return repeatMs !== null && lastAt + repeatMs < quietAt ? repeat('flapping') : settled;
  }
  if (findings.length === 0) return episode.told === null ? null : limited({ at: now, status: 'over' });
  if (episode.told === null) return limited({ at: episode.since + graceMs, status: 'began' });
  if (!isNews(findings, episode.told)) return repeat('goes_on');
  return limited({ at: lastAt + PAUSE_MS, status: 'changed' });

  function limited(due: Due): Due {
    return episode.toldAt.length < MOST_IN_WINDOW ? due : { ...due, status: 'flapping' };
  }
}

function tell(episode: Episode, status: NoticeStatus, now: number): Pick<Advance, 'episode' | 'notice'> {
  const findings = Object.values(episode.findings);
  const isBad = findings.length > 0;
  const shown = isBad ? findings : (episode.told ?? []);
  return {
    notice: { status, findings: shown, since: episode.since },
    episode: {
      ...episode,
      // While it comes and goes, what was told last is neither.
      told: isBad || status === 'flapping' ? shown : null,
      toldAt: [...episode.toldAt, now].slice(-MOST_IN_WINDOW - 1),
      isFlapping: status === 'flapping',
    },
  };
}

/** Times that lie ahead, because the clock was set back, are now; what was told before the window is no longer counted. */
function atMost(episode: Episode, now: number): Episode {
  const last = episode.toldAt.at(-1);
  const recent = episode.toldAt.map((at) => Math.min(at, now)).filter((at) => now - at < WINDOW_MS);
  return {
    ...episode,
    since: Math.min(episode.since, now),
    changedAt: Math.min(episode.changedAt, now),
    // The last one says when to repeat.
    toldAt: recent.length === 0 && last !== undefined ? [Math.min(last, now)] : recent,
  };
}

function isNews(findings: readonly Finding[], told: readonly Finding[]): boolean {
  const known = new Set(keysOf(told));
  return keysOf(findings).some((key) => !known.has(key));
}

function keysOf(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ subject, cause }) => JSON.stringify([subject, cause])).sort();
}
