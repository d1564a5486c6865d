/**
 * The engine's events for as long as anybody listens: it connects again whenever the connection is lost, and says `gap`
 * when it was lost and when it stands again, and so with an engine that hangs and then goes on. It reads ahead, because an engine drops events for who is slow to read.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineReader } from '../api/engine-api.ts';
import type { EventMessage } from '../api/wire.ts';
import { DEAF, type Ear, type EventFilters } from './ear.ts';
import { feelPulse } from './engine-pulse.ts';
import { Mailbox } from './mailbox.ts';

export type Heard =
  | { readonly type: 'message'; readonly message: EventMessage }
  /** Whether the engine is listened to from now on, or lost from now on. */
  | { readonly type: 'gap'; readonly reason: string; readonly listening: boolean };

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5000;

export interface HearOptions {
  readonly ear?: Ear;
  /** ISO 8601: what the engine remembers from then on comes first; `null` for what is new alone. */
  readonly since?: string | null;
}

/** Begins with a gap once it listens. Ends without a word when the signal aborts, and never throws. */
export async function* hear(
  reader: EngineReader,
  filters: EventFilters,
  signal: AbortSignal,
  { ear = DEAF, since = null }: HearOptions = {},
): AsyncGenerator<Heard> {
  const left = new AbortController();
  const either = AbortSignal.any([signal, left.signal]);
  const mailbox = new Mailbox<Heard>();
  const listening = listen({ reader, filters, mailbox, ear, since }, either);
  try {
    yield* mailbox.items(either);
  } finally {
    left.abort();
    ear.lost();
    await listening;
  }
}

interface Listening {
  readonly reader: EngineReader;
  readonly filters: EventFilters;
  readonly mailbox: Mailbox<Heard>;
  /** Told at once of what the mailbox is read for later. */
  readonly ear: Ear;
  readonly since: string | null;
}

/** Fills the mailbox until the signal aborts. Never rejects. */
async function listen({ reader, filters, mailbox, ear, ...begin }: Listening, signal: AbortSignal): Promise<void> {
  let since = begin.since === null ? null : secondsOf(begin.since);
  let pause = FIRST_PAUSE_MS;
  let isLost = false;
  let hangUp = new AbortController();
  function lost(reason: string): void {
    if (!isLost) mailbox.put({ type: 'gap', reason, listening: false });
    isLost = true;
  }
  using _pulse = feelPulse(reader, {
    silent(why) {
      reader.doubt();
      lost(why);
    },
    // What it has told meanwhile may have gone astray.
    answers: () => hangUp.abort(),
  });
  while (!signal.aborted) {
    const begun = performance.now();
    hangUp = new AbortController();
    try {
      const messages = await reader.events(filters, since, AbortSignal.any([signal, hangUp.signal]));
      mailbox.put({ type: 'gap', reason: isLost ? 'listening again' : 'listening from now on', listening: true });
      isLost = false;
      ear.opened();
      for await (const message of messages) {
        ear.heard(message);
        since = timeOf(message) ?? since;
        mailbox.put({ type: 'message', message });
      }
      throw new Error('the engine ended its events');
    } catch (error) {
      ear.lost();
      if (signal.aborted) return;
      lost(reasonOf(error));
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

function secondsOf(moment: string): string | null {
  const milliseconds = Date.parse(moment);
  return Number.isNaN(milliseconds) ? null : (milliseconds / 1000).toFixed(3);
}

/** When it was, by the engine's clock. */
export function momentOf({ timeNano }: EventMessage): string | null {
  if (timeNano === undefined) return null;
  const moment = new Date(Math.round(timeNano / 1e6));
  return Number.isNaN(moment.getTime()) ? null : moment.toISOString();
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
