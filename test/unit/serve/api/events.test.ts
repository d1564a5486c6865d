import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { EventRing } from '../../../../src/serve/api/event-ring.ts';
import { EventStreams } from '../../../../src/serve/api/event-stream.ts';
import { scratchApi } from '../../../support/api.ts';
import { eventually } from '../../../support/eventually.ts';
import { memoryServed } from '../../../support/memory-served.ts';
import { schemaErrors } from '../../../support/schemas.ts';
import { passEnded, served } from '../../../support/serve-events.ts';

interface Message {
  readonly id: string | null;
  readonly event: string;
  readonly data: Record<string, unknown>;
}

/** What a reader has got until now. */
function reading(response: IncomingMessage): { messages(): readonly Message[] } {
  let text = '';
  response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  response.on('error', () => undefined);
  return {
    messages: () =>
      text
        .split('\n\n')
        .slice(0, -1)
        .filter((part) => !part.startsWith(':'))
        .map((part) => {
          const fields = Object.fromEntries(
            part.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
          );
          const data = JSON.parse(fields['data'] ?? '{}') as Record<string, unknown>;
          return { id: fields['id'] ?? null, event: fields['event'] ?? '', data };
        }),
  };
}

const triggered = (reason: string, environment = 'shop/local'): ReturnType<typeof served> =>
  served({ type: 'triggered', kind: 'git', reason }, { environment });

test('events come as CloudEvents, with secrets masked', async () => {
  await using api = await scratchApi();
  const response = await api.open('/v1/events');
  const reader = reading(response);

  api.served.tell(triggered('commit hunter2'));

  const [message] = await eventually(() => (reader.messages().length > 0 ? reader.messages() : null));
  expect(response.headers['content-type']).toBe('text/event-stream');
  expect(schemaErrors('cloud-event', message?.data)).toEqual([]);
  expect(message).toMatchObject({ event: 'dev.trueup.environment.triggered.v1', data: { id: message?.id } });
  expect(JSON.stringify(message)).not.toContain('hunter2');
  response.destroy();
});

test('only one environment can be followed', async () => {
  await using api = await scratchApi({ served: memoryServed(['shop/local', 'shop/staging']) });
  const response = await api.open('/v1/events?environment=shop%2Fstaging');
  const reader = reading(response);

  api.served.tell(triggered('one', 'shop/local'));
  api.served.tell(triggered('two', 'shop/staging'));

  const [message] = await eventually(() => (reader.messages().length > 0 ? reader.messages() : null));
  expect(message?.data).toMatchObject({ source: 'shop/staging' });
  response.destroy();
});

test('Last-Event-ID goes on behind that event, and says a gap where it is not kept', async () => {
  await using api = await scratchApi();
  const first = await api.open('/v1/events');
  const reader = reading(first);
  for (const reason of ['one', 'two', 'three']) api.served.tell(triggered(reason));
  const seen = await eventually(() => (reader.messages().length === 3 ? reader.messages() : null));

  const again = await api.open('/v1/events', { 'last-event-id': seen[0]?.id ?? '' });
  const unknown = await api.open('/v1/events', { 'last-event-id': 'never-heard-of' });
  const [resumed, gapped] = [reading(again), reading(unknown)];
  await eventually(() => resumed.messages().length === 2 && gapped.messages().length === 1);

  expect(resumed.messages().map(({ id }) => id)).toEqual([seen[1]?.id, seen[2]?.id]);
  expect(gapped.messages()).toMatchObject([{ id: null, event: 'gap' }]);
  for (const response of [first, again, unknown]) response.destroy();
});

test('nothing is asked of the daemon while nobody follows', async () => {
  const events = memoryServed();
  const before = events.listeners;
  await using api = await scratchApi({ served: events });
  const metrics = events.listeners;

  const response = await api.open('/v1/events');
  expect(events.listeners).toBe(metrics + 1);
  expect(before).toBe(0);
  response.destroy();
});

test('who reads too slowly has a gap and goes on; who never reads is closed', async () => {
  const events = memoryServed();
  const ring = new EventRing({ events: 50, characters: 1_000_000 });
  using streams = new EventStreams(events, { mask: (text) => text, ring, beatMs: 20, stalledMs: 5000 });
  const { createServer, get } = await import('node:http');
  const server = createServer((_request, response) => streams.follow(response, null, null));
  // Its buffers are small, unlike those of TCP.
  const socketPath = join(await mkdtemp('/tmp/trueup-test-'), 'events.sock');
  server.listen(socketPath);
  await eventually(() => server.listening);
  const ask = (): Promise<IncomingMessage> => new Promise((resolve) => get({ socketPath, agent: false }, resolve));
  const [slow, deaf] = [await ask(), await ask()];
  for (const response of [slow, deaf]) response.on('error', () => undefined);
  slow.pause();
  deaf.pause();

  // More than every buffer on the way holds.
  const reason = 'x'.repeat(20_000);
  for (let index = 0; index < 500; index += 1) {
    events.tell(triggered(`${index} ${reason}`));
    if (index % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  const reader = reading(slow);
  slow.resume();
  const gap = await eventually(() => reader.messages().find(({ event }) => event === 'gap') ?? null);
  await eventually(() => streams.size === 1, 'the one that never reads to be closed');
  events.tell(triggered('at last'));

  expect(gap.data).toEqual({ reason: 'it was read too slowly' });
  await eventually(() => JSON.stringify(reader.messages().at(-1)).includes('at last'));
  slow.destroy();
  deaf.destroy();
  server.closeAllConnections();
  server.close();
  await rm(dirname(socketPath), { recursive: true });
});

test('what is kept of events is bounded by number and size', () => {
  const ring = new EventRing({ events: 3, characters: 100 });
  const add = (id: string, length: number): void =>
    ring.add({ id, environment: 'shop/local', text: 'x'.repeat(length) });

  for (const id of ['a', 'b', 'c', 'd']) add(id, 10);
  expect(ring.at(0)).toEqual({ goOnAt: 1 });
  expect(ring.after('a')).toBeNull();
  expect(ring.after('b')).toBe(2);
  add('e', 95);
  expect(ring.at(1)).toEqual({ goOnAt: 4 });
  expect(ring.at(4)).toMatchObject({ id: 'e' });
  expect(ring.at(5)).toBeNull();
});

test('what is told of a pass comes with what follows from it, each under an id of its own', async () => {
  await using api = await scratchApi();
  const response = await api.open('/v1/events');
  const reader = reading(response);

  api.served.tell(passEnded());
  api.served.tell(served({ type: 'state_changed', from: 'uninitialized', to: 'healthy', reason: 'applied' }));

  const messages = await eventually(() => (reader.messages().length >= 3 ? reader.messages() : null));
  expect(new Set(messages.map(({ id }) => id)).size).toBe(messages.length);
  response.destroy();
});

test('closing the API ends every stream', async () => {
  const api = await scratchApi();
  const response = await api.open('/v1/events');
  let hasEnded = false;
  response.on('close', () => (hasEnded = true)).on('error', () => undefined);
  response.resume();

  await api[Symbol.asyncDispose]();

  await eventually(() => hasEnded);
  expect(api.served.listeners).toBe(0);
});
