/** What an engine says of its own accord. */
import type { ObjectReference } from './scope.ts';

/** What our own probes, execs and reads cause is no event: it would wake those who cause it. */
export type EngineEvent =
  | {
      readonly type: 'changed';
      readonly object: ObjectReference;
      readonly action: string;
      /** ISO 8601, by the engine's clock; absent where it tells no time. */
      readonly at?: string;
    }
  /** Events may have been missed: look at everything again. `away`: because the engine itself was lost, or is back. */
  | { readonly type: 'gap'; readonly reason: string; readonly away?: true };
