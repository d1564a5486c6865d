import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { listenAddress } from '../../../../src/serve/api/listen-address.ts';
import { scratchApi } from '../../../support/api.ts';

const PATH = '/v1/environments/shop/local';

test('the socket needs no token, and TCP does, also for paths that do not exist', async () => {
  await using api = await scratchApi();

  const [socket, none, wrong, missing] = await Promise.all([
    api.ask(PATH),
    api.askTcp(PATH),
    api.askTcp(PATH, { token: 'trueup_guessed' }),
    api.askTcp('/v1/nothing'),
  ]);

  expect(socket.status).toBe(200);
  expect([none.status, wrong.status, missing.status]).toEqual([401, 401, 401]);
  expect(none.headers['www-authenticate']).toBe('Bearer');
  expect(none.json).toMatchObject({ error: { code: 'unauthenticated' } });
});

test('a token is good until it expires or is revoked', async () => {
  await using api = await scratchApi();
  const token = await api.token('viewer', 'laptop', 3_600_000);
  const lasting = await api.token('viewer', 'ci');
  const ask = async (shown: string): Promise<number> => (await api.askTcp(PATH, { token: shown })).status;
  expect([await ask(token), await ask(lasting)]).toEqual([200, 200]);

  api.now += 3_600_000;
  await api.tokens.revoke('ci', new AbortController().signal);

  expect([await ask(token), await ask(lasting)]).toEqual([401, 401]);
});

test('each role may do what it is for and no more', async () => {
  await using api = await scratchApi();
  const asked = [
    [PATH, 'GET'],
    [`${PATH}/plan`, 'POST'],
    [`${PATH}/apply`, 'POST'],
    [`${PATH}/freezes/service.web`, 'DELETE'],
    ['/metrics', 'GET'],
    ['/v1/tokens', 'GET'],
  ] as const;
  const statuses = async (token: string): Promise<readonly number[]> =>
    Promise.all(asked.map(async ([path, method]) => (await api.askTcp(path, { method, token })).status));

  expect(await statuses(await api.token('viewer'))).toEqual([200, 403, 403, 403, 200, 403]);
  expect(await statuses(await api.token('operator'))).toEqual([200, 200, 200, 404, 200, 403]);
  expect(await statuses(await api.token('owner'))).toEqual([200, 200, 200, 404, 200, 200]);
  expect(api.served.all[0]?.asked.map(({ reason }) => reason)).toEqual([
    'asked for by token operator',
    'asked for by token owner',
  ]);
});

test('owners make and revoke tokens, and what is stored is no token', async () => {
  await using api = await scratchApi();
  const owner = await api.token('owner');

  const made = await api.askTcp('/v1/tokens', {
    token: owner,
    json: { name: 'ci', role: 'viewer', expires_in: '720h' },
  });
  const { token } = made.json as { readonly token: string };
  const file = join(api.scratch, 'tokens.json');

  expect(made.status).toBe(201);
  expect((await api.askTcp(PATH, { token })).status).toBe(200);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readFile(file, 'utf8')).not.toContain(token.slice('trueup_'.length));
  expect((await api.askTcp('/v1/tokens/ci', { method: 'DELETE', token: owner })).status).toBe(204);
  expect((await api.askTcp('/v1/tokens/ci', { method: 'DELETE', token: owner })).status).toBe(404);
  expect((await api.askTcp(PATH, { token })).status).toBe(401);
  expect((await api.askTcp('/v1/tokens', { token: owner })).text).not.toContain('sha256');
});

test('commands are run through the socket alone, whoever asks', async () => {
  const asked: unknown[] = [];
  await using api = await scratchApi({
    commands: async (command) => {
      asked.push(command);
      return null;
    },
  });
  const stream = { terminal: false, columns: 0, colors: false };
  const json = { build: '1', words: ['status'], directory: '/', environment: {}, stdout: stream, stderr: stream };

  const remote = await api.askTcp('/v1/command', { json, token: await api.token('owner') });
  const local = await api.ask('/v1/command', { json });

  expect(remote.status).toBe(403);
  expect(local).toMatchObject({ status: 200, json: { run: false } });
  expect(asked).toHaveLength(1);
});

test('two tokens cannot have one name, and a name is plain', async () => {
  await using api = await scratchApi();
  await api.token('viewer', 'ci');

  await expect(api.token('owner', 'ci')).rejects.toMatchObject({ code: 'usage' });
  await expect(api.token('owner', '../ci')).rejects.toMatchObject({ code: 'usage' });
});

test('a damaged file of tokens lets nobody in', async () => {
  await using api = await scratchApi();
  const token = await api.token('owner');

  await writeFile(join(api.scratch, 'tokens.json'), '{"format_version": "1.0", "tokens": [{}]}');

  expect((await api.askTcp(PATH, { token })).status).toBe(500);
});

test('pages of other sites get nothing, whatever they know', async () => {
  await using api = await scratchApi();
  const token = await api.token('owner');
  const statuses = await Promise.all(
    [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ].map(async (headers) => api.askTcp(PATH, { token, headers })),
  );

  expect(statuses.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
  for (const { headers } of statuses) expect(Object.keys(headers).join()).not.toContain('access-control');
  const preflight = await api.askTcp(PATH, { method: 'OPTIONS', headers: { origin: 'https://evil.example' } });
  expect(preflight.status).toBe(403);
  expect(preflight.headers['access-control-allow-origin']).toBeUndefined();
});

test('a name that DNS has led here is refused, and names of our own are not', async () => {
  await using api = await scratchApi({ tcp: { listen: '127.0.0.1:0', tls: null, hosts: ['hooks.example.com'] } });
  const token = await api.token('owner');
  const ask = async (host: string): Promise<number> => (await api.askTcp(PATH, { token, headers: { host } })).status;

  const foreign = ['evil.example', 'evil.example:8440', '127.0.0.1.evil.example', 'localhost.evil.example', '10.0.0.1'];
  const own = ['localhost', 'LOCALHOST:1', '127.0.0.1:8440', '[::1]:8440', 'hooks.example.com', 'hooks.example.com.'];

  expect(await Promise.all(foreign.map(ask))).toEqual([403, 403, 403, 403, 403]);
  expect(await Promise.all(own.map(ask))).toEqual([200, 200, 200, 200, 200, 200]);
  // Even what says nothing is not said to them.
  expect((await api.askTcp('/livez', { headers: { host: 'evil.example' } })).status).toBe(403);
});

test('who asks too often waits, each token and address for itself', async () => {
  await using api = await scratchApi({ rates: { perToken: 5, perAddress: 3 } });
  const [one, other] = [await api.token('viewer', 'one'), await api.token('viewer', 'other')];
  const ask = async (token?: string): Promise<number> =>
    (await api.askTcp(PATH, token === undefined ? {} : { token })).status;

  const statuses: number[] = [];
  for (let index = 0; index < 6; index += 1) statuses.push(await ask(one));
  const guesses: number[] = [];
  for (let index = 0; index < 5; index += 1) guesses.push(await ask(`trueup_guess${index}`));
  const limited = await api.askTcp(PATH);

  expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
  expect(guesses).toEqual([401, 401, 401, 429, 429]);
  expect(await ask(other)).toBe(200);
  expect(Number(limited.headers['retry-after'])).toBeGreaterThan(0);
  expect(limited.json).toMatchObject({ error: { code: 'too_many_requests' } });
  for (let index = 0; index < 10; index += 1) expect((await api.ask(PATH)).status).toBe(200);
});

test('who only asks whether the daemon lives and is ready has a limit of its own', async () => {
  await using api = await scratchApi({ rates: { perToken: 5, perAddress: 3, perProbe: 6 } });
  const ask = async (path: string): Promise<number> => (await api.askTcp(path)).status;

  const alive: number[] = [];
  for (let index = 0; index < 5; index += 1) alive.push(await ask('/livez'));
  const others: number[] = [];
  for (let index = 0; index < 4; index += 1) others.push(await ask(PATH));

  expect(alive).toEqual([200, 200, 200, 200, 200]);
  expect(others).toEqual([401, 401, 401, 429]);
  expect([await ask('/readyz'), await ask('/readyz')]).toEqual([200, 429]);
});

test('only loopback is listened on without a certificate', () => {
  for (const near of ['127.0.0.1:8440', '127.9.9.9:1', '[::1]:8440', 'localhost:8440', '8440']) {
    expect(listenAddress(near, null).port).toBeGreaterThan(0);
  }
  for (const far of ['0.0.0.0:8440', '[::]:8440', '192.168.1.2:8440', 'example.com:8440', '[::ffff:8.8.8.8]:1']) {
    expect(() => listenAddress(far, null)).toThrow(/without a certificate/);
  }
  for (const wrong of ['', 'localhost', '127.0.0.1:', ':::1', '127.0.0.1:99999', 'http://127.0.0.1:80']) {
    expect(() => listenAddress(wrong, null), wrong).toThrow(/not an address and a port/);
  }
});

test('a port that is taken is said so', async () => {
  await using api = await scratchApi();
  const taken = `127.0.0.1:${api.api.port ?? 0}`;

  await expect(scratchApi({ tcp: { listen: taken, tls: null, hosts: [] } })).rejects.toMatchObject({
    code: 'listen_failed',
    fields: { address: taken },
  });
});
