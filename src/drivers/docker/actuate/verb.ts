/** What every verb works with: the engine, its step, and the way in which it asks the engine to change something. */
import type { JsonObject } from '../../../model/json.ts';
import type { Step } from '../../../model/plan.ts';
import type { StepContext } from '../../step-context.ts';
import type { EngineWriter } from '../api/engine-api.ts';
import type { ContentNotes } from '../content-notes.ts';
import type { Images } from './images.ts';

export interface VerbContext {
  readonly api: EngineWriter;
  readonly notes: ContentNotes;
  readonly images: Images;
  readonly step: Step;
  readonly args: JsonObject;
  readonly context: StepContext;
  /** For calls that only look. */
  readonly signal: AbortSignal;
  /**
   * Sends what changes something. Once it is on its way, its answer is waited for, also when the run is interrupted: the
   * next look must not meet an engine that is still at it. `tookEffect` is asked when the answer got lost or came too
   * late, and answers `null` where nothing happened.
   */
  send<T>(call: (signal: AbortSignal) => Promise<T>, tookEffect?: () => Promise<T | null>): Promise<T>;
}

export type VerbHandler = (verb: VerbContext) => Promise<JsonObject>;
