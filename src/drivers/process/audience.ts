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
  /** Who has heard nothing yet. */
  readonly #newcomers = new Set<RegistryListener>();

  get isEmpty(): boolean {
    return this.#listeners.size === 0 && this.#newcomers.size === 0;
  }

  get hasNewcomers(): boolean {
    return this.#newcomers.size > 0;
  }

  add(listener: RegistryListener): void {
    this.#newcomers.add(listener);
  }

  delete(listener: RegistryListener): void {
    this.#newcomers.delete(listener);
    this.#listeners.delete(listener);
  }

  isConcernedBy(mark: Mark): boolean {
    for (const listener of this.#listeners) if (listener.concerns(mark)) return true;
    for (const listener of this.#newcomers) if (listener.concerns(mark)) return true;
    return false;
  }

  changed(before: Trace | null, after: Trace | null): void {
    for (const listener of this.#listeners) listener.changed(before, after);
  }

  gap(reason: string): void {
    for (const listener of this.#listeners) listener.gap(reason);
  }

  welcome(reason: string): void {
    for (const listener of this.#newcomers) {
      this.#listeners.add(listener);
      listener.gap(reason);
    }
    this.#newcomers.clear();
  }
}
