import { describe, expect, it } from 'vitest';
import type { Observer } from '../../../src/drivers/driver.ts';
import type { EngineEvent } from '../../../src/drivers/engine-event.ts';
import { EventFeed } from '../../../src/reconcile/gates/event-feed.ts';

const WEB = { type: 'service', name: 'web' } as const;
const SCOPE = { owners: [], project: 'shop', environment: 'local', names: {} };

/** An engine that says one thing at once, and nothing more until it is closed. */
function saying(event: EngineEvent): Observer {
  return {
    observe: () => Promise.reject(new Error('not asked')),
    async *events(_scope, signal) {
      yield event;
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    },
    async *logs() {},
    close: () => Promise.resolve(),
  };
}

describe('the feed of events', () => {
  it.each<EngineEvent>([
    { type: 'changed', object: WEB, action: 'died' },
    { type: 'gap', reason: 'reconnected' },
  ])('does not pause for what happened since the last look: $type', async (event) => {
    const feed = new EventFeed(saying(event), SCOPE);
    const look = feed.mark(WEB);
    await new Promise((resolve) => setImmediate(resolve));

    await expect(feed.pause(WEB, 3_600_000, new AbortController().signal, look)).resolves.toBeUndefined();

    await feed.close();
  });
});
