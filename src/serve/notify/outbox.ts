/**
 * Messages on their way to one who is told: in order, tried again with backoff until they are carried, too old, or pushed
 * out by newer ones. Whoever adds one never waits. Trouble is logged when it begins and when it is over.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { pauseAfter } from '../backoff.ts';
import type { ServeLog } from '../log/log.ts';
import { type Channel, DeliveryError } from './channel.ts';
import type { Message } from './message.ts';

export interface OutboxOptions {
  /** For the log. */
  readonly name: string;
  readonly channel: Channel;
  readonly log: ServeLog;
  readonly now?: () => number;
  readonly random?: () => number;
  /** What is to go is waited for this long when it is disposed of. */
  readonly farewellMs?: number;
}

export const MOST_WAITING = 100;
const OLDEST_MS = 3_600_000;

export class Outbox implements AsyncDisposable {
  readonly #options: OutboxOptions;
  readonly #now: () => number;
  readonly #ended = new AbortController();
  #waiting: readonly Message[] = [];
  #dropped = 0;
  #failures = 0;
  #work: Promise<void> | null = null;
  #isLeaving = false;

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** How many wait, and how many never arrived since the last that did. */
  get load(): { readonly waiting: number; readonly dropped: number } {
    return { waiting: this.#waiting.length, dropped: this.#dropped };
  }

  add(message: Message): void {
    if (this.#isLeaving) return;
    this.#waiting = [...this.#waiting, message];
    this.#drop(this.#waiting.length - MOST_WAITING);
    // Whatever else is said at this moment goes along.
    this.#work ??= Promise.resolve().then(() => this.#deliver());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isLeaving = true;
    // Where it cannot be reached now, it will not be in a moment.
    const patience = this.#failures > 0 ? 0 : (this.#options.farewellMs ?? 3000);
    const farewell = setTimeout(() => this.#ended.abort(), patience);
    await this.#work;
    clearTimeout(farewell);
    this.#ended.abort();
  }

  async #deliver(): Promise<void> {
    const { signal } = this.#ended;
    while (this.#waiting.length > 0 && !signal.aborted) {
      const { most } = this.#options.channel;
      const batch = this.#waiting.slice(0, most);
      this.#waiting = this.#waiting.slice(most);
      const wait = await this.#attempt(batch, signal);
      if (wait > 0) await delay(wait, undefined, { signal }).catch(() => undefined);
      this.#drop(this.#waiting.filter(({ at }) => this.#now() - at > OLDEST_MS).length);
    }
    this.#work = null;
  }

  /** How long to wait before the next one. */
  async #attempt(batch: readonly Message[], signal: AbortSignal): Promise<number> {
    const { channel, random = Math.random } = this.#options;
    const dropped = this.#dropped;
    try {
      await channel.send(batch, dropped, signal);
      this.#dropped -= dropped;
      this.#worked();
      return 0;
    } catch (error) {
      if (signal.aborted) return 0;
      const failure = error instanceof DeliveryError ? error : null;
      this.#failed(error);
      if (failure?.retryable === false) {
        this.#dropped += batch.length;
        return 0;
      }
      this.#waiting = [...batch, ...this.#waiting];
      this.#drop(this.#waiting.length - MOST_WAITING);
      return Math.max(failure?.retryAfter ?? 0, pauseAfter(this.#failures, random()));
    }
  }

  #drop(count: number): void {
    if (count <= 0) return;
    this.#waiting = this.#waiting.slice(count);
    this.#dropped += count;
  }

  #failed(error: unknown): void {
    this.#failures += 1;
    if (this.#failures > 1) return;
    const { name, log } = this.#options;
    const reason = error instanceof Error ? error.message : String(error);
    log.warn({ notification: name, reason }, 'a notification cannot be sent; no more is said until it can');
  }

  #worked(): void {
    if (this.#failures > 0) {
      const { name, log } = this.#options;
      log.info({ notification: name, attempts: this.#failures }, 'notifications can be sent again');
    }
    this.#failures = 0;
  }
}
