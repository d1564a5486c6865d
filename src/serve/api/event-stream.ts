/**
 * Server-sent events. A stream is written to only while its reader takes what it gets: what a slow one misses is said as a
 * gap, and one that takes nothing for long is closed. Nothing is asked of the daemon while nobody follows.
 */
import type { ServerResponse } from 'node:http';
import type { ServeEvent } from '../../model/serve-event.ts';
import { cloudEvents } from '../../report/cloud-event.ts';
import { eventIdOf } from '../event-id.ts';
import type { Served } from '../served.ts';
import { EventRing, type Place } from './event-ring.ts';

export interface EventStreamOptions {
  readonly mask: (text: string) => string;
  /** How often a sign of life is sent. */
  readonly beatMs?: number;
  /** After how long a stream that takes nothing is closed. */
  readonly stalledMs?: number;
  /** For how long the last events are kept when nobody follows any more. */
  readonly keepMs?: number;
  /** How many may follow at once. */
  readonly most?: number;
  readonly ring?: EventRing;
}

interface Follower {
  readonly response: ServerResponse;
  /** The environments that are followed; `null` for all. */
  readonly environment: string | null;
  place: Place;
  /** Since when it takes nothing, in milliseconds of the process; `null` while it does. */
  stalledAt: number | null;
}

export class EventStreams implements Disposable {
  readonly #served: Served;
  readonly #mask: (text: string) => string;
  readonly #options: Required<Omit<EventStreamOptions, 'mask' | 'ring'>>;
  readonly #followers = new Set<Follower>();
  #ring: EventRing;
  #subscription: Disposable | null = null;
  #beat: NodeJS.Timeout | null = null;
  #quietSince: number | null = null;

  constructor(served: Served, { mask, ring = new EventRing(), ...options }: EventStreamOptions) {
    this.#served = served;
    this.#mask = mask;
    this.#ring = ring;
    this.#options = { beatMs: 15_000, stalledMs: 30_000, keepMs: 60_000, most: 1000, ...options };
  }

  get size(): number {
    return this.#followers.size;
  }

  /** Whether one more may follow. */
  get hasRoom(): boolean {
    return this.#followers.size < this.#options.most;
  }

  /** Sends events until the reader goes. `lastId` is the last one that it has seen; `null` begins with the next. */
  follow(response: ServerResponse, lastId: string | null, environment: string | null): void {
    this.#begin();
    const seen = lastId === null ? this.#ring.end : this.#ring.after(lastId);
    const follower: Follower = { response, environment, place: seen ?? this.#ring.end, stalledAt: null };
    this.#followers.add(follower);
    response.on('drain', () => {
      follower.stalledAt = null;
      this.#advance(follower);
    });
    response.on('close', () => this.#followers.delete(follower));
    response.on('error', () => response.destroy());
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    this.#write(follower, seen === null ? gapText('what came after that event is not kept') : ': here\n\n');
    this.#advance(follower);
  }

  [Symbol.dispose](): void {
    for (const { response } of this.#followers) response.end();
    this.#followers.clear();
    this.#end();
  }

  #begin(): void {
    this.#quietSince = null;
    this.#subscription ??= this.#served.subscribe((event) => this.#add(event));
    if (this.#beat !== null) return;
    this.#beat = setInterval(() => this.#tick(performance.now()), this.#options.beatMs);
    this.#beat.unref();
  }

  #end(): void {
    this.#subscription?.[Symbol.dispose]();
    this.#subscription = null;
    if (this.#beat !== null) clearInterval(this.#beat);
    this.#beat = null;
    // What happens from now on is not in it, so nothing may go on from it.
    this.#ring = new EventRing();
  }

  #add(event: ServeEvent): void {
    for (const told of cloudEvents(event, { id: eventIdOf(event), mask: this.#mask })) {
      const text = `id: ${told.id}\nevent: ${told.type}\ndata: ${JSON.stringify(told)}\n\n`;
      this.#ring.add({ id: told.id, environment: event.environment, text });
    }
    for (const follower of this.#followers) this.#advance(follower);
  }

  /** Hands on what there is, as long as the reader takes it. */
  #advance(follower: Follower): void {
    while (follower.stalledAt === null) {
      const next = this.#ring.at(follower.place);
      if (next === null) return;
      if ('goOnAt' in next) {
        follower.place = next.goOnAt;
        this.#write(follower, gapText('it was read too slowly'));
        continue;
      }
      follower.place += 1;
      if (follower.environment === null || follower.environment === next.environment) this.#write(follower, next.text);
    }
  }

  #write(follower: Follower, text: string): void {
    const isTaken = follower.response.write(text);
    if (!isTaken) follower.stalledAt ??= performance.now();
  }

  #tick(now: number): void {
    for (const follower of this.#followers) {
      if (follower.stalledAt === null) this.#write(follower, ': here\n\n');
      else if (now - follower.stalledAt > this.#options.stalledMs) follower.response.destroy();
    }
    if (this.#followers.size > 0) return;
    this.#quietSince ??= now;
    if (now - this.#quietSince > this.#options.keepMs) this.#end();
  }
}

/** No event of the daemon's, and no CloudEvent: it is about this stream alone. */
function gapText(reason: string): string {
  return `event: gap\ndata: ${JSON.stringify({ reason })}\n\n`;
}
