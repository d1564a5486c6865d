import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { type DockerRepo, dockerRepo } from '../../support/docker/docker-repo.ts';
import { MANIFEST } from '../../support/shop.ts';

const YES = '--auto-approve';
const PORT = 21_777;

/**
 * Everything that two of a kind could quarrel over: a published port, fixed names, a fixed range and address, a volume and
 * a folder that is written to. The gate asks over the published port, so that it tells one from the other.
 */
function web(level: number, status: string): string {
  const script = [
    `test -e /data/first || echo ${level} >/data/first`,
    `echo written by ${level} 2>/dev/null >>/shared/log || true`,
    `echo '{"status":"${status}","level":${level}}' >/tmp/status`,
    'exec httpd -f -p 8080 -h /tmp',
  ].join('; ');
  return `name: local
project: shop
services:
  web:
    name: the-web
    container: { image: 'busybox:1', command: [sh, -c, ${JSON.stringify(script)}], init: true, stop_grace_period: 2s }
    networking: { ports: ['${PORT}:8080'], networks: { inner: { ipv4_address: 172.31.9.10 } } }
    storage: { volumes: ['data:/data', '../../shared:/shared', /anonymous] }
    health_check:
      endpoints: [{ url: 'http://localhost:${PORT}/status', expected_status: 200, timeout_ms: 3000 }]
      expected_response: { json_path: "$.status == 'ok'" }
      interval: 3s
      timeout: 3s
      retries: 4
volumes: { data: { name: the-data, protect: true } }
networks: { inner: { name: the-net, ipam: { config: [{ subnet: 172.31.9.0/24 }] } } }
`;
}

/** Good, good, bad, bad: the hash of the first, and of the third. */
async function commits(repo: DockerRepo): Promise<{ readonly good: string; readonly broken: string }> {
  const hashes: string[] = [];
  for (const [level, status] of [
    [1, 'ok'],
    [2, 'ok'],
    [3, 'broken'],
    [4, 'broken'],
  ] as const) {
    await repo.write({ [MANIFEST]: web(level, status) });
    hashes.push(await repo.commit(`level ${level}`));
  }
  return { good: hashes[0] ?? '', broken: hashes[2] ?? '' };
}

async function everything({ docker }: DockerRepo): Promise<readonly string[]> {
  return [
    await docker('ps', '--all', '--no-trunc', '--format', '{{.ID}} {{.Names}} {{.State}}'),
    await docker('volume', 'ls', '--format', '{{.Name}}'),
    await docker('network', 'ls', '--no-trunc', '--format', '{{.ID}} {{.Name}}'),
  ];
}

describe('bisect in containers', () => {
  it('finds the broken commit beside the real environment, which goes on serving on its port', async () => {
    await using repo = await dockerRepo({});
    mkdirSync(join(repo.root, 'shared'));
    writeFileSync(join(repo.root, 'shared/log'), 'begun\n');
    const { good, broken } = await commits(repo);
    await repo.write({ [MANIFEST]: web(1, 'ok') });
    const applied = await repo.trueup(['apply', YES]);
    expect(applied.status, applied.stdout + applied.stderr).toBe(0);
    const before = await everything(repo);
    const startedAt = await repo.docker('inspect', '--format', '{{.State.StartedAt}}', 'the-web');
    const log = await repo.read('shared/log');

    const found = await repo.trueup(['bisect', good, 'HEAD', YES, '--output', 'json']);

    expect(found.status, found.stderr).toBe(0);
    expect(JSON.parse(found.stdout)).toMatchObject({
      first_bad: {
        commit: broken,
        failures: [{ address: 'service.web', gate: { probes: expect.anything() as unknown } }],
      },
      changes: [{ address: 'service.web', differences: [{ field_path: "$['container']['command']" }] }],
    });
    expect(found.stdout).toContain('but not $.status');
    expect(await everything(repo)).toEqual(before);
    expect(await repo.docker('inspect', '--format', '{{.State.StartedAt}}', 'the-web')).toBe(startedAt);
    expect(await repo.docker('exec', 'the-web', 'cat', '/data/first')).toBe('1');
    expect(await repo.read('shared/log')).toBe(log);
    expect(await (await fetch(`http://127.0.0.1:${PORT}/status`)).json()).toEqual({ status: 'ok', level: 1 });
    expect((await repo.trueup(['plan', '--detailed-exitcode'])).status).toBe(0);
  });

  it('leaves no container, network or volume after Ctrl-C', async () => {
    await using repo = await dockerRepo({});
    mkdirSync(join(repo.root, 'shared'));
    const { good } = await commits(repo);
    const before = await everything(repo);
    const running = repo.start(['bisect', good, 'HEAD', YES]);
    await eventually(
      async () => (await repo.docker('ps', '--format', '{{.Names}}')) === 'shop-bisect-web-1',
      'the copy to run',
    );

    running.child.kill('SIGINT');
    const { status, stderr } = await running.done;

    expect(status, stderr).toBe(130);
    expect(await everything(repo)).toEqual(before);
  });

  it('is recognised after kill -9, and removed by destroy with all that it has', async () => {
    await using repo = await dockerRepo({});
    mkdirSync(join(repo.root, 'shared'));
    const { good } = await commits(repo);
    const before = await everything(repo);
    const running = repo.start(['bisect', good, 'HEAD', YES]);
    await running.until(/good {2}/);
    running.child.kill('SIGKILL');
    await running.done;
    expect(await everything(repo)).not.toEqual(before);

    const destroyed = await repo.trueup(['destroy', 'local-bisect', '--volumes', YES]);

    expect(destroyed.status, destroyed.stdout + destroyed.stderr).toBe(0);
    expect(await everything(repo)).toEqual(before);
  });
});
