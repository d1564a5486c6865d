/** What `doctor` is told of an engine: how it is found, and what it would take to use it. */
import type { EngineDeclaration } from '../model/desired.ts';
import type { Facts } from '../model/observed.ts';

/** An engine as a person wants to know of it: where it is, whether it answers, what to do if it does not. */
export interface EngineSight {
  /** A declaration that means it. */
  readonly engine: EngineDeclaration;
  /** Where it listens, and where that was found. */
  readonly place: string;
  /** What it is, in a few words with its version; `null` where it does not answer, or was not asked. */
  readonly description: string | null;
  readonly facts: Facts | null;
  /** Why it does not answer; `null` where it does, or was not asked. */
  readonly error: string | null;
  /** What to install, start or change. */
  readonly next: string | null;
  /** What the facts keep from working, a sentence each. */
  readonly limits: readonly string[];
}
