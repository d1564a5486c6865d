import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EngineEvent } from '../../../src/drivers/engine-event.ts';
import type { Scope } from '../../../src/drivers/scope.ts';
import { eventually, kill, pidOf, readProc, SCOPE, serviceConfig, TestEngine } from './support.ts';

let engine: TestEngine;
let controller: AbortController;
let events: EngineEvent[];
let listening: Promise<void>;

beforeEach(() => {
  engine = new TestEngine();
  controller = new AbortController();
  events = [];
});
afterEach(async () => {
  controller.abort();
  await listening;
  await engine.end();
});

/** Listens, and returns once the first look was taken, after which nothing is missed. */
async function listen(scope: Scope = SCOPE): Promise<void> {
  listening = (async () => {
    for await (const event of engine.observer.events(scope, controller.signal)) events.push(event);
  })();
  await seen((event) => event.type === 'gap');
  events.length = 0;
}

function seen(matches: (event: EngineEvent) => boolean): Promise<true> {
  return eventually(() => events.some(matches), 'the event');
}

function changed(action: string, name = 'shop-web-1'): (event: EngineEvent) => boolean {
  return (event) => event.type === 'changed' && event.action === action && event.object.name === name;
}

describe('events', () => {
  it('say what becomes of a service from its making to its removal', async () => {
    await listen();

    await engine.run('create', { name: 'shop-web-1', config: serviceConfig(), volumes: {} });
    await seen(changed('created'));
    await engine.run('start', { name: 'shop-web-1' });
    await seen(changed('running'));
    await engine.run('update', { name: 'shop-web-1', config: serviceConfig({ labels: { a: 'b' } }), volumes: {} });
    await seen(changed('updated'));
    await engine.stop();
    await seen(changed('stopped'));
    await engine.remove();
    await seen(changed('removed'));
  });

  it('say that a command was killed', async () => {
    const object = await engine.up();
    await listen();

    kill(pidOf(object));

    await seen(changed('failed'));
  });

  it('say what leaves no record: a pause, its end, and the death of a supervisor', async () => {
    const object = await engine.up();
    await listen();

    kill(pidOf(object), 'SIGSTOP');
    await seen(changed('paused'));
    kill(pidOf(object), 'SIGCONT');
    await seen(changed('running'));
    kill(Number(readProc(pidOf(object), 'stat').split(' ')[3]));
    await seen(changed('dead'));
  });

  it('say that an entry was changed by hand', async () => {
    await engine.up();
    await listen();

    writeFileSync(join(engine.folder(), 'entry.json'), '{');

    await seen(changed('updated'));
  });

  it('say what happens to volumes', async () => {
    await listen();

    await engine.run('create_volume', { name: 'shop_data', config: {} }, 'volume.data');
    await seen(changed('created', 'shop_data'));
    await engine.run('remove_volume', { name: 'shop_data' }, 'volume.data');
    await seen(changed('removed', 'shop_data'));
  });

  it('say when the data of a volume goes, and when it is back', async () => {
    await engine.run('create_volume', { name: 'shop_data', config: {} }, 'volume.data');
    const data = join(engine.root, 'volumes', 'shop_data', 'data');
    await listen();

    rmSync(data, { recursive: true });
    await seen(changed('removed', 'shop_data'));
    mkdirSync(data);

    await seen(changed('created', 'shop_data'));
  });

  it('leave out what belongs to others', async () => {
    await listen({ ...SCOPE, owners: ['owner-2'], names: { volume: ['shop_last'] } });

    await engine.up();
    await engine.stop();
    await engine.run('create_volume', { name: 'shop_last', config: {} }, 'volume.last');
    await seen(changed('created', 'shop_last'));

    expect(events.filter((event) => !(event.type === 'changed' && event.object.name === 'shop_last'))).toEqual([]);
  });

  it('say when they may have missed something', async () => {
    await listen();
    mkdirSync(engine.root, { recursive: true });

    writeFileSync(join(engine.root, 'services'), 'not a folder');
    await seen((event) => event.type === 'gap' && event.reason === 'the registry cannot be read');
    events.length = 0;
    rmSync(join(engine.root, 'services'));
    await seen((event) => event.type === 'gap');
    await engine.up();
    await seen(changed('created'));
  });

  it('end when nobody listens any more', async () => {
    await listen();

    controller.abort();

    await listening;
  });

  it('of one registry come to each who listens, and to the others when one leaves', async () => {
    const object = await engine.up();
    await listen();
    const second = engine.observer.events(SCOPE, controller.signal)[Symbol.asyncIterator]();
    await expect(second.next()).resolves.toMatchObject({ value: { type: 'gap' } });
    const told = second.next();

    kill(pidOf(object));

    await seen(changed('failed'));
    await expect(told).resolves.toMatchObject({ value: { action: 'failed' } });
    await second.return?.();
    await engine.remove();
    await seen(changed('removed'));
  });

  it('become a gap for who does not take them', async () => {
    const stream = engine.observer.events(SCOPE, controller.signal)[Symbol.asyncIterator]();
    await stream.next();
    await listen();
    for (let number = 0; number < 1200; number += 1) {
      const folder = join(engine.root, 'volumes', `shop_${number}`);
      mkdirSync(join(folder, 'data'), { recursive: true });
      const ownership = { owner: 'owner-1', project: 'shop', environment: 'local', address: 'volume.data' };
      writeFileSync(join(folder, 'entry.json'), JSON.stringify({ id: 'v', created_at: '', ownership, config: {} }));
    }
    // Who takes them has all of them by then, or was told of too much as well.
    await eventually(() => events.length >= 1200 || events.some(({ type }) => type === 'gap'), 'the volumes');

    await expect(stream.next()).resolves.toEqual({
      done: false,
      value: { type: 'gap', reason: 'too much happened at once' },
    });
    listening = Promise.all([listening, stream.return?.()]).then(() => undefined);
  });

  it('are none where nobody listened from the beginning', async () => {
    await engine.up();

    for await (const event of engine.observer.events(SCOPE, AbortSignal.abort())) events.push(event);

    expect(events).toEqual([]);
  });
});
