/**
 * Claims on locks as an engine keeps them, for engines that more than one machine reaches. A claim is never changed once
 * it is put, and its name is never used again: so removing one that is dead hits nobody else.
 */

export interface StoredClaim {
  readonly name: string;
  /** What was put with it. Empty where the engine shows none: a name may be seen a moment before and after its fields. */
  readonly fields: Readonly<Record<string, string>>;
  /** When it was put, by the clock of the engine, in milliseconds since the epoch; `null` where the engine does not say. */
  readonly putAt: number | null;
}

/** The claims on one engine. Every method rejects with `engine_unreachable` where the engine does not answer. */
export interface ClaimStore {
  /** All claims of trueup, whatever they are on. What stands there for the whole time of the call is among them. */
  list(signal: AbortSignal): Promise<readonly StoredClaim[]>;
  /** Once it resolves, every list has it. After a throw it may or may not be there. */
  put(name: string, fields: StoredClaim['fields'], signal: AbortSignal): Promise<void>;
  /** Done as well when it is gone. Removes nothing that is not a claim. */
  remove(name: string, signal: AbortSignal): Promise<void>;
  /** What the clock of the engine says now; `null` where the engine does not say. */
  now(signal: AbortSignal): Promise<number | null>;
  /** Frees connections. Idempotent. */
  close(): Promise<void>;
}
