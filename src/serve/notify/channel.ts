/** What carries messages to one who is told. */
import type { Message } from './message.ts';

export interface Channel {
  /** So many messages may go at once. */
  readonly most: number;
  /**
   * Carries messages, oldest first; `dropped` before them never arrived. Where it throws, none of them did, as far as
   * anybody knows: what may be tried again says so.
   */
  send(messages: readonly Message[], dropped: number, signal: AbortSignal): Promise<void>;
}

/** Why a message could not be carried. The text is for the log, and holds neither address nor secret. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
  /** Whether trying again may help without anybody changing anything. */
  readonly retryable: boolean;
  /** Milliseconds that the other side asks to wait. */
  readonly retryAfter: number | null;

  constructor(reason: string, { retryable, retryAfter = null }: { retryable: boolean; retryAfter?: number | null }) {
    super(reason);
    this.retryable = retryable;
    this.retryAfter = retryAfter;
  }
}
