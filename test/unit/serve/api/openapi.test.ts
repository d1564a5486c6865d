import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { expect, test } from 'vitest';
import { isJsonObject, type Json, type JsonObject, member, memberAt } from '../../../../src/model/json.ts';
import { type Asked, scratchApi } from '../../../support/api.ts';
import { served } from '../../../support/serve-events.ts';

const STREAM = { terminal: false, columns: 0, colors: false };
const COMMAND = { build: '1', words: ['status'], directory: '/', environment: {}, stdout: STREAM, stderr: STREAM };

/** Every route, with a request that works. */
const REQUESTS: readonly { readonly route: string; readonly path: string; readonly json?: Json }[] = [
  { route: 'GET /livez', path: '/livez' },
  { route: 'GET /readyz', path: '/readyz' },
  { route: 'GET /metrics', path: '/metrics' },
  { route: 'GET /openapi.json', path: '/openapi.json' },
  { route: 'GET /v1/environments', path: '/v1/environments' },
  { route: 'GET /v1/environments/{source}/{name}', path: '/v1/environments/shop/local' },
  { route: 'POST /v1/environments/{source}/{name}/plan', path: '/v1/environments/shop/local/plan' },
  { route: 'POST /v1/environments/{source}/{name}/apply', path: '/v1/environments/shop/local/apply' },
  { route: 'POST /v1/environments/{source}/{name}/apply', path: '/v1/environments/shop/local/apply?wait=false' },
  {
    route: 'POST /v1/environments/{source}/{name}/freezes',
    path: '/v1/environments/shop/local/freezes',
    json: { address: 'service.web', for: '1h', reason: 'why' },
  },
  { route: 'GET /v1/environments/{source}/{name}/freezes', path: '/v1/environments/shop/local/freezes' },
  {
    route: 'DELETE /v1/environments/{source}/{name}/freezes/{address}',
    path: '/v1/environments/shop/local/freezes/service.web',
  },
  {
    route: 'GET /v1/environments/{source}/{name}/logs',
    path: '/v1/environments/shop/local/logs?address=service.web',
  },
  { route: 'POST /v1/tokens', path: '/v1/tokens', json: { name: 'ci', role: 'viewer' } },
  { route: 'GET /v1/tokens', path: '/v1/tokens' },
  { route: 'DELETE /v1/tokens/{token}', path: '/v1/tokens/ci' },
  { route: 'POST /v1/command', path: '/v1/command', json: COMMAND },
];

/** Goes on for as long as it is read, or proves itself another way: tested where they are at home. */
const APART = ['GET /v1/events', 'POST /v1/webhooks/{forge}'];

async function documentOf(): Promise<{ readonly document: JsonObject; readonly asked: ReadonlyMap<string, Asked> }> {
  await using api = await scratchApi({
    webhooks: () => [],
    commands: async () => ({ status: 0, output: [[1, 'done']] }),
  });
  const asked = new Map<string, Asked>();
  for (const { route, path, json } of REQUESTS) {
    const method = route.slice(0, route.indexOf(' '));
    asked.set(`${route} ${path}`, await api.ask(path, { method, ...(json === undefined ? {} : { json }) }));
  }
  const document = asked.get('GET /openapi.json /openapi.json')?.json as JsonObject;
  return { document, asked };
}

test('every route is in the document, and each of them was asked', async () => {
  const { document, asked } = await documentOf();
  const paths = memberAt(document, 'paths');
  const documented = Object.entries(isJsonObject(paths) ? paths : {}).flatMap(([path, item]) =>
    Object.keys(isJsonObject(item) ? item : {}).map((method) => `${method.toUpperCase()} ${path}`),
  );

  expect(member(document, 'openapi')).toBe('3.1.0');
  expect(documented.toSorted()).toEqual([...new Set([...REQUESTS.map(({ route }) => route), ...APART])].toSorted());
  expect([...asked].filter(([, { status }]) => status >= 300)).toEqual([]);
});

test('every answer fits what the document says of it', async () => {
  const { document, asked } = await documentOf();
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema(document, 'openapi');

  for (const [request, { status, json }] of asked) {
    const [method = '', path = ''] = request.split(' ');
    const at = ['paths', path, method.toLowerCase(), 'responses', String(status)];
    const response = memberAt(document, ...at);
    expect(response, request).toBeDefined();
    const schema = memberAt(response ?? null, 'content', 'application/json', 'schema');
    if (schema === undefined || schema === null) continue;
    const pointer = [...at, 'content', 'application/json', 'schema'].map(escaped).join('/');
    const validate = ajv.compile({ $ref: `openapi#/${pointer}` });
    validate(json);
    expect(validate.errors ?? [], request).toEqual([]);
  }
});

test('errors fit it too', async () => {
  await using api = await scratchApi();
  const document = (await api.ask('/openapi.json')).json as JsonObject;
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  ajv.addSchema(document, 'openapi');
  const validate = ajv.compile({ $ref: 'openapi#/components/schemas/diagnostics' });

  for (const answer of [await api.askTcp('/v1/tokens'), await api.ask('/v1/environments/a/b'), await api.ask('/no')]) {
    validate(answer.json);
    expect(validate.errors ?? []).toEqual([]);
  }
});

test('every reference in the document leads somewhere', async () => {
  const { document } = await documentOf();
  const text = JSON.stringify(document);
  const references = [...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, pointer = '']) => pointer);

  expect(references.length).toBeGreaterThan(50);
  for (const pointer of new Set(references)) {
    const steps = decodeURIComponent(pointer).split('/');
    expect(
      memberAt(document, ...steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))),
      pointer,
    ).toBeDefined();
  }
  expect(text).not.toContain('x-document');
});

test('metrics are in the format of Prometheus, and forget what is served no more', async () => {
  await using api = await scratchApi();
  const pass = { outcome: 'failed', revision: { commit: null, dirty: false }, duration_ms: 1500 } as const;
  const rest = { run: null, failure: null, diagnostics: [], next_at: null };
  api.served.tell(served({ type: 'triggered', kind: 'git', reason: 'a commit' }));
  api.served.tell(served({ type: 'planned', changes: 1, drift: ['service.web'], withheld: 0, after_ms: 42 }));
  api.served.tell(served({ type: 'pass_ended', ...pass, ...rest }));

  const { text, headers } = await api.ask('/metrics');
  api.served.all.length = 0;
  const later = await api.ask('/metrics');

  expect(headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
  expect(text).toContain('trueup_environment_info{environment="shop/local",state="healthy"} 1');
  expect(text).toContain('trueup_environment_condition{environment="shop/local",type="Ready"} 1');
  expect(text).toContain('trueup_pass_total{environment="shop/local",outcome="failed"} 1');
  expect(text).toContain('trueup_drift_resources{environment="shop/local"} 1');
  expect(text).toContain('trueup_triggers_total{trigger="git"} 1');
  expect(text).toContain('trueup_plan_delay_seconds_bucket{le="0.05"} 1');
  expect(text).toMatch(/^process_open_fds \d+$/m);
  expect(later.text).not.toContain('shop/local');
  expect(later.text).toContain('trueup_api_requests_total{method="GET",route="/metrics",status="200"} 1');
});

test('what has drifted is counted as it was seen last, between passes too', async () => {
  await using api = await scratchApi();
  const drifted = async (): Promise<string | undefined> =>
    /^trueup_drift_resources\{environment="shop\/local"\} (\d+)$/m.exec((await api.ask('/metrics')).text)?.[1];

  api.served.tell(served({ type: 'planned', changes: 1, drift: ['service.web'], withheld: 0, after_ms: 42 }));
  api.served.tell(served({ type: 'drift_found', addresses: ['service.web', 'service.db'] }));
  expect(await drifted()).toBe('2');

  api.served.tell(served({ type: 'drift_over', addresses: ['service.web'] }));
  expect(await drifted()).toBe('1');
  api.served.tell(served({ type: 'drift_over', addresses: ['service.db'] }));
  expect(await drifted()).toBe('0');
});

test('paths that somebody makes up make no new numbers', async () => {
  await using api = await scratchApi();
  for (let index = 0; index < 20; index += 1) await api.ask(`/made/up/${index}`);

  const { text } = await api.ask('/metrics');

  expect(text).not.toContain('made');
  expect(text).toContain('trueup_api_requests_total{method="GET",route="none",status="404"} 20');
});

function escaped(step: string): string {
  return encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'));
}
