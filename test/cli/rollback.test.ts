import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { eventually, type ScratchRepo, scratchRepo } from '../support/cli.ts';
import { freePort } from '../support/free-port.ts';
import { schemaErrors } from '../support/schemas.ts';
import { MANIFEST } from '../support/shop.ts';

const APPLY = ['apply', '--auto-approve'] as const;

/** While it is there, what is bad does not say so yet: it gives no answer about its health. */
const HOLD = 'hold';

/** Says its version at `/` and whether it is healthy at `/health`; `crash` does not even come up. */
const SERVER = `
const [version, behaviour] = process.argv.slice(2);
console.log('this is ' + version);
if (behaviour === 'crash') {
  console.error('no setting PAYMENTS_URL');
  process.exit(7);
}
require('node:http')
  .createServer(({ url }, response) => {
    const isBad = url === '/health' && behaviour === 'bad';
    if (isBad && require('node:fs').existsSync('${HOLD}')) return;
    response.writeHead(isBad ? 503 : 200).end(isBad ? 'no table orders' : version);
  })
  .listen(Number(process.env.PORT), '127.0.0.1');
`;

type Behaviour = 'good' | 'bad' | 'crash';

interface ServiceOptions {
  readonly behaviour?: Behaviour;
  /** How often its health is asked in vain; what works is given the time that it needs. */
  readonly retries?: number;
  readonly command?: readonly string[];
  readonly more?: object;
}

function service(port: number, version: string, options: ServiceOptions = {}): object {
  const { behaviour = 'good', command, more = {} } = options;
  const { retries = behaviour === 'bad' ? 3 : 100 } = options;
  return {
    process: { command: command ?? [process.execPath, 'server.cjs', version, behaviour], cwd: '../..' },
    networking: { ports: [port] },
    environment_variables: { PORT: String(port) },
    storage: { volumes: ['data'] },
    health_check: {
      endpoints: [{ url: `http://127.0.0.1:${port}/health`, timeout_ms: 30_000 }],
      interval: '300ms',
      timeout: '300ms',
      retries,
    },
    ...more,
  };
}

function manifest(services: object, policies: object = { on_failure: 'rollback' }): string {
  return stringify({ name: 'local', project: 'shop', policies, services, volumes: { data: {} } });
}

/** What answers on the port; `null` where nobody does. */
async function served(port: number): Promise<string | null> {
  return fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } }).then(
    (response) => response.text(),
    () => null,
  );
}

/** Applies, expects the status, and gives all that was printed. */
async function apply(repo: ScratchRepo, text: string, expected: number): Promise<string> {
  await repo.write({ [MANIFEST]: text });
  const { status, stdout, stderr } = await repo.trueup(APPLY);
  const output = stdout + stderr;
  expect({ status, output }).toEqual({ status: expected, output });
  return output;
}

/** A repo in which v1 serves, with something in its volume. */
async function running(port: number, first = service(port, 'v1')): Promise<ScratchRepo> {
  const repo = await scratchRepo({ 'server.cjs': SERVER });
  await apply(repo, manifest({ web: first }), 0);
  writeFileSync(join(repo.engineRoot, 'volumes/shop_data/data/precious'), 'yes');
  expect(await served(port)).toBe('v1');
  return repo;
}

function registered(repo: ScratchRepo): readonly string[] {
  return readdirSync(join(repo.engineRoot, 'services')).sort();
}

/** One service, which is its shim and its command, and nothing that nobody knows. */
async function expectOnly(repo: ScratchRepo, port: number, version: string): Promise<void> {
  expect(await served(port)).toBe(version);
  expect(registered(repo)).toEqual(['shop-web-1']);
  await eventually(async () => (await repo.processes()).length === 2, 'one shim and one command');
  expect(readFileSync(join(repo.engineRoot, 'volumes/shop_data/data/precious'), 'utf8')).toBe('yes');
}

interface RunReport {
  readonly rollbacks: readonly { readonly status: string; readonly because: string }[];
}

function rollbacks(repo: ScratchRepo): RunReport['rollbacks'] {
  const report = JSON.parse(readFileSync(join(repo.root, 'reports/local/run/latest.json'), 'utf8')) as RunReport;
  return report.rollbacks;
}

describe('a bad change of a running service', () => {
  it('is taken back: the old version serves again, the report says why, and a fixed one is applied at once', async () => {
    const port = await freePort();
    await using repo = await running(port);

    const output = await apply(repo, manifest({ web: service(port, 'v2', { behaviour: 'bad', retries: 20 }) }), 3);

    for (const text of ['HTTP 503', 'no table orders', 'this is v2']) expect(output).toContain(text);
    await expectOnly(repo, port, 'v1');
    expect(rollbacks(repo)).toMatchObject([{ status: 'restored', because: 'service.web:service_healthy' }]);

    await apply(repo, manifest({ web: service(port, 'v3') }), 0);
    await expectOnly(repo, port, 'v3');
    expect((await repo.trueup(['plan', '--detailed-exitcode'])).status).toBe(0);
  });

  it('says with which status it ended, and what it wrote last', async () => {
    const port = await freePort();
    await using repo = await running(port);

    const output = await apply(repo, manifest({ web: service(port, 'v2', { behaviour: 'crash' }) }), 3);

    for (const text of ['status 7', 'no setting PAYMENTS_URL']) expect(output).toContain(text);
    await expectOnly(repo, port, 'v1');
  });

  it('is taken back again whenever it is applied again', async () => {
    const port = await freePort();
    await using repo = await running(port);
    const bad = manifest({ web: service(port, 'v2', { behaviour: 'bad' }) });

    for (let time = 0; time < 2; time += 1) {
      await apply(repo, bad, 3);
      await expectOnly(repo, port, 'v1');
    }
  });

  it('stays where nobody asked for a rollback, and goes back where its own service does', async () => {
    const [port, other] = [await freePort(), await freePort()];
    await using repo = await scratchRepo({ 'server.cjs': SERVER });
    const both = (version: string, behaviour: Behaviour): string =>
      manifest(
        {
          web: service(port, version, { behaviour, more: { on_failure: 'rollback' } }),
          api: service(other, version, { behaviour, retries: 20 }),
        },
        {},
      );
    await apply(repo, both('v1', 'good'), 0);

    await apply(repo, both('v2', 'bad'), 3);

    expect([await served(port), await served(other)]).toEqual(['v1', 'v2']);
    expect(registered(repo)).toEqual(['shop-api-1', 'shop-web-1']);
    await eventually(async () => (await repo.processes()).length === 4, 'two shims and two commands');
  });
});

describe('a rollback that fails itself', () => {
  it('says so, exits 3, and is over with the next manifest that works', async () => {
    const port = await freePort();
    const old = join('bin', 'old');
    await using repo = await scratchRepo({
      'server.cjs': SERVER,
      [old]: '#!/bin/sh\nexec "$NODE" server.cjs v1 good\n',
    });
    chmodSync(join(repo.root, old), 0o755);
    const more = { environment_variables: { PORT: String(port), NODE: process.execPath } };
    const first = service(port, 'v1', { command: [`./${old}`], more });
    await apply(repo, manifest({ web: first }), 0);
    rmSync(join(repo.root, old));

    const output = await apply(repo, manifest({ web: service(port, 'v2', { behaviour: 'bad' }) }), 3);

    expect(output).toContain(old);
    expect(rollbacks(repo)).toMatchObject([{ status: 'failed' }]);
    expect(await repo.processes()).toEqual([]);

    await apply(repo, manifest({ web: service(port, 'v3') }), 0);
    expect(await served(port)).toBe('v3');
    expect(registered(repo)).toEqual(['shop-web-1']);
    await eventually(async () => (await repo.processes()).length === 2, 'one shim and one command');
  });
});

describe('kill -9 of trueup while the gate of a bad change waits', () => {
  /** Leaves v2 serving, and v1 aside. */
  async function killed(port: number): Promise<ScratchRepo> {
    const repo = await running(port);
    const bad = manifest({ web: service(port, 'v2', { behaviour: 'bad' }) });
    await repo.write({ [MANIFEST]: bad, [HOLD]: '' });
    const apply = repo.start(APPLY);
    await eventually(async () => (await served(port)) === 'v2', 'v2');
    apply.child.kill('SIGKILL');
    await apply.done;
    rmSync(join(repo.root, HOLD));
    expect(registered(repo)).toEqual(['shop-web-1', expect.stringMatching(/^shop-web-1\.aside-/)]);
    return repo;
  }

  it('is made good by the next apply of the same: the old version serves again', async () => {
    const port = await freePort();
    await using repo = await killed(port);

    const { status } = await repo.trueup(APPLY);

    expect(status).toBe(3);
    await expectOnly(repo, port, 'v1');
  });

  it('is made good without anything recorded, too', async () => {
    const port = await freePort();
    await using repo = await killed(port);
    await repo.removeState();

    const { status } = await repo.trueup(APPLY);

    expect(status).toBe(3);
    await expectOnly(repo, port, 'v1');
  });

  it('is no obstacle for a fixed one, which takes the place of both', async () => {
    const port = await freePort();
    await using repo = await killed(port);

    await apply(repo, manifest({ web: service(port, 'v3') }), 0);

    await expectOnly(repo, port, 'v3');
    expect((await repo.trueup(['plan', '--detailed-exitcode'])).status).toBe(0);
  });

  it('is no obstacle for the old one either, nor for a destroy, which takes both away', async () => {
    const port = await freePort();
    await using repo = await killed(port);
    await apply(repo, manifest({ web: service(port, 'v1') }), 0);
    await expectOnly(repo, port, 'v1');

    await using other = await killed(await freePort());
    const { status } = await other.trueup(['destroy', 'local', '--auto-approve']);

    expect(status).toBe(0);
    expect(registered(other)).toEqual([]);
    expect(await other.processes()).toEqual([]);
    expect(existsSync(join(other.engineRoot, 'volumes/shop_data/data/precious'))).toBe(true);
  });
});

describe('once a bad change was taken back', () => {
  it('its report is as its schema says, and a restart is proved by the check of what runs', async () => {
    const port = await freePort();
    await using repo = await running(port);
    const check = { endpoints: [{ url: `http://127.0.0.1:${port}/none` }], test: ['CMD', 'false'] };
    const bad = service(port, 'v2', { more: { health_check: { ...check, interval: '300ms', retries: 2 } } });
    await apply(repo, manifest({ web: bad }), 3);

    const latest = readFileSync(join(repo.root, 'reports/local/run/latest.json'), 'utf8');
    const restarted = await repo.trueup(['restart', 'web']);

    expect(schemaErrors('run', JSON.parse(latest))).toEqual([]);
    expect(restarted.stderr).not.toContain('gate');
    expect(restarted.status).toBe(0);
    await expectOnly(repo, port, 'v1');
  });

  it('by the run after one that was killed, that run says so', async () => {
    const port = await freePort();
    await using repo = await running(port);
    const text = manifest({ web: service(port, 'v2', { behaviour: 'bad' }) });
    await repo.write({ [MANIFEST]: text, [HOLD]: '' });
    const killed = repo.start(APPLY);
    await eventually(() => registered(repo).some((name) => name.includes('.aside-')), 'the old one aside');
    killed.child.kill('SIGKILL');
    await killed.done;
    rmSync(join(repo.root, HOLD));

    const output = await apply(repo, text, 3);

    expect(output).toContain('↩ service.web rolled back: the version before is back\n');
    await expectOnly(repo, port, 'v1');
  });
});
