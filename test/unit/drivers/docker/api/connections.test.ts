import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventually } from '../../../../support/eventually.ts';
import { byPath, fakeEngine, json, never } from './fake-engine.ts';

describe('the connections of a client', () => {
  it('are at most 16 for reads, however many come at once', async () => {
    const held: (() => void)[] = [];
    const engine = await fakeEngine((request, response) => void held.push(() => json({})(request, response)));
    const reader = engine.reader();

    const reads = Array.from({ length: 50 }, (_, index) => reader.volume(String(index), never));
    await eventually(
      () => held.length === 16,
      () => `16 requests, ${held.length} came`,
    );
    expect(engine.connections).toHaveLength(16);
    while (engine.requests.length < 51 || held.length > 0) {
      for (const answer of held.splice(0)) answer();
      await eventually(() => held.length > 0 || engine.requests.length === 51, 'the next requests');
    }

    expect(await Promise.all(reads)).toHaveLength(50);
    expect(engine.connections).toHaveLength(16);
  });

  it('are kept from one read to the next, and are fresh for each write', async () => {
    const engine = await fakeEngine(json({ Name: 'data' }));
    const writer = engine.writer();

    for (let round = 0; round < 3; round += 1) await writer.volume('data', never);
    expect(engine.connections).toHaveLength(1);
    for (let round = 0; round < 3; round += 1) await writer.removeVolume('data', never);

    expect(engine.connections).toHaveLength(4);
  });

  it('may be closed by the engine between two reads', async () => {
    const engine = await fakeEngine(json({ Name: 'data' }));
    const reader = engine.reader();
    await reader.volume('data', never);

    for (const connection of engine.connections) connection.destroy();

    expect(await reader.volume('data', never)).toEqual({ Name: 'data' });
  });

  it('do not repeat a write that broke off', async () => {
    const engine = await fakeEngine((_request, response) => void response.destroy());

    await expect(engine.writer().removeVolume('data', never)).rejects.toMatchObject({ code: 'engine_unreachable' });

    expect(engine.requests.filter((request) => request.startsWith('DELETE'))).toHaveLength(1);
  });

  it('do not keep the process alive', async () => {
    const engine = await fakeEngine(byPath({ '/containers/json': json([]) }));
    const script = join(import.meta.dirname, 'children', 'read-once.ts');

    const child = spawn(process.execPath, [script, engine.endpoint.path], { stdio: ['ignore', 'inherit', 'inherit'] });
    const [status] = (await once(child, 'close')) as [number | null];

    expect(status).toBe(0);
    expect(engine.requests).toEqual(['GET /_ping', 'GET /v1.41/containers/json?all=true']);
  });
});
