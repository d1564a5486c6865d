import { describe, expect, it } from 'vitest';
import { eventually } from '../../support/cli.ts';
import { type DockerRepo, dockerRepo } from '../../support/docker/docker-repo.ts';
import { MANIFEST } from '../../support/shop.ts';

const APPLY = ['apply', '--auto-approve', '--output', 'json'];
const SECOND_NS = 1_000_000_000;
const HOUR_NS = 3600 * SECOND_NS;

interface Container {
  readonly Created: string;
  readonly State: {
    readonly Status: string;
    readonly StartedAt: string;
    readonly FinishedAt: string;
    readonly Health?: {
      readonly Status: string;
      readonly Log: readonly { readonly End: string; readonly ExitCode: number }[] | null;
    };
  };
}

interface Shut {
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly gate: {
    readonly exit_code: number | null;
    readonly log_lines: readonly string[];
    readonly probes: readonly {
      readonly passed: boolean;
      readonly exit_code: number | null;
      readonly output: string;
    }[];
  } | null;
}

interface Applied {
  readonly status: number;
  /** Gates that stayed shut, by address. */
  readonly shut: Readonly<Record<string, Shut>>;
}

interface RunJson {
  readonly steps: readonly (Shut & { readonly address: string; readonly phase: string; readonly status: string })[];
}

/** JSON is YAML. */
function manifest(services: object, more: object = {}): Readonly<Record<string, string>> {
  return { [MANIFEST]: JSON.stringify({ name: 'local', project: 'shop', services, ...more }) };
}

function runs(script: string, more: object = {}, container: object = {}): object {
  return { container: { image: 'busybox:1', command: ['sh', '-c', script], init: true, ...container }, ...more };
}

function waitsFor(...names: readonly string[]): object {
  const dependencies = Object.fromEntries(names.map((name) => [name, { condition: 'service_healthy' }]));
  return runs('sleep 1000', { dependencies });
}

/** The engine itself does not test before an hour has passed. */
function hourly(test: string): object {
  return { test: ['CMD-SHELL', test], interval: '1h', timeout: '60s', retries: 1 };
}

async function apply(repo: DockerRepo): Promise<Applied> {
  const { status, stdout, stderr } = await repo.trueup(APPLY);
  const run = runIn(stdout) ?? expect.fail(stdout + stderr);
  const failed = run.steps.filter((step) => step.phase === 'gate' && step.status === 'failed');
  return { status, shut: Object.fromEntries(failed.map(({ address, error, gate }) => [address, { error, gate }])) };
}

async function expectApplied(repo: DockerRepo): Promise<void> {
  const { status, stdout, stderr } = await repo.trueup(APPLY);
  expect(status, stdout + stderr).toBe(0);
}

function runIn(text: string): RunJson | null {
  const found: unknown = text === '' ? null : JSON.parse(text);
  return typeof found === 'object' && found !== null && 'steps' in found ? (found as RunJson) : null;
}

function inspect({ engine }: DockerRepo, key: string): Promise<Container> {
  return engine.calls.get<Container>(`/containers/shop-${key}-1/json`);
}

async function stateOf(repo: DockerRepo, key: string): Promise<string> {
  return (await inspect(repo, key)).State.Status;
}

/** The lines of a file in a container; none where it is not there. */
async function linesIn(repo: DockerRepo, key: string, file: string): Promise<readonly string[]> {
  const text = await repo.docker('exec', `shop-${key}-1`, 'sh', '-c', `cat ${file} 2>/dev/null || true`);
  return text === '' ? [] : text.split('\n');
}

const time = (text: string): number => Date.parse(text);

describe('a gate', () => {
  it('opens as soon as the test passes, whatever the interval: run at once, again, and never twice at a time', async () => {
    const test = [
      'mkdir /tmp/busy || echo overlap >>/tmp/overlaps',
      'sleep 0.1',
      'echo probe >>/tmp/probes',
      'rmdir /tmp/busy',
      'test -e /tmp/ready',
    ].join('; ');
    const db = runs('sleep 1000', { health_check: hourly(test) });
    const behind = ['api', 'worker', 'web'];
    const services = { db, api: waitsFor('db'), worker: waitsFor('db'), web: waitsFor('db') };
    await using repo = await dockerRepo(manifest(services));

    const applying = repo.start(APPLY);
    // They are made while the gate is shut, and it is tried again and again.
    const made = async (): Promise<boolean> => {
      const states = await Promise.all(behind.map((key) => stateOf(repo, key).catch(() => 'none')));
      return states.every((state) => state === 'created') && (await stateOf(repo, 'db')) === 'running';
    };
    await eventually(made, 'all to be made');
    await eventually(async () => (await linesIn(repo, 'db', '/tmp/probes')).length > 1, 'a second test');
    const opened = Date.now();
    await repo.docker('exec', 'shop-db-1', 'touch', '/tmp/ready');
    const { status, stdout, stderr } = await applying.done;

    expect(status, stdout + stderr).toBe(0);
    expect((await inspect(repo, 'db')).State.Health?.Status).toBe('starting');
    for (const { State } of await Promise.all(behind.map((key) => inspect(repo, key))))
      expect(time(State.StartedAt)).toBeGreaterThanOrEqual(opened);
    expect(await linesIn(repo, 'db', '/tmp/overlaps')).toEqual([]);
  });

  it('tests as the engine would: as the user of the container, in its folder, with its environment', async () => {
    const test = 'test "$$(id -un) $$PWD $$COLOUR" = "nobody /var/work blue"';
    const more = { environment_variables: { COLOUR: 'blue' }, health_check: hourly(test) };
    const db = runs('sleep 1000', more, { user: 'nobody', working_dir: '/var/work' });
    await using repo = await dockerRepo(manifest({ db }));

    await expectApplied(repo);

    expect((await inspect(repo, 'db')).State.Health?.Status).toBe('starting');
  });

  it('is opened by the verdict of the engine, the moment it has one, after a test of our own that hung', async () => {
    const db = runs('sleep 1000', {
      health_check: {
        test: ['CMD-SHELL', 'echo probe >>/tmp/probes; mkdir /tmp/first 2>/dev/null || exit 0; sleep 1000'],
        interval: '26s',
        timeout: '5s',
        retries: 3,
      },
    });
    await using repo = await dockerRepo(manifest({ db, web: waitsFor('db') }));

    await expectApplied(repo);

    const [{ State: first }, web] = await Promise.all([inspect(repo, 'db'), inspect(repo, 'web')]);
    expect(first.Health?.Status).toBe('healthy');
    const verdict = time(first.Health?.Log?.find(({ ExitCode: status }) => status === 0)?.End ?? '');
    expect(time(web.State.StartedAt)).toBeGreaterThanOrEqual(verdict);
    // Without its event it would be looked at again 8 s later.
    expect(time(web.State.StartedAt)).toBeLessThan(verdict + 7000);
    expect(await linesIn(repo, 'db', '/tmp/probes')).toHaveLength(1 + (first.Health?.Log?.length ?? 0));
  });

  it('stays shut when the engine finds that every test hangs, after one of our own', async () => {
    const hanging = { test: ['CMD', 'sleep', '1000'], interval: '1s', timeout: '1s', retries: 2 };
    const db = runs('sleep 1000', { health_check: hanging });
    await using repo = await dockerRepo(manifest({ db, web: waitsFor('db') }));

    const { status, shut } = await apply(repo);

    expect(status).toBe(3);
    expect(shut['service.db']?.error).toMatchObject({ code: 'gate_unhealthy' });
    expect(shut['service.db']?.gate?.probes).toMatchObject([{ passed: false, output: 'no answer within 1000 ms' }]);
    expect((await inspect(repo, 'db')).State.Health?.Status).toBe('unhealthy');
    expect(await stateOf(repo, 'web')).toBe('created');
  });

  it('stays shut on the verdict `unhealthy`, with what the test said, and nothing behind it is started', async () => {
    const failing = {
      test: ['CMD-SHELL', 'echo no table orders; exit 4'],
      interval: '10s',
      timeout: '10s',
      retries: 1,
    };
    const db = runs('sleep 1000', { health_check: failing });
    await using repo = await dockerRepo(manifest({ db, web: waitsFor('db') }));

    const { status, shut } = await apply(repo);

    expect(status).toBe(3);
    expect(shut['service.db']?.error).toMatchObject({ code: 'gate_unhealthy' });
    expect(shut['service.db']?.gate?.probes).toContainEqual(
      expect.objectContaining({ exit_code: 4, output: 'no table orders\n' }),
    );
    expect((await inspect(repo, 'db')).State.Health?.Status).toBe('unhealthy');
    expect(await stateOf(repo, 'web')).toBe('created');
  });

  it('fails the moment a container dies that it waits for, with its exit status and last lines', async () => {
    const db = runs('echo getting ready; sleep 1; echo last words >&2; exit 3', {
      health_check: { test: ['CMD', 'false'], interval: '1h', timeout: '60s', retries: 3 },
    });
    await using repo = await dockerRepo(manifest({ db, web: waitsFor('db') }));

    const { status, shut } = await apply(repo);

    expect(status).toBe(3);
    expect(shut['service.db']).toMatchObject({
      error: { code: 'gate_exited', message: 'exited with status 3' },
      gate: { exit_code: 3 },
    });
    // Two outputs of one container have no order that an engine could know.
    expect(shut['service.db']?.gate?.log_lines.toSorted()).toEqual(['getting ready', 'last words']);
    expect(await stateOf(repo, 'web')).toBe('created');
  });

  it('for completion opens on success alone', async () => {
    const after = (name: string): object =>
      runs('sleep 1000', { dependencies: { [name]: { condition: 'service_completed_successfully' } } });
    const services = {
      good: runs('sleep 0.5', { run: 'once' }),
      bad: runs('exit 5', { run: 'once' }),
      web: after('good'),
      never: after('bad'),
    };
    await using repo = await dockerRepo(manifest(services, { policies: { on_failure: 'continue' } }));

    const { status, shut } = await apply(repo);

    expect([status, Object.keys(shut)]).toEqual([3, ['service.bad']]);
    const [good, web] = await Promise.all([inspect(repo, 'good'), inspect(repo, 'web')]);
    expect(time(web.State.StartedAt)).toBeGreaterThanOrEqual(time(good.State.FinishedAt));
    expect(await stateOf(repo, 'never')).toBe('created');
  });
});

describe('the health check that an image brings along', () => {
  /** Its containers are ready a second after their start. */
  async function makeImage({ engine }: DockerRepo, test: string, intervalNs: number): Promise<void> {
    const base = await engine.calls.post<{ readonly Id: string }>('/containers/create', { Image: 'busybox:1' });
    await engine.calls.post(`/commit?container=${base.Id}&repo=checked&tag=1`, {
      Cmd: ['sh', '-c', 'sleep 1; touch /tmp/ready; sleep 1000'],
      Env: ['PATH=/bin'],
      Healthcheck: { Test: ['CMD-SHELL', test], Interval: intervalNs, Timeout: 60 * SECOND_NS, Retries: 2 },
    });
    await engine.calls.delete(`/containers/${base.Id}`);
  }

  const checked = { container: { image: 'checked:1', init: true } };

  it('is run at once for those who wait for it', async () => {
    await using repo = await dockerRepo(manifest({ db: checked, web: waitsFor('db') }));
    await makeImage(repo, 'test -e /tmp/ready', HOUR_NS);

    await expectApplied(repo);

    const [db, web] = await Promise.all([inspect(repo, 'db'), inspect(repo, 'web')]);
    expect(db.State.Health?.Status).toBe('starting');
    expect(time(web.State.StartedAt) - time(db.State.StartedAt)).toBeGreaterThanOrEqual(1000);
    await repo.docker('rmi', '--force', 'checked:1');
  });

  it('keeps them waiting where it fails, and its verdict is what a later apply ends with', async () => {
    await using repo = await dockerRepo(manifest({ db: checked, web: waitsFor('db') }));
    await makeImage(repo, 'exit 1', SECOND_NS / 2);

    const { status, shut } = await apply(repo);

    expect([status, Object.keys(shut)]).toEqual([3, ['service.db']]);
    expect(await stateOf(repo, 'web')).toBe('created');
    await repo.write(manifest({ db: checked }));
    await eventually(async () => (await inspect(repo, 'db')).State.Health?.Status === 'unhealthy', 'the verdict');
    expect(await apply(repo)).toMatchObject({ status: 3 });
    await repo.docker('rmi', '--force', 'checked:1');
  });
});

describe('endpoints', () => {
  /** Listens after a second. */
  function served(ports: readonly string[], check: object): object {
    return runs('mkdir -p /tmp/www; sleep 1; echo works >/tmp/www/index.html; httpd -f -p 8080 -h /tmp/www', {
      networking: { ports },
      health_check: { interval: '4s', timeout: '4s', retries: 3, ...check },
    });
  }
  const at = (url: string): object => ({ endpoints: [{ url }] });

  it('are asked over a published port, and at the address of the container where none is', async () => {
    const patient = (url: string): object => ({ ...at(url), retries: 60 });
    const services = {
      outside: served(['18080:8080'], patient('http://localhost:18080/')),
      inside: served(['18081:8080'], patient('http://localhost:8080/')),
      hidden: served([], { ...patient('http://localhost:8080/'), expected_response: { body_pattern: '^works' } }),
      both: served([], {
        ...patient('http://localhost:8080/'),
        test: ['CMD', 'nc', '127.0.0.1', '8080', '-e', 'true'],
      }),
    };
    await using repo = await dockerRepo(manifest({ ...services, web: waitsFor(...Object.keys(services)) }));

    await expectApplied(repo);

    const web = await inspect(repo, 'web');
    for (const key of Object.keys(services)) {
      const { State } = await inspect(repo, key);
      expect(time(web.State.StartedAt) - time(State.StartedAt)).toBeGreaterThanOrEqual(1000);
    }
  });

  it('that answer otherwise, or not at all, keep the gate shut, also where the test passes', async () => {
    const services = {
      wrong: served(['18080:8080'], at('http://localhost:18080/none')),
      silent: served([], at('http://localhost:9999/')),
      healthy: served([], { ...at('http://localhost:8080/none'), test: ['CMD', 'true'] }),
    };
    await using repo = await dockerRepo(manifest({ ...services, web: waitsFor(...Object.keys(services)) }));

    const { status, shut } = await apply(repo);

    expect(status).toBe(3);
    const saidOf = (key: string): string | undefined => shut[`service.${key}`]?.gate?.probes.at(-1)?.output;
    expect(saidOf('wrong')).toContain('HTTP 404, expected 200');
    expect(saidOf('silent')).toContain('ECONNREFUSED');
    expect(saidOf('healthy')).toContain('HTTP 404, expected 200');
    expect(await stateOf(repo, 'web')).toBe('created');
  });
});
