import { expect, test } from 'vitest';
import { TrueupError } from '../../../../src/model/failure.ts';
import type { ResourceStatus } from '../../../../src/report/status.ts';
import type { Pass } from '../../../../src/serve/served.ts';
import { scratchApi } from '../../../support/api.ts';
import { eventually } from '../../../support/eventually.ts';
import { memoryServed } from '../../../support/memory-served.ts';
import { schemaErrors } from '../../../support/schemas.ts';

const WEB: ResourceStatus = {
  address: 'service.web',
  engine: 'docker',
  name: 'shop-web-1',
  run_state: 'running',
  health: 'healthy',
  reason: null,
  since: null,
  gate: null,
  restarts: 0,
  image: null,
  ports: [],
  frozen: null,
  details: {},
};

test('lists the environments, and answers how one is with the status document', async () => {
  await using api = await scratchApi({ served: memoryServed(['shop/local', 'shop/staging']) });

  const list = await api.ask('/v1/environments');
  const one = await api.ask('/v1/environments/shop/local');

  expect(list.json).toMatchObject({ environments: [{ id: 'shop/local', state: 'healthy' }, { id: 'shop/staging' }] });
  expect(schemaErrors('status', one.json)).toEqual([]);
  expect(one.json).toMatchObject({ environments: [{ name: 'local', state: 'healthy' }] });
});

test('an unknown environment is 404 with the nearest name', async () => {
  await using api = await scratchApi();

  const { status, json } = await api.ask('/v1/environments/shop/lokal');

  expect(status).toBe(404);
  expect(json).toMatchObject({ error: { code: 'environment_not_found', next: 'did you mean "shop/local"?' } });
  expect(schemaErrors('diagnostics', json)).toEqual([]);
});

test('plans on demand', async () => {
  await using api = await scratchApi();

  const { status, json } = await api.ask('/v1/environments/shop/local/plan', { method: 'POST' });

  expect(status).toBe(200);
  expect(schemaErrors('plan', json)).toEqual([]);
});

test('apply asks for a pass in the name of the caller, and waits for it', async () => {
  await using api = await scratchApi();
  const { promise, resolve } = Promise.withResolvers<Pass>();
  const [environment] = api.served.all;
  if (environment === undefined) throw new Error('no environment');
  const { pass, current } = environment;
  environment.pass = promise;
  environment.current = current === null ? null : { ...current, resources: [WEB] };

  const answer = api.ask('/v1/environments/shop/local/apply', { json: { addresses: ['service.web'] } });
  await eventually(() => environment.asked.length > 0);
  resolve(await pass);

  expect((await answer).json).toMatchObject({
    environment: 'shop/local',
    outcome: 'applied',
    run: { status: 'succeeded' },
  });
  expect(environment.asked).toMatchObject([{ kind: 'request', addresses: ['service.web'], isWord: true }]);
  expect(environment.asked[0]?.reason).toMatch(/^asked for by .+@.+/);
});

test('apply knows what it is asked about, or says that it does not', async () => {
  await using api = await scratchApi();
  const [environment] = api.served.all;
  if (environment === undefined || environment.current === null) throw new Error('no environment');
  environment.current = { ...environment.current, resources: [WEB] };
  const path = '/v1/environments/shop/local/apply';

  const answers = await Promise.all([
    api.ask(path, { json: { addresses: ['service.wep'] } }),
    api.ask(`${path}?wait=false`, { json: { addresses: ['service.web', 'service.nobody'] } }),
  ]);

  expect(answers.map(({ status }) => status)).toEqual([404, 404]);
  expect(answers[0].json).toMatchObject({
    error: { code: 'address_not_found', next: 'did you mean "service.web"?' },
  });
  expect(environment.asked).toEqual([]);
});

test('apply without waiting answers at once, and how it fails goes to the log', async () => {
  await using api = await scratchApi();
  const [environment] = api.served.all;
  if (environment === undefined) throw new Error('no environment');
  environment.pass = Promise.reject(new TrueupError('locked', 'locked'));
  environment.pass.catch(() => undefined);

  const { status } = await api.ask('/v1/environments/shop/local/apply?wait=false', { method: 'POST' });

  expect(status).toBe(202);
  await eventually(() => api.problems.length === 1);
});

test('a caller that goes away no longer waits', async () => {
  await using api = await scratchApi();
  const [environment] = api.served.all;
  if (environment === undefined) throw new Error('no environment');
  let waiting: AbortSignal | null = null;
  environment.reconcile = async (_trigger, signal) => {
    waiting = signal;
    return Promise.withResolvers<Pass>().promise;
  };
  const { request } = await import('node:http');
  const asked = request({ socketPath: api.socket, path: '/v1/environments/shop/local/apply', method: 'POST' });
  asked.on('error', () => undefined);
  asked.end();

  await eventually(() => waiting !== null);
  asked.destroy();

  await eventually(() => waiting?.aborted === true);
});

test('what is wrong with a body is said, and nothing is guessed', async () => {
  await using api = await scratchApi();
  const path = '/v1/environments/shop/local/apply';

  const answers = await Promise.all([
    api.ask(path, { json: { addreses: [] } }),
    api.ask(path, { json: { addresses: 'service.web' } }),
    api.ask(path, { json: { addresses: ['web'] } }),
    api.ask(path, { body: '{', headers: { 'content-type': 'application/json' } }),
    api.ask(path, { body: 'addresses=web', headers: { 'content-type': 'application/x-www-form-urlencoded' } }),
    api.ask(`${path}?wait=maybe`, { method: 'POST' }),
  ]);

  expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 400, 400, 400]);
  expect(answers[4].text).toContain('Content-Type: application/json');
  for (const { json } of answers) expect(json).toMatchObject({ error: { code: 'invalid_request' } });
});

test('freezes, lists and ends freezes', async () => {
  await using api = await scratchApi();
  const path = '/v1/environments/shop/local/freezes';

  const made = await api.ask(path, { json: { address: 'service.web', for: '30m', reason: 'debugging' } });
  const listed = await api.ask(path);
  const ended = await api.ask(`${path}/service.web`, { method: 'DELETE' });
  const again = await api.ask(`${path}/service.web`, { method: 'DELETE' });

  expect(made.status).toBe(201);
  expect(made.json).toMatchObject({ address: 'service.web', reason: 'debugging' });
  expect(listed.json).toEqual({ freezes: [made.json] });
  expect([ended.status, again.status]).toEqual([204, 404]);
});

test('a freeze needs a reason, and one end that lies ahead and within a week', async () => {
  await using api = await scratchApi();
  const path = '/v1/environments/shop/local/freezes';
  const why = { address: 'service.web', reason: 'debugging' };
  const bodies = [
    why,
    { ...why, for: '30m', until: '2099-01-01T00:00:00Z' },
    { ...why, for: 'soon' },
    { ...why, for: '1800000' },
    { ...why, for: '0s' },
    { ...why, until: '2020-01-01T00:00:00Z' },
    { ...why, until: '2099-01-01T00:00:00Z' },
    { ...why, for: '169h' },
    { ...why, reason: ' ', for: '30m' },
    { ...why, reason: '', for: '30m' },
    { address: 'service.web', for: '30m' },
  ];

  const answers = await Promise.all(bodies.map((json) => api.ask(path, { json })));

  expect(answers.map(({ status }) => status)).toEqual(bodies.map(() => 400));
  expect((await api.ask(path)).json).toEqual({ freezes: [] });
  expect((await api.ask(path, { json: { ...why, for: '168h' } })).status).toBe(201);
});

test('a reason that would begin a line or drive a terminal is refused', async () => {
  await using api = await scratchApi();
  const path = '/v1/environments/shop/local';

  for (const reason of [
    '\u001B[31mred',
    'one\n10:00:00 shop/local  applied',
    'nul\0',
    'c1 \u009B31m',
    'turned \u202E',
  ]) {
    const freeze = { address: 'service.web', for: '30m', reason };
    const answers = [
      await api.ask(`${path}/freezes`, { json: freeze }),
      await api.ask(`${path}/apply`, { json: { reason } }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([400, 400]);
  }

  expect((await api.ask(`${path}/freezes`)).json).toEqual({ freezes: [] });
  const shown = { address: 'service.web', for: '30m', reason: 'größer als 👩‍🔧 – naïve' };
  expect((await api.ask(`${path}/freezes`, { json: shown })).status).toBe(201);
});

test('what nobody understands in a query is an error that names what there is', async () => {
  await using api = await scratchApi();
  const path = '/v1/environments/shop/local';

  const logs = await api.ask(`${path}/logs?address=service.web&folow=true`);
  const plain = [await api.ask(`${path}?nope=1`), await api.ask(`${path}/plan?nope`, { method: 'POST' })];

  expect(logs.status).toBe(400);
  expect(logs.json).toMatchObject({
    error: { code: 'invalid_request', next: 'did you mean "follow"?' },
  });
  expect(plain.map(({ status }) => status)).toEqual([400, 400]);
  expect((await api.ask('/livez?at=now')).status).toBe(200);
});

test('a path that cannot be read is answered as any other error', async () => {
  await using api = await scratchApi();
  const token = await api.token('viewer');

  for (const path of ['/v1/environments/%ff%fe/x', '/v1/environments/%', '/%']) {
    const { status, json, headers } = await api.askTcp(path, { token });

    expect(status).toBe(400);
    expect(json).toMatchObject({ error: { code: 'invalid_request' } });
    expect(schemaErrors('diagnostics', json)).toEqual([]);
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
  }
});

test('no secret stands in the reason of a freeze', async () => {
  await using api = await scratchApi();
  const path = '/v1/environments/shop/local/freezes';

  await api.ask(path, { json: { address: 'service.web', for: '1h', reason: 'is hunter2 wrong?' } });

  expect((await api.ask(path)).json).toMatchObject({ freezes: [{ reason: 'is (secret) wrong?' }] });
  expect(api.served.all[0]?.freezes()[0]?.reason).not.toContain('hunter2');
});

test('an address with slashes can be named in a path', async () => {
  await using api = await scratchApi();
  const path = '/v1/environments/shop/local/freezes';
  const address = `image.ghcr.io/acme/${'deep/'.repeat(40)}api:1`;
  await api.ask(path, { json: { address, for: '1h', reason: 'why' } });

  const { status } = await api.ask(`${path}/${encodeURIComponent(address)}`, { method: 'DELETE' });

  expect(status).toBe(204);
});

test('sends logs as JSON lines with secrets masked', async () => {
  await using api = await scratchApi();
  const [environment] = api.served.all;
  if (environment !== undefined) environment.lines = ['password is hunter2', 'ready'];

  const { text, headers } = await api.ask('/v1/environments/shop/local/logs?address=service.web');

  expect(headers['content-type']).toContain('application/x-ndjson');
  expect(
    text
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line)),
  ).toEqual([
    { stream: 'stdout', at: null, line: 'password is (secret)' },
    { stream: 'stdout', at: null, line: 'ready' },
  ]);
});

test('logs that are followed end with their reader', async () => {
  await using api = await scratchApi();
  let hasEnded = false;
  const [environment] = api.served.all;
  if (environment === undefined) throw new Error('no environment');
  const { logs } = environment;
  environment.logs = async function* follow(...given) {
    try {
      yield* logs(...given);
    } finally {
      hasEnded = true;
    }
  };
  const response = await api.open('/v1/environments/shop/local/logs?address=service.web&follow=true');

  response.destroy();

  await eventually(() => hasEnded);
});

test('is live at once, and ready when every environment has been looked at', async () => {
  await using api = await scratchApi();
  const [environment] = api.served.all;
  if (environment !== undefined) environment.current = null;

  const before = await api.askTcp('/readyz');
  const live = await api.askTcp('/livez');
  if (environment !== undefined) environment.current = memoryServed().all[0]?.current ?? null;
  const after = await api.askTcp('/readyz');

  expect(before).toMatchObject({ status: 503, json: { status: 'not_ready', waiting: 1 } });
  expect(live).toMatchObject({ status: 200, json: { status: 'live' } });
  expect(after).toMatchObject({ status: 200, json: { status: 'ready', waiting: 0 } });
});

test('a defect is told to the log and not to the caller', async () => {
  await using api = await scratchApi();
  const [environment] = api.served.all;
  if (environment !== undefined) environment.plan = async () => Promise.reject(new Error('the inside of hunter2'));

  const { status, text } = await api.ask('/v1/environments/shop/local/plan', { method: 'POST' });

  expect(status).toBe(500);
  expect(text).not.toMatch(/inside|hunter2/);
  expect(api.problems).toHaveLength(1);
});
