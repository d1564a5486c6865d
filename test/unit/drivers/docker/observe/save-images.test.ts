import { describe, expect, it } from 'vitest';
import { saveImages } from '../../../../../src/drivers/docker/observe/save-images.ts';
import { containing } from '../../../../support/matching.ts';
import { type Answer, byPath, type FakeEngine, fakeEngine, json, never, refusal } from '../api/fake-engine.ts';

function image(size?: number): Answer {
  return json({ Id: 'sha256:1', Os: 'linux', Architecture: 'amd64', ...(size === undefined ? {} : { Size: size }) });
}

async function engineWith(answers: Readonly<Record<string, Answer>>): Promise<FakeEngine> {
  const tar: Answer = (_request, response) => void response.writeHead(200).end('the archive');
  return fakeEngine(
    byPath({ ...answers, '/images/get': tar, '/absent:1/json': refusal(404, 'No such image: absent:1') }),
  );
}

async function textOf(archive: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of archive) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

describe('images on their way from an engine', () => {
  it('are one archive, asked for by every name', async () => {
    const engine = await engineWith({ '/app:1/json': image(40), '/ghcr.io/acme/api:2/json': image(2) });

    const { bytes, archive } = await saveImages(engine.reader(), ['app:1', 'ghcr.io/acme/api:2'], never);

    expect(await textOf(archive)).toBe('the archive');
    expect(bytes).toBe(42);
    expect(engine.requests.at(-1)).toBe('GET /v1.41/images/get?names=app%3A1&names=ghcr.io%2Facme%2Fapi%3A2');
  });

  it('are of no known size where the engine leaves one out', async () => {
    const engine = await engineWith({ '/app:1/json': image(), '/api:2/json': image(2) });

    const { bytes, archive } = await saveImages(engine.reader(), ['app:1', 'api:2'], never);

    expect(bytes).toBeNull();
    expect(await textOf(archive)).toBe('the archive');
  });

  it('are not begun with where one is missing, which is named', async () => {
    const engine = await engineWith({ '/app:1/json': image() });

    await expect(saveImages(engine.reader(), ['app:1', 'absent:1'], never)).rejects.toMatchObject({
      code: 'object_missing',
      message: containing('has no image absent:1'),
      next: containing('trueup pull'),
    });

    expect(engine.requests.filter((line) => line.includes('/images/get'))).toEqual([]);
  });

  it('fail where the engine falls silent in the middle of them', async () => {
    const engine = await fakeEngine(
      byPath({
        '/app:1/json': image(40),
        '/images/get': (_request, response) => void response.writeHead(200).write('the ar'),
      }),
    );

    const { archive } = await saveImages(engine.reader({ silence: 50 }), ['app:1'], never);

    await expect(textOf(archive)).rejects.toMatchObject({ code: 'engine_unreachable' });
  });
});
