import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { connectTo } from '../../../../../src/drivers/kubernetes/api/connect.ts';
import { isSilence } from '../../../../../src/drivers/kubernetes/api/problems.ts';
import { readingApi } from '../../../../../src/drivers/kubernetes/api/reading.ts';
import { containing } from '../../../../support/matching.ts';

const { signal } = new AbortController();
let server: Server | null = null;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = null;
});

async function serve(listener: RequestListener): Promise<string> {
  const started = createServer(listener);
  server = started;
  await new Promise<void>((resolve) => void started.listen(0, '127.0.0.1', resolve));
  const address = started.address();
  return kubeconfigOf(typeof address === 'object' && address !== null ? address.port : 0);
}

function kubeconfigOf(port: number): string {
  return JSON.stringify({
    kind: 'Config',
    clusters: [{ name: 'c', cluster: { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'u', user: { token: 'abc' } }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  });
}

test('a patch carries its credentials, its query and its own content type', async () => {
  const seen: unknown[] = [];
  const api = await connectTo(
    await serve((request, response) => {
      const { method, url, headers } = request;
      seen.push({ method, url, type: headers['content-type'], authorization: headers.authorization });
      response.end('{"ok":true}');
    }),
  );

  const answer = await api.ask(
    {
      method: 'PATCH',
      path: '/api/v1/x',
      query: { dryRun: 'All' },
      body: {},
      contentType: 'application/apply-patch+yaml',
    },
    signal,
  );

  expect(answer).toMatchObject({ status: 200, body: { ok: true } });
  expect(seen).toEqual([
    {
      method: 'PATCH',
      url: '/api/v1/x?dryRun=All',
      type: 'application/apply-patch+yaml',
      authorization: 'Bearer abc',
    },
  ]);
});

test('what is no JSON is text', async () => {
  const api = await connectTo(await serve((_, response) => void response.writeHead(500).end('[-]etcd failed')));

  expect(await api.ask({ path: '/readyz' }, signal)).toEqual({ status: 500, body: null, text: '[-]etcd failed' });
});

test('a server that does not let us in cannot be reached', async () => {
  const api = await connectTo(
    await serve((_, response) => void response.writeHead(401).end('{"message":"Unauthorized"}')),
  );

  await expect(api.ask({ path: '/api' }, signal)).rejects.toMatchObject({
    code: 'engine_unreachable',
    message: containing('does not let the kubeconfig in: Unauthorized'),
  });
});

test('nobody listening is said in words', async () => {
  const text = await serve(() => undefined);
  const stopped = server;
  await new Promise((resolve) => stopped?.close(resolve));
  const api = await connectTo(text);

  await expect(api.ask({ path: '/api' }, signal)).rejects.toMatchObject({
    code: 'engine_unreachable',
    retryable: true,
    message: containing('nothing listens there'),
  });
});

test('a server that hangs is given up on', async () => {
  const api = await connectTo(await serve(() => undefined), 20);

  const error = await api.ask({ path: '/api' }, signal).catch((thrown: unknown) => thrown);

  expect(error).toMatchObject({ code: 'engine_unreachable', message: containing('no answer within 0.02 s') });
  expect(isSilence(error)).toBe(true);
});

test('a call that has to wait for a socket is given its whole time once it has one', async () => {
  const held = 8;
  let asked = 0;
  const listener: RequestListener = (_, response) => {
    asked += 1;
    setTimeout(() => response.end('{}'), asked <= held ? 600 : 0);
  };
  const api = await connectTo(await serve(listener), 60_000);
  const others = Array.from({ length: held }, () => api.ask({ path: '/api' }, signal));

  const last = api.ask({ path: '/api', timeoutMs: 500 }, signal);

  await expect(last).resolves.toMatchObject({ status: 200 });
  await Promise.all(others);
  api.close();
});

test('aborting ends a call with the reason of the signal', async () => {
  const controller = new AbortController();
  const api = await connectTo(await serve(() => controller.abort(new Error('enough'))));

  await expect(api.ask({ path: '/api' }, controller.signal)).rejects.toThrow('enough');
});

test('an observer may read and try out, and nothing else', async () => {
  const api = readingApi(await connectTo(await serve((_, response) => void response.end('{}'))));

  await expect(api.ask({ path: '/api' }, signal)).resolves.toMatchObject({ status: 200 });
  await expect(
    api.ask({ method: 'PATCH', path: '/api', query: { dryRun: 'All' }, body: {} }, signal),
  ).resolves.toMatchObject({ status: 200 });
  await expect(api.ask({ method: 'PATCH', path: '/api', body: {} }, signal)).rejects.toThrow('must not PATCH /api');
  await expect(api.ask({ method: 'DELETE', path: '/api', query: { dryRun: 'All' } }, signal)).rejects.toThrow(
    'must not',
  );
});
