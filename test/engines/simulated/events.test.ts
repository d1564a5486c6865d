import { describe, expect, it } from 'vitest';
import type { EngineEvent } from '../../../src/drivers/engine-event.ts';
import type { EventTraps } from '../../support/simulated/options.ts';
import { OWNER } from '../../support/simulated/reconcile.ts';
import { type Scene, scene } from './scene.ts';
import { SEALER } from '../../support/sealer.ts';

/** What an observer hears of two services being made, of which one is in its scope. */
async function heard(
  events: Partial<EventTraps>,
  act: (stage: Scene) => void = () => {},
): Promise<readonly EngineEvent[]> {
  const stage = scene({ events });
  const observer = await stage.driver.observer({ name: 'simulated', driver: 'simulated', settings: {} }, SEALER);
  const scope = { owners: [OWNER], project: 'shop', environment: 'local', names: { service: ['wanted'] } };
  const ended = new AbortController();
  const found: EngineEvent[] = [];
  const stream = observer.events(scope, ended.signal)[Symbol.asyncIterator]();
  const listening = (async (): Promise<void> => {
    for (let next = await stream.next(); next.done !== true; next = await stream.next()) found.push(next.value);
  })();

  stage.engine.world.addForeign({ name: 'wanted' });
  stage.engine.world.addForeign({ name: 'of somebody else' });
  act(stage);
  await new Promise((resolve) => setImmediate(resolve));
  ended.abort();
  await listening;
  return found;
}

const CREATED: EngineEvent = { type: 'changed', object: { type: 'service', name: 'wanted' }, action: 'create' };

describe('events of the simulated engine', () => {
  it('are heard by those in whose scope they lie', async () => {
    expect(await heard({})).toEqual([CREATED]);
  });

  it('can be lost, and a gap says so', async () => {
    expect(await heard({ lose: 1 })).toEqual([
      { type: 'gap', reason: 'an event was lost' },
      { type: 'gap', reason: 'an event was lost' },
    ]);
  });

  it('can be lost without a word', async () => {
    expect(await heard({ lose: 1, announce_loss: false })).toEqual([]);
  });

  it('can come twice', async () => {
    expect(await heard({ duplicate: 1 })).toEqual([CREATED, CREATED]);
  });

  it('can be late', async () => {
    expect(await heard({ delay: 500 })).toEqual([]);
    expect(await heard({ delay: 500 }, ({ engine }) => engine.advance(500))).toEqual([CREATED]);
  });
});
