/**
 * The engine's events for as long as anybody listens: it connects again whenever the connection is lost, and says `gap`
 * when it was lost and when it stands again. It reads ahead, because an engine drops events for who is slow to read.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineReader } from '../api/engine-api.ts';
import type { EventMessage } from '../api/wire.ts';
import { Mailbox } from './mailbox.ts';

export type Heard =
  | { readonly type: 'message'; readonly message: EventMessage }
  /** Whether the engine is listened to from now on, or lost from now on. */
  | { readonly type: 'gap'; readonly reason: string; readonly listening: boolean };

export type EventFilters = Readonly<Record<string, readonly string[]>>;

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5000;

/** Begins with a gap once it listens. Ends without a word when the signal aborts, and never throws. */
export async function* hear(reader: EngineReader, filters: EventFilters, signal: AbortSignal): AsyncGenerator<Heard> {
  const left = new AbortController();
  const either = AbortSignal.any([signal, left.signal]);
  const mailbox = new Mailbox<Heard>();
  const listening = listen(reader, filters, mailbox, either);
  try {
    yield* mailbox.items(either);
  } finally {
    left.abort();
    await listening;
  }
}

/** Fills the mailbox until the signal aborts. Never rejects. */
async function listen(
  reader: EngineReader,
  filters: EventFilters,
  mailbox: Mailbox<Heard>,
  signal: AbortSignal,
): Promise<void> {
  let since: string | null = null;
  let pause = FIRST_PAUSE_MS;
  let isLost = false;
  while (!signal.aborted) {
    const begun = performance.now();
    try {
      const messages = await reader.events(filters, since, signal);
      mailbox.put({ type: 'gap', reason: isLost ? 'listening again' : 'listening from now on', listening: true });
      isLost = false;
      for await (const message of messages) {
        since = timeOf(message) ?? since;
        mailbox.put({ type: 'message', message });
      }
      throw new Error('the engine ended its events');
    } catch (error) {
      if (signal.aborted) return;
      if (!isLost) mailbox.put({ type: 'gap', reason: reasonOf(error), listening: false });
      isLost = true;
    }
    if (performance.now() - begun > LONGEST_PAUSE_MS) pause = FIRST_PAUSE_MS;
    await sleep(pause, undefined, { signal }).catch(() => undefined);
    pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
  }
}

/**
 * As the engine takes it for the begin of another stream. JSON has rounded the nanoseconds: what comes twice does no harm,
 * and what is left out is covered by the gap.
 */
function timeOf({ timeNano }: EventMessage): string | null {
  if (timeNano === undefined) return null;
  const digits = BigInt(Math.trunc(timeNano)).toString().padStart(10, '0');
  return `${digits.slice(0, -9)}.${digits.slice(-9)}`;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
