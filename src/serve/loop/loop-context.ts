/** What the loop of one environment is given by the daemon. */
import type { TrueupError } from '../../model/failure.ts';
import type { ServeEventDetail } from '../../model/serve-event.ts';
import type { ServedEnvironmentInfo } from '../../model/served.ts';
import type { ServedMemoryStore } from '../../state/served-state.ts';
import type { Clock } from '../clock.ts';
import type { HealDamping } from './heal-damping.ts';
import type { PassQueue } from './pass-queue.ts';
import type { PassSettings } from './pass.ts';
import type { Prober } from '../probes/prober.ts';
import type { Slots } from './slots.ts';
import type { SourceHub } from '../sources/source-hub.ts';
import type { FreezesTold } from '../standing/freezes-told.ts';
import type { Standing } from '../standing/standing.ts';

export interface LoopSettings extends PassSettings {
  /** How often everything is compared whatever was heard, give or take a tenth. */
  readonly fullEveryMs: number;
}

export interface LoopContext {
  readonly info: ServedEnvironmentInfo;
  readonly root: string;
  readonly hub: SourceHub;
  readonly queue: PassQueue;
  /** Looks between passes, of all environments together. */
  readonly looks: Slots;
  readonly settings: LoopSettings;
  readonly clock: Clock;
  readonly memory: ServedMemoryStore;
  readonly standing: Standing;
  readonly freezes: FreezesTold;
  readonly damping: HealDamping;
  readonly prober: Prober;
  /** Ends everything at once. */
  readonly signal: AbortSignal;
  tell(detail: ServeEventDetail): void;
  /** What could not be written or looked at, and keeps nothing from going on. */
  onProblem(problem: TrueupError): void;
  /** Somebody else holds the lock. */
  onWait(words: string): void;
}
