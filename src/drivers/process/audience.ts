/** Who listens to what happens in a registry. Whoever comes hears a gap first, once enough is known to miss nothing. */
import type { Mark, Trace } from './traces.ts';

export interface RegistryListener {
  concerns(object: Mark): boolean;
  /** `null` before it came, and after it went; also of objects that do not concern the listener. */
  changed(before: Trace | null, after: Trace | null): void;
  /** Something may have been missed. */
  gap(reason: string): void;
}

export class Audience {
  readonly #listeners = new Set<RegistryListener>();
  /** Who has come, and heard nothing yet. */
  readonly #newcomers = new Set<RegistryListener>();
  /** Those of them for whom everything of theirs is being looked at. */
  readonly #expected = new Set<RegistryListener>();

  get isEmpty(): boolean {
    return this.#listeners.size === 0 && this.#newcomers.size === 0 && this.#expected.size === 0;
  }

  add(listener: RegistryListener): void {
    this.#newcomers.add(listener);
  }

  delete(listener: RegistryListener): void {
    for (const group of this.#groups()) group.delete(listener);
  }

  isConcernedBy(mark: Mark): boolean {
    for (const group of this.#groups()) for (const listener of group) if (listener.concerns(mark)) return true;
    return false;
  }

  /**
   * What is to be looked at before those who have come since the last call are welcomed: all of theirs, also what is known,
   * because they will see it as it is now. `null` where nobody has come.
   */
  expect(): ((mark: Mark) => boolean) | null {
    const came = [...this.#newcomers];
    this.#newcomers.clear();
    for (const listener of came) this.#expected.add(listener);
    return came.length === 0 ? null : (mark) => came.some((listener) => listener.concerns(mark));
  }

  changed(before: Trace | null, after: Trace | null): void {
    for (const listener of this.#listeners) listener.changed(before, after);
  }

  gap(reason: string): void {
    for (const listener of this.#listeners) listener.gap(reason);
  }

  /** Those that were expected. Who came later is not told before all of theirs was seen. */
  welcome(reason: string): void {
    for (const listener of this.#expected) {
      this.#listeners.add(listener);
      listener.gap(reason);
    }
    this.#expected.clear();
  }

  #groups(): readonly Set<RegistryListener>[] {
    return [this.#listeners, this.#newcomers, this.#expected];
  }
}
