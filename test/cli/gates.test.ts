import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { scratchRepo } from '../support/cli.ts';
import { MANIFEST } from '../support/shop.ts';

/** What the server answers, by path. */
const ANSWERS: Readonly<Record<string, readonly [status: number, body: string]>> = {
  '/ok': [200, '{"status":"ok","checks":{"db":3}}'],
  '/created': [201, 'made'],
  '/down': [503, 'no table orders'],
};

let server: Server;
let port = 0;

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/hang') return;
    const [status, body] = ANSWERS[request.url ?? ''] ?? [404, 'nothing here'];
    response.writeHead(request.method === 'POST' ? 202 : status).end(body);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  port = typeof address === 'object' ? (address?.port ?? 0) : 0;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

interface Outcome {
  readonly status: number;
  readonly output: string;
}

/** Applies a service with this health check and gives what apply said. */
async function applied(check: object): Promise<Outcome> {
  const timing = { interval: '10s', timeout: '10s', retries: 1 };
  const web = { process: { command: ['sleep', '100'] }, health_check: { ...timing, ...check } };
  await using repo = await scratchRepo({ [MANIFEST]: stringify({ name: 'local', services: { web } }) });
  const { status, stdout, stderr } = await repo.trueup(['apply', '--auto-approve']);
  return { status, output: stdout + stderr };
}

const at = (path: string, more: object = {}): object => ({
  endpoints: [{ url: `http://localhost:${port}${path}`, ...more }],
});

describe('a gate with endpoints', () => {
  it.each([
    { what: 'the default status', check: () => at('/ok') },
    { what: 'an expected status', check: () => at('/created', { expected_status: 201 }) },
    {
      what: 'a status of expected_response',
      check: () => ({ ...at('/created'), expected_response: { status_code: 201 } }),
    },
    { what: 'a POST', check: () => at('/ok', { method: 'POST', expected_status: 202 }) },
    {
      what: 'a body pattern',
      check: () => ({ ...at('/ok'), expected_response: { body_pattern: '"status":"o.?k"?' } }),
    },
    { what: 'a JSON condition', check: () => ({ ...at('/ok'), expected_response: { json_path: "$.status == 'ok'" } }) },
    { what: 'a comparison', check: () => ({ ...at('/ok'), expected_response: { json_path: '$.checks.db >= 3' } }) },
    { what: 'existence', check: () => ({ ...at('/ok'), expected_response: { json_path: '$.checks.db' } }) },
  ])('opens for $what', async ({ check }) => {
    expect(await applied(check())).toMatchObject({ status: 0 });
  });

  it.each([
    {
      what: 'a wrong status, with the body',
      check: () => at('/down'),
      says: ['HTTP 503, expected 200', 'no table orders'],
    },
    {
      what: 'a body that does not match',
      check: () => ({ ...at('/ok'), expected_response: { body_pattern: 'green' } }),
      says: ['does not match /green/'],
    },
    {
      what: 'a JSON condition not met',
      check: () => ({ ...at('/ok'), expected_response: { json_path: '$.checks.db > 3' } }),
      says: ['but not $.checks.db > 3'],
    },
    {
      what: 'a body that is no JSON',
      check: () => ({ ...at('/created', { expected_status: 201 }), expected_response: { json_path: '$.a' } }),
      says: ['but not $.a'],
    },
    { what: 'no answer in time', check: () => at('/hang', { timeout_ms: 80 }), says: ['no answer within 80 ms'] },
    {
      what: 'nobody listening',
      check: () => ({ endpoints: [{ url: 'http://localhost:1/' }] }),
      says: ['ECONNREFUSED'],
    },
  ])('fails for $what', async ({ check, says }) => {
    const { status, output } = await applied(check());

    expect(status).toBe(3);
    for (const text of says) expect(output).toContain(text);
  });
});
