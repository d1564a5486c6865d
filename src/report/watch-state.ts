/** What the screen of `watch` knows: where each environment stands, what goes on in it now, and what changed last and why. */
import type { Address } from '../model/address.ts';
import type { ProgressEvent } from '../model/events.ts';
import type { ServeEvent } from '../model/serve-event.ts';
import { LiveRows } from './live-rows.ts';
import { safeLines } from './safe-text.ts';
import type { EnvironmentStatus } from './status.ts';
import { WatchChanges } from './watch-changes.ts';
import { listed, revisionText } from './words.ts';

export interface WatchedEnvironment {
  readonly id: string;
  readonly name: string;
  /** `null` before the first look. */
  status: EnvironmentStatus | null;
  isPaused: boolean;
  /** `1a2b3c4 (dirty)` of the last pass. */
  revision: string;
  /** What is going on now; `null` where nothing is. */
  activity: string | null;
  /** What is wrong, in lines that are safe on a terminal; empty where nothing is. */
  problem: readonly string[];
  /** Rows of the run under way; `null` where there is none. */
  run: LiveRows | null;
  readonly changes: WatchChanges;
}

/** Where something runs, of `environment` in the {@link WatchState}. */
export interface Chosen {
  readonly environment: string;
  readonly address: Address;
}

export class WatchState {
  readonly #environments = new Map<string, WatchedEnvironment>();
  /** Why the pass under way is made, by environment. */
  readonly #reasons = new Map<string, string>();

  /** In the order of their ids. */
  all(): readonly WatchedEnvironment[] {
    return [...this.#environments.values()].sort((left, right) => (left.id < right.id ? -1 : 1));
  }

  /** Known from now on, with what was looked at last. */
  stands(id: string, name: string, status: EnvironmentStatus | null, isPaused: boolean): void {
    const environment = this.#environment(id, name);
    environment.status = status;
    environment.isPaused = isPaused;
    environment.changes.met(status?.resources ?? []);
  }

  /** What is wrong with it, as others have put it in words; empty once nothing is. */
  problemIs(id: string, text: string): void {
    this.#environment(id).problem = text === '' ? [] : safeLines(text);
  }

  /** `now` is milliseconds since the epoch. */
  update(event: ServeEvent, now: number): void {
    const environment = this.#environment(event.environment);
    switch (event.type) {
      case 'triggered':
        environment.activity ??= event.reason;
        break;
      case 'pass_started':
        this.#reasons.set(event.environment, listed(event.reasons, 2));
        environment.activity = `comparing: ${listed(event.reasons, 2)}`;
        environment.revision = revisionText(event.revision);
        break;
      case 'planned':
        environment.changes.planned(event.why ?? []);
        if (event.changes > 0) environment.activity = `applying: ${this.#why(event.environment)}`;
        break;
      case 'progress':
        this.#progress(environment, event.event, now);
        break;
      case 'pass_ended':
        environment.activity = null;
        environment.run = null;
        environment.changes.passEnded();
        environment.problem =
          event.failure === null ? [] : [...safeLines(event.failure.message), ...nextLines(event.failure.next)];
        if (event.next_at !== null && event.failure !== null) {
          environment.problem = [...environment.problem, `tried again at ${event.next_at}`];
        }
        break;
      case 'resource_changed':
        environment.changes.changed(event, now);
        break;
      case 'source_lost':
      case 'engine_lost':
        environment.problem = [...safeLines(`${event.what}: ${event.why}`), ...nextLines(event.next ?? null)];
        break;
      case 'orphaned':
        environment.problem = safeLines(event.why);
        break;
      case 'declared_again':
      case 'source_back':
      case 'engine_back':
        environment.problem = [];
        break;
      case 'state_changed':
      case 'drift_found':
      case 'drift_over':
      case 'quarantined':
      case 'quarantine_lifted':
      case 'frozen':
      case 'freeze_ended':
        break;
      default:
        event satisfies never;
    }
  }

  #progress(environment: WatchedEnvironment, event: ProgressEvent, now: number): void {
    if (event.type === 'run_started') environment.run = new LiveRows();
    environment.run?.update(event, now);
    environment.changes.progressed(event, now);
  }

  #why(id: string): string {
    return this.#reasons.get(id) ?? '';
  }

  #environment(id: string, name = id.slice(id.lastIndexOf('/') + 1)): WatchedEnvironment {
    const known = this.#environments.get(id);
    if (known !== undefined) return known;
    const environment: WatchedEnvironment = {
      id,
      name,
      status: null,
      isPaused: false,
      revision: '',
      activity: null,
      problem: [],
      run: null,
      changes: new WatchChanges(),
    };
    this.#environments.set(id, environment);
    return environment;
  }
}

/** What the reader can do. */
function nextLines(next: string | null): readonly string[] {
  return next === null ? [] : safeLines(next);
}
