import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EngineEvent, Scope } from '../../../src/drivers/driver.ts';
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

  it('leave out what belongs to others', async () => {
    await listen({ ...SCOPE, owners: ['owner-2'] });

    await engine.up();
    await engine.stop();

    expect(events).toEqual([]);
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
});
