/** The last lines of one service, followed for as long as somebody looks. Bounded, however much is written. */
import type { Address } from '../../model/address.ts';
import { failureOf } from '../../model/failure.ts';
import { safeText } from '../../report/safe-text.ts';
import type { ServedEnvironment } from '../../serve/served.ts';

const MOST = 500;
const LONGEST = 2_000;
const AGAIN_MS = 500;

export class LogTail implements AsyncDisposable {
  readonly #closed = new AbortController();
  readonly #onChange: () => void;
  #lines: string[] = [];
  readonly #following: Promise<void>;

  constructor(environment: ServedEnvironment, address: Address, onChange: () => void) {
    this.#onChange = onChange;
    this.#following = this.#follow(environment, address);
  }

  get lines(): readonly string[] {
    return this.#lines;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort();
    await this.#following;
  }

  /** What is made anew is followed as well: an engine ends the log of what it removes. */
  async #follow(environment: ServedEnvironment, address: Address): Promise<void> {
    const { signal } = this.#closed;
    let since: string | null = null;
    while (!signal.aborted) {
      const options = since === null ? { tail: MOST, follow: true } : { since, follow: true };
      since = new Date().toISOString();
      try {
        for await (const { line } of environment.logs(address, options, signal)) this.#add(line);
      } catch (error) {
        if (!signal.aborted) this.#add(`(${failureOf(error).message})`);
      }
      await pauseOf(AGAIN_MS, signal);
    }
  }

  #add(line: string): void {
    const text = safeText(
      line
        .slice(0, LONGEST)
        .replaceAll(/\u001B\[[\d;:]*m/g, '')
        .replaceAll('\t', '  '),
    );
    if (this.#lines.at(-1) === text && text.startsWith('(')) return;
    this.#lines.push(text);
    if (this.#lines.length > MOST) this.#lines = this.#lines.slice(-MOST);
    this.#onChange();
  }
}

function pauseOf(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, milliseconds);
  signal.addEventListener(
    'abort',
    () => {
      clearTimeout(timer);
      resolve();
    },
    { once: true },
  );
  return promise;
}
