import { describe, expect, it } from 'vitest';
import type { EngineEvent } from '../../../../../src/drivers/engine-event.ts';
import type { Scope } from '../../../../../src/drivers/scope.ts';
import type { EventMessage } from '../../../../../src/drivers/docker/api/wire.ts';
import { watchScope } from '../../../../../src/drivers/docker/observe/events.ts';
import { eventually } from '../../../../support/eventually.ts';
import { FakeReader, LOST } from './fake-reader.ts';
import { container, event, idOf, network, ours, volume } from './fixtures.ts';

const SCOPE: Scope = {
  owners: ['me'],
  project: 'shop',
  environment: 'local',
  names: { service: ['shop-db'], network: ['outer'], volume: ['archive'] },
};

const WEB = idOf('shop-web');

/** What a listener hears of these events; the gap at the beginning is left out. */
async function heardOf(
  messages: readonly EventMessage[],
  reader = new FakeReader(),
  scope = SCOPE,
): Promise<readonly string[]> {
  reader.connections = [
    [...messages, event('container', 'start', 'last', { name: 'the last', ...ours('service.last') })],
  ];
  const heard: string[] = [];
  const ended = new AbortController();
  for await (const one of watchScope(reader, scope, ended.signal)) {
    heard.push(textOf(one));
    if (heard.at(-1) === 'service the last start') ended.abort();
  }
  return heard.slice(1, -1);
}

function textOf(one: EngineEvent): string {
  return one.type === 'gap' ? `gap: ${one.reason}` : `${one.object.type} ${one.object.name} ${one.action}`;
}

describe('events', () => {
  it('begin with a gap once the engine is listened to', async () => {
    const reader = new FakeReader();
    const ended = new AbortController();
    for await (const one of watchScope(reader, SCOPE, ended.signal)) {
      expect(one.type).toBe('gap');
      ended.abort();
    }

    expect(reader.calls[0]).toBe('events now');
  });

  it('begin with those that the engine remembers from a time on, and say when each was', async () => {
    const reader = new FakeReader();
    const timeNano = 1_769_853_600_250_000_000;
    reader.connections = [
      [{ ...event('container', 'die', WEB, { name: 'shop-web', ...ours('service.web') }), timeNano }],
    ];
    const heard: EngineEvent[] = [];
    const ended = new AbortController();
    for await (const one of watchScope(reader, SCOPE, ended.signal, { since: '2026-01-31T10:00:00.250Z' })) {
      heard.push(one);
      if (one.type === 'changed') ended.abort();
    }

    expect(reader.calls[0]).toBe('events 1769853600.250');
    expect(heard.at(-1)).toMatchObject({ type: 'changed', action: 'die', at: '2026-01-31T10:00:00.250Z' });
  });

  it('of containers are heard of ours and of wanted names, whatever others do', async () => {
    const labels = ours('service.web');
    const messages = [
      event('container', 'create', WEB, { name: 'shop-web', ...labels }),
      event('container', 'health_status: healthy', WEB, { name: 'shop-web', ...labels }),
      event('container', 'die', idOf('db'), { name: 'shop-db', exitCode: '137' }),
      event('container', 'start', idOf('x'), { name: 'stranger' }),
      event('container', 'start', idOf('y'), { name: 'other', ...ours('service.web', 'staging') }),
      event('container', 'start', idOf('z'), { name: 'theirs', ...ours('service.web', 'local', 'them') }),
    ];

    expect(await heardOf(messages)).toEqual([
      'service shop-web create',
      'service shop-web health_status: healthy',
      'service shop-db die',
    ]);
  });

  it('leave out what our own probes and reads cause', async () => {
    const labels = { name: 'shop-web', ...ours('service.web') };
    const silent = ['exec_create: true', 'exec_start: true', 'exec_die', 'archive-path', 'top', 'attach', 'resize'];
    const messages = [
      ...silent.map((action) => event('container', action, WEB, labels)),
      event('volume', 'mount', 'archive', { container: WEB }),
      event('volume', 'unmount', 'archive', { container: WEB }),
    ];

    expect(await heardOf(messages)).toEqual([]);
  });

  it('name both names of what was renamed', async () => {
    const renamed = event('container', 'rename', WEB, { name: 'x', oldName: '/shop-web', ...ours('service.web') });

    expect(await heardOf([renamed])).toEqual(['service shop-web rename', 'service x rename']);
  });

  it('of an attachment are those of the container', async () => {
    const reader = new FakeReader();
    reader.inspects = [container('shop-web', { labels: ours('service.web') }), container('stranger')];
    const messages = [
      event('network', 'disconnect', idOf('outer'), { name: 'outer', container: WEB }),
      event('network', 'connect', idOf('outer'), { name: 'outer', container: idOf('stranger') }),
      // As Podman says it.
      event('network', 'disconnect', WEB, { name: 'shop-web' }),
    ];

    expect(await heardOf(messages, reader)).toEqual(['service shop-web disconnect', 'service shop-web disconnect']);
  });

  it('of networks and volumes are heard by their labels, which are asked for, and after their end too', async () => {
    const reader = new FakeReader();
    reader.networkList = [network('old', ours('network.old')), network('foreign')];
    reader.volumeList = [volume('data', ours('volume.data'))];
    const messages = [
      event('network', 'create', idOf('old'), { name: 'old' }),
      event('network', 'create', idOf('foreign'), { name: 'foreign' }),
      event('volume', 'create', 'data'),
      event('volume', 'create', '', { name: 'archive' }),
      event('network', 'destroy', idOf('old'), { name: 'old' }),
      event('volume', 'destroy', 'data'),
      event('network', 'destroy', idOf('never seen'), { name: 'never seen' }),
    ];

    expect(await heardOf(messages, reader)).toEqual([
      'network old create',
      'volume data create',
      'volume archive create',
      'network old destroy',
      'volume data destroy',
    ]);
  });

  it('of a targeted scope are those of its objects alone', async () => {
    const messages = ['shop-web', 'shop-db'].map((name) =>
      event('container', 'start', idOf(name), { name, ...ours('service.web') }),
    );
    const only = [
      { type: 'service', name: 'shop-db' },
      { type: 'service', name: 'the last' },
    ] as const;

    expect(await heardOf(messages, new FakeReader(), { ...SCOPE, only })).toEqual(['service shop-db start']);
  });

  it('that come while the listener is busy are not lost', async () => {
    const reader = new FakeReader();
    const heard: string[] = [];
    const ended = new AbortController();
    const events = watchScope(reader, SCOPE, ended.signal);
    await events.next();

    for (let count = 0; count < 100; count += 1) {
      reader.send(event('container', `start: ${count}`, WEB, { name: 'shop-db' }));
    }
    while (heard.length < 100) {
      const next = await events.next();
      if (next.done !== true) heard.push(textOf(next.value));
    }
    ended.abort();

    expect(heard).toEqual(Array.from({ length: 100 }, (_, count) => `service shop-db start: ${count}`));
  });
});

describe('a lost connection', () => {
  it('is a gap when it is lost and when it stands again, and what happens then is heard', async () => {
    const reader = new FakeReader();
    const started = event('container', 'start', WEB, { name: 'shop-db' });
    reader.connections = [[started, LOST], [LOST], [started]];
    const ended = new AbortController();
    const heard: string[] = [];

    for await (const one of watchScope(reader, SCOPE, ended.signal)) {
      heard.push(textOf(one));
      if (heard.filter((text) => text.endsWith('start')).length === 2) ended.abort();
    }

    expect(heard).toEqual([
      'gap: listening from now on',
      'service shop-db start',
      'gap: the connection was lost',
      'gap: listening again',
      'gap: the connection was lost',
      'gap: listening again',
      'service shop-db start',
    ]);
    expect(reader.calls.filter((call) => call.startsWith('events'))).toEqual([
      'events now',
      'events 1795273111.786029056',
      'events 1795273111.786029056',
    ]);
  });

  it('is no error, however long the engine stays away, and an abort ends the wait for it', async () => {
    const reader = new FakeReader();
    reader.failing.add('events');
    const ended = new AbortController();
    const heard: string[] = [];
    const listening = (async () => {
      for await (const one of watchScope(reader, SCOPE, ended.signal)) heard.push(textOf(one));
    })();
    await eventually(() => reader.calls.length > 2, 'the engine to be asked again');

    ended.abort();

    await listening;
    expect(heard).toEqual(['gap: cannot ask for events']);
  });
});
