import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { EventMessage } from '../../../../../src/drivers/docker/api/wire.ts';
import { eventually } from '../../../../support/eventually.ts';
import { containing } from '../../../../support/matching.ts';
import { type FakeEngine, fakeEngine, never, refusal } from './fake-engine.ts';

interface Listening {
  readonly engine: FakeEngine;
  readonly quit: AbortController;
  readonly seen: string[];
  /** How the loop over the events ended. */
  readonly end: Promise<'ended' | Error>;
  readonly response: ServerResponse;
  close(): Promise<void>;
}

async function listening(): Promise<Listening> {
  const { promise, resolve } = Promise.withResolvers<ServerResponse>();
  const engine = await fakeEngine((_request, response) => {
    response.writeHead(200).flushHeaders();
    resolve(response);
  });
  const [quit, seen] = [new AbortController(), new Array<string>()];
  const reader = engine.reader();
  const events = await reader.events({ type: ['container'] }, null, quit.signal);
  const end = drain(events, seen);
  return { engine, quit, seen, end, response: await promise, close: () => reader.close() };
}

async function drain(events: AsyncIterable<EventMessage>, seen: string[]): Promise<'ended' | Error> {
  try {
    for await (const { Action } of events) seen.push(Action);
    return 'ended';
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

describe('the events of an engine', () => {
  it('are whole however the stream is cut, in the middle of a letter too', async () => {
    const { response, seen, quit, end } = await listening();
    const bytes = Buffer.from('{"Action":"größer"}\n{"Action":"die"}\n\n{"Action":"stop"}\n');

    for (const byte of bytes) response.write(Buffer.of(byte));
    await eventually(() => seen.length === 3, 'three events');
    quit.abort();

    expect(seen).toEqual(['größer', 'die', 'stop']);
    expect(await end).toBe('ended');
  });

  it('are asked for from the moment of the call on, or from the one that is named', async () => {
    const { engine } = await listening();
    const reader = engine.reader();
    await reader.events({}, '1700000000.000000001', never);

    const since = engine.requests.flatMap((request) => /since=([\d.]+)/.exec(request)?.[1] ?? []);

    expect(Math.abs(Number(since[0]) - Date.now() / 1000)).toBeLessThan(60);
    expect(since[1]).toBe('1700000000.000000001');
    expect(engine.requests[1]).toContain(`filters=${encodeURIComponent('{"type":["container"]}')}`);
  });

  it.each(['end', 'destroy'] as const)('throw when the engine goes away by its %s', async (how) => {
    const { response, end } = await listening();

    response[how]();

    expect(await end).toMatchObject({ code: 'engine_unreachable', retryable: true });
  });

  it('throw when what comes is no JSON', async () => {
    const { response, end } = await listening();

    response.write('<html>\n');

    expect(await end).toMatchObject({ code: 'engine_unreachable' });
  });

  it('end quietly when the client is closed', async () => {
    const { end, close } = await listening();

    await close();

    expect(await end).toBe('ended');
  });

  it('end their connection when nobody wants any more of them', async () => {
    const { response, quit } = await listening();
    response.write('{"Action":"start"}\n');

    quit.abort();

    await eventually(() => response.destroyed, 'the end of the connection');
  });

  it('do not end the process when the engine goes away before anybody looks', async () => {
    const { promise, resolve } = Promise.withResolvers<ServerResponse>();
    const engine = await fakeEngine((_request, response) => {
      response.writeHead(200).flushHeaders();
      resolve(response);
    });
    const events = await engine.reader().events({}, null, never);

    (await promise).destroy();
    await eventually(() => engine.connections.at(-1)?.destroyed ?? false, 'the end of the connection');

    expect(await drain(events, [])).toMatchObject({ code: 'engine_unreachable' });
  });

  it('that the engine does not give are an error before any comes', async () => {
    const engine = await fakeEngine(refusal(400, 'invalid filter'));

    await expect(engine.reader().events({ nope: ['x'] }, null, never)).rejects.toMatchObject({
      code: 'step_failed',
      message: containing('invalid filter'),
    });
  });
});

describe('logs', () => {
  it('come as they are, and break off with the reason of the signal', async () => {
    const engine = await fakeEngine((_request, response) => void response.writeHead(200).write(Buffer.of(1, 0, 255)));
    const quit = new AbortController();
    const options = { follow: true, timestamps: true, tail: 5, since: '12.5' };

    const stream = await engine.reader().logs('web', options, quit.signal);
    const chunks: Buffer[] = [];
    const read = (async () => {
      for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
    })();
    await eventually(() => Buffer.concat(chunks).length === 3, 'three bytes');
    quit.abort(new Error('enough'));

    await expect(read).rejects.toThrow('enough');
    expect(Buffer.concat(chunks)).toEqual(Buffer.of(1, 0, 255));
    expect(engine.requests[1]).toBe(
      'GET /v1.41/containers/web/logs?stdout=true&stderr=true&follow=true&timestamps=true&tail=5&since=12.5',
    );
  });
});
