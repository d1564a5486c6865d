/**
 * What changed last of each resource of one environment, and why: what happened to it, and what was done about it. What
 * only becomes known, such as a first verdict on its health, is no change. Pure but for its own state.
 */
import type { Address } from '../model/address.ts';
import type { ProgressEvent } from '../model/events.ts';
import type { ChangeWhy, ServeEventDetail } from '../model/serve-event.ts';
import { safeLines } from './safe-text.ts';
import type { ResourceStatus } from './status.ts';
import { stepText } from './step-words.ts';

export interface LastChange {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly text: string;
}

type Changed = Extract<ServeEventDetail, { readonly type: 'resource_changed' }>;
type Seen = Pick<Changed, 'run_state' | 'health'>;

/** What a service that runs is in without anything having happened to it. */
const QUIET: ReadonlySet<Seen['health']> = new Set(['healthy', 'starting', 'unknown', 'none']);

export class WatchChanges {
  readonly #last = new Map<Address, LastChange>();
  readonly #seen = new Map<Address, Seen>();
  /** What happened to it that nobody asked for, until it is as it was. */
  readonly #fallen = new Map<Address, string>();
  /** Of the plan that is carried out. */
  #why: ReadonlyMap<Address, ChangeWhy> = new Map();
  /** What this pass has done something to. */
  readonly #touched = new Set<Address>();

  get(address: Address): LastChange | undefined {
    return this.#last.get(address);
  }

  /** What a look has found; what is met for the first time has not changed. */
  met(resources: readonly ResourceStatus[]): void {
    for (const { address, run_state, health } of resources) {
      if (!this.#seen.has(address)) this.#seen.set(address, { run_state, health });
    }
  }

  planned(why: readonly ChangeWhy[]): void {
    this.#why = new Map(why.map((one) => [one.address, one]));
  }

  /** What the next look finds is nobody's doing. */
  passEnded(): void {
    this.#why = new Map();
    this.#touched.clear();
  }

  changed(event: Changed, now: number): void {
    const { address, run_state: runState, health, reason } = event;
    const before = this.#seen.get(address);
    this.#seen.set(address, { run_state: runState, health });
    const isUp = runState === 'running' || runState === 'completed';
    if (isUp && QUIET.has(health)) {
      this.#isUp(address, before, now);
      return;
    }
    const text = reason ?? (health === 'unhealthy' ? 'unhealthy' : (runState ?? 'changed'));
    this.#fallen.set(address, text);
    this.#last.set(address, { at: now, text });
  }

  progressed(event: ProgressEvent, now: number): void {
    if (event.type === 'run_ended') {
      for (const { address, met, reason } of event.run.gates) if (!met) this.#failed(address, reason, now);
    }
    if (event.type !== 'step_ended') return;
    const { step, result } = event;
    this.#touched.add(step.changed);
    if (result.status === 'failed') {
      const error = safeLines(result.error?.message ?? '')[0] ?? '';
      this.#failed(step.changed, step.phase === 'gate' ? error : `${stepText(step)} failed: ${error}`, now);
    } else if (result.status === 'done' && step.phase !== 'gate') {
      this.#last.set(step.changed, { at: now, text: this.#doneText(step.changed, stepText(step)) });
    }
  }

  /** It runs, and nothing is wrong with it for all that is known. */
  #isUp(address: Address, before: Seen | undefined, now: number): void {
    const fallen = this.#fallen.get(address);
    const { health, run_state: runState } = this.#seen.get(address) ?? { health: 'none', run_state: null };
    const isOthers = before !== undefined && before.run_state !== runState && !this.#touched.has(address);
    if (fallen === undefined && isOthers) this.#last.set(address, { at: now, text: 'started by somebody else' });
    if (fallen !== undefined && (health === 'healthy' || health === 'none' || before?.health !== 'unhealthy')) {
      this.#fallen.delete(address);
      // What we did about it stands there already.
      if (this.#last.get(address)?.text === fallen)
        this.#last.set(address, { at: now, text: backText(fallen, before) });
    }
  }

  #doneText(address: Address, done: string): string {
    const why = this.#why.get(address);
    if (why === undefined) return done;
    return why.heals ? `${this.#fallen.get(address) ?? why.text}, healed` : why.text;
  }

  #failed(address: Address, why: string | null, now: number): void {
    const fallen = this.#fallen.get(address);
    const said = why ?? 'its gate is not met';
    this.#last.set(address, { at: now, text: fallen === undefined ? said : `${fallen}; ${said}` });
  }
}

function backText(fallen: string, before: Seen | undefined): string {
  return before?.health === 'unhealthy' ? `${fallen}; healthy again` : `${fallen}; runs again`;
}
