import { describe, expect, it } from 'vitest';
import { dockerRepo } from '../../support/docker/docker-repo.ts';
import { MANIFEST } from '../../support/shop.ts';

const APPLY = ['apply', '--auto-approve'];

/** Serves its status as JSON, published or not. */
function web({
  url,
  expected,
  ports = '',
  pace = '10s',
}: {
  readonly url: string;
  readonly expected: string;
  readonly ports?: string;
  readonly pace?: string;
}): string {
  const script = `echo '{"status":"ok"}' >/tmp/status; exec httpd -f -p 8080 -h /tmp`;
  return `name: local
project: shop
services:
  web:
    container: { image: 'busybox:1', command: [sh, -c, ${JSON.stringify(script)}], init: true, stop_grace_period: 2s }
    ${ports}
    health_check:
      endpoints: [{ url: '${url}', method: GET, expected_status: 200, timeout_ms: 2000 }]
      expected_response: ${expected}
      interval: ${pace}
      timeout: ${pace}
      retries: 3
`;
}

const OK = `{ status_code: 200, body_pattern: 'ok', json_path: "$.status == 'ok'" }`;

describe('endpoints of a container', () => {
  it.each([
    { title: 'a published port', url: 'http://localhost:21999/status', ports: "networking: { ports: ['21999:8080'] }" },
    { title: 'a port of its own', url: 'http://localhost:8080/status', ports: '' },
  ])('open the gate once they answer as expected, over $title', async ({ url, ports }) => {
    await using repo = await dockerRepo({ [MANIFEST]: web({ url, ports, expected: OK }) });

    const applied = await repo.trueup(APPLY);

    expect(applied.status, applied.stdout + applied.stderr).toBe(0);
    const created = await repo.docker('inspect', '--format', '{{.Id}}', 'shop-web-1');
    // No container holds any of it, so that another expectation is no change.
    await repo.write({ [MANIFEST]: web({ url, ports, expected: "{ json_path: '$.status' }" }) });
    expect(await repo.trueup(['plan', '--detailed-exitcode'])).toMatchObject({ status: 0 });
    expect(await repo.docker('inspect', '--format', '{{.Id}}', 'shop-web-1')).toBe(created);
  });

  it.each([
    { what: 'another body', expected: "{ body_pattern: 'never' }" },
    { what: 'another value', expected: `{ json_path: "$.status == 'broken'" }` },
  ])('keep the gate shut while there is $what, and the run says so', async ({ expected }) => {
    await using repo = await dockerRepo({
      [MANIFEST]: web({ url: 'http://localhost:8080/status', expected, pace: '2s' }),
    });

    const applied = await repo.trueup(APPLY);

    expect(applied.status, applied.stdout + applied.stderr).toBe(3);
    expect(applied.stdout).toContain('http://localhost:8080/status');
  });
});
