/** What the long-lived side offers to those in front of it: the API, the screen of `watch`, notifications and metrics. */
import type { Address } from '../model/address.ts';
import type { Plan } from '../model/plan.ts';
import type { ServeEvent, PassOutcome } from '../model/serve-event.ts';
import type { Freeze, ServedEnvironmentInfo, Trigger } from '../model/served.ts';
import type { LookAt } from '../flow/observe.ts';
import type { LogLine, LogOptions } from '../drivers/log-line.ts';
import type { Run } from '../model/run.ts';
import type { EnvironmentStatus } from '../report/status.ts';

export interface Served {
  /** ISO 8601. */
  readonly startedAt: string;
  /** Sorted by id. */
  environments(): readonly ServedEnvironment[];
  /** Told of everything from now on, in order. A listener that throws is a defect; it never holds up the teller. */
  subscribe(listener: (event: ServeEvent) => void): Disposable;
}

export interface ServedEnvironment extends ServedEnvironmentInfo {
  /** The root of the repo, absolute; of a URL that of its clone. */
  readonly root: string;
  /** Whether what is declared cannot be read anew at present. */
  readonly isSourceLost: boolean;
  /** As it was looked at last; `null` before the first look. */
  status(): EnvironmentStatus | null;
  /** Looks anew, and changes nothing. */
  plan(signal: AbortSignal): Promise<Plan>;
  /** Asks for a pass, and resolves once one that began after this call has ended. */
  reconcile(trigger: Trigger, signal: AbortSignal): Promise<Pass>;
  /** Throws `address_not_found`. */
  freeze(freeze: Freeze): Promise<void>;
  /** Whether there was one to end. */
  endFreeze(address: Address): Promise<boolean>;
  freezes(): readonly Freeze[];
  /** Begins no further pass until `resume`; triggers are kept. What runs goes on. */
  pause(): void;
  resume(): void;
  readonly isPaused: boolean;
  /**
   * For a plan of the same environment that somebody else makes in this process: engines are asked as they are now, through
   * what is kept open and known of them here. Absent where nothing is.
   */
  readonly look?: LookAt;
  /** Lines with known secrets taken out. */
  logs(address: Address, options: LogOptions, signal: AbortSignal): AsyncIterable<LogLine>;
}

export interface Pass {
  readonly outcome: PassOutcome;
  readonly reasons: readonly string[];
  /** `null` where none could be made. */
  readonly plan: Plan | null;
  /** `null` where nothing was carried out. */
  readonly run: Run | null;
  readonly duration_ms: number;
}
