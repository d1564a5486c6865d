import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fetchedImage } from '../../../../../src/drivers/libvirt/volumes/fetch-image.ts';

const DIGEST = `sha256:${createHash('sha256').update('the image').digest('hex')}`;
const CONTEXT = { signal: new AbortController().signal, progress: () => undefined };

describe('an image that is fetched', () => {
  let folder: string;
  let server: Server;
  let answers: string[];
  let url: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'trueup-test-'));
    vi.stubEnv('XDG_CACHE_HOME', folder);
    answers = ['an error page', 'the image'];
    server = createServer((_request, response) => response.end(answers.shift() ?? 'gone'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/image`;
  });

  afterEach(async () => {
    vi.unstubAllEnvs();
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true });
  });

  it('and is another one is not kept: the next time it is fetched again', async () => {
    await expect(fetchedImage(url, DIGEST, CONTEXT)).rejects.toThrow('is another one');
    expect(await readdir(join(folder, 'trueup/images'))).toEqual([]);

    const file = await fetchedImage(url, DIGEST, CONTEXT);

    expect(await readFile(file, 'utf8')).toBe('the image');
    expect(await fetchedImage(url, DIGEST, CONTEXT)).toBe(file);
  });
});
