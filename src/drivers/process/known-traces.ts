/**
 * What is known of the objects of a registry, by key, and what of a new look at them is news. An end that is just being
 * recorded is none yet; what nobody had asked for has no earlier state to tell.
 */
import type { Trace } from './traces.ts';

/** An end that is not recorded so long after it was seen is told as it is. */
const RECORDING_MS = 250;
/** Of what was seen otherwise elsewhere: no signature is like it. */
const SUSPECT = 'suspect';

export interface News {
  readonly before: Trace | null;
  readonly after: Trace | null;
}

export class KnownTraces {
  readonly #traces = new Map<string, Trace>();
  /** Since when, by `performance.now()`. */
  readonly #unsettled = new Map<string, number>();
  /** As listed last. What stands there and says nothing of itself is no object, and has no trace. */
  #listed: ReadonlySet<string> = new Set();

  /** Everything there may be. */
  get keys(): readonly string[] {
    return [...new Set([...this.#traces.keys(), ...this.#listed])];
  }

  get unsettled(): readonly string[] {
    return [...this.#unsettled.keys()];
  }

  get(key: string): Trace | null {
    return this.#traces.get(key) ?? null;
  }

  matching(matches: (trace: Trace) => boolean): readonly string[] {
    return [...this.#traces].filter(([, trace]) => matches(trace)).map(([key]) => key);
  }

  /** Which of what is listed now is new, and which is listed no more. */
  list(keys: ReadonlySet<string>): readonly string[] {
    const before = this.#listed;
    this.#listed = keys;
    const gone = [...this.#traces.keys()].filter((key) => !keys.has(key));
    return [...[...keys].filter((key) => !before.has(key)), ...gone];
  }

  /** Somebody has seen it in this state, which may have come and gone without a word: the next look at it is news. */
  suspect(key: string, state: string): boolean {
    const trace = this.get(key);
    if (trace === null || trace.signature === null || trace.state === state) return false;
    this.#traces.set(key, { ...trace, signature: SUSPECT });
    return true;
  }

  /** `null` where nothing is to be told; `canWait` where an end that is being recorded may be waited for. */
  take(key: string, after: Trace | null, canWait: boolean): News | null {
    const before = this.get(key);
    if (after !== null && !after.isSettled && canWait && this.#isRecording(key, before)) return null;
    this.#unsettled.delete(key);
    if (after === null) this.#traces.delete(key);
    else this.#traces.set(key, after);
    if (before?.signature === after?.signature) return null;
    // It was only looked at for the first time.
    if (before?.signature === null && before.stamp === after?.stamp) return null;
    return { before, after };
  }

  #isRecording(key: string, before: Trace | null): boolean {
    const since = this.#unsettled.get(key) ?? performance.now();
    this.#unsettled.set(key, since);
    return before?.signature !== null && performance.now() - since < RECORDING_MS;
  }
}
