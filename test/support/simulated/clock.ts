/**
 * Time of the simulated world. By default it is virtual: it moves by one millisecond per engine call, so that stamps
 * differ and are the same in every run, and by {@link VirtualClock.advance}. Nothing waits for real unless asked.
 */

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** An engine call takes place. */
  tick(): void;
  after(milliseconds: number, run: () => void): void;
}

/** Long past for everybody, so that nothing ever counts as started a moment ago. */
const BEGINNING = Date.UTC(2020, 0, 1);

interface Timer {
  readonly due: number;
  readonly run: () => void;
}

export class VirtualClock implements Clock {
  #now = BEGINNING;
  #timers: Timer[] = [];

  now(): number {
    return this.#now;
  }

  tick(): void {
    this.advance(1);
  }

  after(milliseconds: number, run: () => void): void {
    const timer = { due: this.#now + milliseconds, run };
    const index = this.#timers.findIndex((other) => other.due > timer.due);
    this.#timers.splice(index === -1 ? this.#timers.length : index, 0, timer);
  }

  /** Lets time pass: everything that falls due happens in its order, each at its own moment. */
  advance(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (let next = this.#timers[0]; next !== undefined && next.due <= end; next = this.#timers[0]) {
      this.#timers.shift();
      this.#now = Math.max(this.#now, next.due);
      next.run();
    }
    this.#now = end;
  }
}

/** The clock on the wall, with real timers that keep no process alive. */
export function realClock(): Clock {
  return {
    now: () => Date.now(),
    tick: () => {},
    after: (milliseconds, run) => void setTimeout(run, milliseconds).unref(),
  };
}

/** Rejects with the signal's reason when it aborts first. */
export function sleep(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    clock.after(milliseconds, () => {
      signal.removeEventListener('abort', abort);
      resolve();
    });
  });
}
