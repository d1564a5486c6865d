/**
 * What one who is told knows of every environment, and what follows for them from signals and from time. Holds nothing of
 * what is good and long past, so that it does not grow. No clock, no timer, no network.
 */
import { type NotificationSink, PROBLEM_KINDS, type ProblemKind } from '../../model/notification.ts';
import {
  advance,
  type Episode,
  GRACE_MS,
  isForgettable,
  NO_EPISODE,
  type Notice,
  WINDOW_MS,
  withFindings,
} from './episode.ts';
import { advanceHappenings, happened, type Happenings, NO_HAPPENINGS } from './happening.ts';
import type { Signal } from './signals.ts';

export type Told =
  | { readonly environment: string; readonly kind: ProblemKind; readonly notice: Notice }
  | { readonly environment: string; readonly kind: 'applied'; readonly text: string };

/** Plain data: by environment, and there by kind. */
export type Remembered = Readonly<Record<string, Readonly<Partial<Record<ProblemKind, Episode>>>>>;

export class Ledger {
  readonly #sink: Pick<NotificationSink, 'on' | 'repeat_ms'>;
  readonly #episodes = new Map<string, Map<ProblemKind, Episode>>();
  readonly #happenings = new Map<string, Happenings>();
  readonly #wakeAt = new Map<string, number>();

  /** What is remembered of an earlier life is told further from `resumeAt` on, when somebody has looked at the world. */
  constructor(sink: Pick<NotificationSink, 'on' | 'repeat_ms'>, remembered: Remembered = {}, resumeAt: number = 0) {
    this.#sink = sink;
    for (const [environment, kinds] of Object.entries(remembered)) {
      for (const kind of PROBLEM_KINDS) {
        const episode = kinds[kind];
        if (episode === undefined || !sink.on.includes(kind)) continue;
        this.#keep(environment, kind, episode);
        this.#wakeAt.set(environment, resumeAt);
      }
    }
  }

  hear(environment: string, signals: readonly Signal[], now: number): readonly Told[] {
    const heard = signals.filter((signal) =>
      this.#sink.on.includes(signal.type === 'happened' ? 'applied' : signal.kind),
    );
    if (heard.length === 0) return [];
    for (const signal of heard) this.#take(environment, signal, now);
    return this.#look(environment, now);
  }

  /** What is to be told because time has passed. */
  wake(now: number): readonly Told[] {
    const due = [...this.#wakeAt].filter(([, at]) => at <= now);
    return due.flatMap(([environment]) => this.#look(environment, now));
  }

  /** When to call `wake`; `null` for never. */
  get wakeAt(): number | null {
    return this.#wakeAt.size === 0 ? null : Math.min(...this.#wakeAt.values());
  }

  /** Of one environment alone. */
  wakeAtOf(environment: string): number | null {
    return this.#wakeAt.get(environment) ?? null;
  }

  remembered(): Remembered {
    return Object.fromEntries([...this.#episodes].map(([name, kinds]) => [name, Object.fromEntries(kinds)]));
  }

  #take(environment: string, signal: Signal, now: number): void {
    if (signal.type === 'happened') {
      this.#happenings.set(environment, happened(this.#happenings.get(environment) ?? NO_HAPPENINGS, signal.text));
      return;
    }
    const { kind } = signal;
    const episode = this.#episodes.get(environment)?.get(kind);
    if (signal.type === 'gone') {
      this.#forget(environment, kind);
      return;
    }
    const known = episode?.findings ?? {};
    if (signal.type === 'found') {
      const found = Object.fromEntries(signal.findings.map((finding) => [finding.subject, finding]));
      const findings = signal.whole ? found : { ...known, ...found };
      this.#keep(environment, kind, withFindings(episode ?? NO_EPISODE, findings, now));
      return;
    }
    if (episode === undefined) return;
    const { subjects } = signal;
    const rest = Object.entries(known).filter(([subject]) => subjects !== null && !subjects.includes(subject));
    this.#keep(environment, kind, withFindings(episode, Object.fromEntries(rest), now));
  }

  #look(environment: string, now: number): readonly Told[] {
    const told: Told[] = [];
    const next: number[] = [];
    for (const [kind, before] of this.#episodes.get(environment) ?? []) {
      const rule = { graceMs: GRACE_MS[kind], repeatMs: this.#sink.repeat_ms };
      const { episode, notice, nextAt } = advance(before, now, rule);
      if (isForgettable(episode, now)) this.#forget(environment, kind);
      else {
        this.#keep(environment, kind, episode);
        // Where nothing is to be told, it is to be forgotten.
        next.push(nextAt ?? now + WINDOW_MS);
      }
      if (notice !== null && this.#isTold(notice)) told.push({ environment, kind, notice });
    }
    const before = this.#happenings.get(environment);
    if (before !== undefined) {
      const { happenings, text, nextAt } = advanceHappenings(before, now);
      if (happenings.untold === 0 && happenings.toldAt.length === 0) this.#happenings.delete(environment);
      else {
        this.#happenings.set(environment, happenings);
        next.push(nextAt ?? now + WINDOW_MS);
      }
      if (text !== null) told.push({ environment, kind: 'applied', text });
    }
    if (next.length === 0) this.#wakeAt.delete(environment);
    else this.#wakeAt.set(environment, Math.min(...next));
    return told;
  }

  #isTold({ status }: Notice): boolean {
    return status !== 'over' || this.#sink.on.includes('recovered');
  }

  #keep(environment: string, kind: ProblemKind, episode: Episode): void {
    const kinds = this.#episodes.get(environment) ?? new Map<ProblemKind, Episode>();
    this.#episodes.set(environment, kinds.set(kind, episode));
  }

  #forget(environment: string, kind: ProblemKind): void {
    const kinds = this.#episodes.get(environment);
    kinds?.delete(kind);
    if (kinds?.size === 0) this.#episodes.delete(environment);
  }
}
