/** Those who wait for the next pass of an environment to begin, and to end: whoever came after it began waits for another. */
import { TrueupError } from '../../model/failure.ts';
import type { Pass } from '../served.ts';

interface Waiter {
  readonly resolve: (pass: Pass) => void;
  readonly reject: (error: unknown) => void;
  hasLeft: boolean;
}

/** Those who wait for one pass. */
export interface Waiting {
  ended(pass: Pass): void;
  failed(error: unknown): void;
  /** They wait for the next one. */
  waitOn(): void;
}

export class PassWaiters {
  #waiters: Waiter[] = [];

  /** Resolves once a pass that begins from now on has ended. Who gives up waits for nothing, and holds nothing. */
  wait(signal: AbortSignal): Promise<Pass> {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<Pass>();
    const waiter: Waiter = { resolve, reject, hasLeft: false };
    const onAbort = (): void => {
      waiter.hasLeft = true;
      this.#waiters = this.#waiters.filter((other) => other !== waiter);
      reject(signal.reason instanceof Error ? signal.reason : new TrueupError('interrupted', 'nobody waits any more'));
    };
    signal.addEventListener('abort', onAbort, { once: true });
    this.#waiters.push(waiter);
    return promise.finally(() => signal.removeEventListener('abort', onAbort));
  }

  /** A pass begins: it is theirs. */
  take(): Waiting {
    const waiters = this.#waiters.splice(0);
    return {
      ended(pass) {
        for (const { resolve } of waiters) resolve(pass);
      },
      waitOn: () => {
        this.#waiters.unshift(...waiters.filter(({ hasLeft }) => !hasLeft));
      },
      failed(error) {
        for (const { reject } of waiters) reject(error);
      },
    };
  }
}
