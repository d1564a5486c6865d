import { connect } from 'node:net';
import { type Duplex, Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openReader } from '../../../../../src/drivers/docker/api/client.ts';
import type { EngineReader } from '../../../../../src/drivers/docker/api/engine-api.ts';
import type { InsideEndpoint } from '../../../../../src/drivers/docker/connection/endpoint.ts';
import { eventually } from '../../../../support/eventually.ts';
import { containing } from '../../../../support/matching.ts';
import { type Answer, byPath, type FakeEngine, fakeEngine, json, never, silence } from './fake-engine.ts';

/** Answers calls about what is called `slow` only by silence. */
const mostly: Answer = (request, response) => {
  if (request.url?.includes('slow') === true) silence();
  else json({ Name: 'quick' })(request, response);
};

/** The same in a VM, which nobody is let into for a moment. */
function insideOf({ endpoint: { path, text, source } }: FakeEngine): InsideEndpoint {
  const dial = async (): Promise<Duplex> => {
    await sleep(200);
    return connect({ path });
  };
  return { kind: 'inside', target: { path }, dial, text, source };
}

describe('a call that is not answered in time', () => {
  it('of a read says that the engine does not answer, and may be tried again', async () => {
    const engine = await fakeEngine(mostly);

    await expect(engine.reader({ read: 50 }).volume('slow', never)).rejects.toMatchObject({
      code: 'engine_unreachable',
      retryable: true,
      message: containing('did not answer within 0.05 s'),
      fields: { timeout_seconds: 0.05, endpoint: engine.endpoint.text },
    });
  });

  it('of a write says that it failed, for it may still take effect', async () => {
    const engine = await fakeEngine(mostly);

    await expect(engine.writer({ remove: 50 }).removeVolume('slow', never)).rejects.toMatchObject({
      code: 'step_failed',
      retryable: true,
      message: 'cannot remove the volume slow: the engine at ' + engine.endpoint.text + ' did not answer within 0.05 s',
    });
  });

  it('of the first question tells a frozen engine from a slow one', async () => {
    const engine = await fakeEngine(mostly, silence);

    await expect(engine.reader({ connect: 50, read: 60_000 }).volume('quick', never)).rejects.toMatchObject({
      code: 'engine_unreachable',
      message: containing('0.05 s'),
    });
  });

  it('of the first question to an engine in a VM begins once there is a way in', async () => {
    const engine = await fakeEngine(mostly);
    const reader = (way: number): EngineReader => {
      const opened = openReader(insideOf(engine), { deadlines: { connect: 50, way } });
      onTestFinished(() => opened.close());
      return opened;
    };

    await expect(reader(0).volume('quick', never)).rejects.toMatchObject({ message: containing('within 0.05 s') });
    expect(await reader(60_000).volume('quick', never)).toEqual({ Name: 'quick' });
  });

  it('counts a body that stops halfway', async () => {
    const engine = await fakeEngine((_request, response) => void response.writeHead(200).write('{"Name":'));

    await expect(engine.reader({ read: 50 }).volume('quick', never)).rejects.toMatchObject({
      code: 'engine_unreachable',
      message: containing('did not answer'),
    });
  });

  it('leaves every other call alone, and the events too', async () => {
    const engine = await fakeEngine((request, response) => {
      if (request.url?.includes('/events') !== true) {
        mostly(request, response);
        return;
      }
      response.writeHead(200).flushHeaders();
      engine.server.once('tell', () => void response.write('{"Action":"start"}\n'));
    });
    const reader = engine.reader({ read: 1500 });
    const events = await reader.events({}, null, never);

    const slow = reader.volume('slow', never);
    await expect(slow).rejects.toMatchObject({ code: 'engine_unreachable' });
    expect(await reader.volume('quick', never)).toEqual({ Name: 'quick' });
    engine.server.emit('tell');

    for await (const event of events) {
      expect(event).toEqual({ Action: 'start' });
      break;
    }
  });
});

describe('a call whose signal aborts', () => {
  it('rejects with the reason at once, and ends its connection', async () => {
    const engine = await fakeEngine(mostly);
    const quit = new AbortController();
    const call = engine.reader().volume('slow', quit.signal);
    await eventually(() => engine.requests.length === 2, 'the request');

    quit.abort(new Error('enough'));

    await expect(call).rejects.toThrow('enough');
    await eventually(() => engine.connections.at(-1)?.destroyed ?? false, 'the end of the connection');
  });

  it('takes no other call along, nor the first question that all wait for', async () => {
    let pinged: () => void = () => undefined;
    const engine = await fakeEngine(mostly, (_request, response) => {
      pinged = () => void response.writeHead(200, { 'Api-Version': '1.41' }).end();
    });
    const reader = engine.reader();
    const quit = new AbortController();
    const given = reader.volume('first', quit.signal);
    const kept = reader.volume('second', never);
    await eventually(() => engine.requests.length === 1, 'the first question');

    quit.abort(new Error('enough'));
    await expect(given).rejects.toThrow('enough');
    pinged();

    expect(await kept).toEqual({ Name: 'quick' });
  });

  it('that has aborted before sends nothing', async () => {
    const engine = await fakeEngine(mostly);
    const reader = engine.reader();
    await reader.volume('quick', never);

    await expect(reader.volume('other', AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');

    expect(engine.requests).toHaveLength(2);
  });
});

describe('a pull', () => {
  const messages = (last: string): Answer =>
    byPath({
      '/images/create': (_request, response) => {
        response.writeHead(200).write('{"status":"Pulling"}\n{"status":"Down');
        response.write(`loading"}\n${last}`);
      },
    });

  it('may take long, and must not be silent for long', async () => {
    const engine = await fakeEngine(messages(''));
    const seen: (string | undefined)[] = [];

    const pull = async (): Promise<void> => {
      const stream = await engine.writer({ silence: 1500 }).pull('busybox:1', null, null, never);
      for await (const { status } of stream) seen.push(status);
    };

    await expect(pull()).rejects.toMatchObject({ code: 'step_failed', message: containing('1.5 s') });
    expect(seen).toEqual(['Pulling', 'Downloading']);
  });

  it('fails with what the engine says in the middle of it', async () => {
    const engine = await fakeEngine(messages('{"errorDetail":{"message":"no"},"error":"manifest unknown"}\n'));

    const pull = async (): Promise<void> => {
      for await (const _ of await engine.writer().pull('busybox:1', null, null, never));
    };

    await expect(pull()).rejects.toMatchObject({
      code: 'step_failed',
      message: 'cannot pull busybox:1: manifest unknown',
    });
  });
});

describe('an upload', () => {
  const taking: Answer = (request, response) => {
    request.resume();
    request.once('end', () => void response.writeHead(200).end());
  };

  async function* chunks(count: number, pause: number): AsyncGenerator<Buffer> {
    for (let chunk = 0; chunk < count; chunk += 1) {
      await sleep(pause);
      yield Buffer.from(`chunk ${chunk}\n`);
    }
  }

  it('may take long as long as it moves', async () => {
    const engine = await fakeEngine(taking);
    const tar = Readable.from(chunks(10, 200));

    await engine.writer({ silence: 1500 }).writeArchive('web', '/data', tar, never);

    expect(tar.readableEnded).toBe(true);
  });

  it('is heard to its end by an engine that answers whoever goes at once', async () => {
    // As Go's HTTP server does it: what is still to come meets a closed connection.
    const hasty: Answer = (request, response) => {
      if (request.headers.connection === 'close') request.once('data', () => request.socket.destroy());
      else taking(request, response);
    };
    const engine = await fakeEngine(hasty);
    const tar = Readable.from(chunks(3, 50));

    await engine.writer().writeArchive('web', '/data', tar, never);

    expect(tar.readableEnded).toBe(true);
    const [connection] = engine.connections.slice(-1);
    await eventually(() => connection?.destroyed === true, 'the connection to be closed');
  });

  it('must not be silent for long', async () => {
    const engine = await fakeEngine(taking);
    const tar = new Readable({ read: () => undefined });
    tar.push('the beginning');

    await expect(engine.writer({ silence: 100 }).writeArchive('web', '/data', tar, never)).rejects.toMatchObject({
      code: 'step_failed',
      message: containing('0.1 s'),
    });
  });
});
