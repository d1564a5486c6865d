import { describe, expect, it } from 'vitest';
import { eventually, type RunningCli, type ScratchRepo, scratchRepo } from '../../support/cli.ts';
import { type DockerRepo, dockerRepo } from '../../support/docker/docker-repo.ts';
import { APPLY, expectRight, SLEEP, shop, standing, web, words } from '../../support/docker/luck.ts';
import { engineUnderTest } from '../../support/docker/engine-under-test.ts';
import { RecordingSocket } from '../../support/docker/recording-socket.ts';
import { TcpFront } from '../../support/docker/tcp-front.ts';

/** Healthy once it is told so. */
const GATED = `  web:
    container: { ${SLEEP} }
    health_check: { test: [CMD, test, -e, /tmp/ok], interval: 3s, timeout: 3s, retries: 100 }
`;
const AFTER = `${GATED}  after:
    container: { ${SLEEP} }
    dependencies: { web: { condition: service_healthy } }
`;
const OWNERS = { '.git/trueup/owners.json': JSON.stringify({ format_version: '1.0', owners: ['0'.repeat(32)] }) };
/** Long enough for a machine that has much else to do. */
const LEASE = '12s';

interface Machines extends AsyncDisposable {
  /** The first machine, with the engine's own hand. */
  readonly one: DockerRepo;
  readonly other: ScratchRepo;
  readonly front: TcpFront;
}

/** Two copies of one repo, each with a runtime folder of its own, that reach one engine by a port. */
async function machines(services: string, socket: string = engineUnderTest().socket): Promise<Machines> {
  const front = await TcpFront.before(socket);
  const one = await dockerRepo(shop(services), { host: front.host });
  const other = await scratchRepo(shop(services));
  for (const repo of [one, other]) {
    repo.env['DOCKER_HOST'] = front.host;
    repo.env['TRUEUP_LOCK_LEASE'] = LEASE;
    await repo.write(OWNERS);
  }
  return {
    one,
    other,
    front,
    async [Symbol.asyncDispose]() {
      await other[Symbol.asyncDispose]();
      await one[Symbol.asyncDispose]();
      await front[Symbol.asyncDispose]();
    },
  };
}

async function claims({ docker }: DockerRepo): Promise<readonly string[]> {
  const volumes = await docker('volume', 'ls', '--quiet', '--filter', 'name=trueup-lock');
  return volumes.split('\n').filter((name) => name !== '');
}

/** An apply that holds the lock and waits at the gate of `web`. */
async function holding(one: DockerRepo): Promise<RunningCli> {
  const running = one.start(APPLY);
  await eventually(async () => {
    if (running.child.exitCode !== null) throw new Error(words(await running.done));
    return (await one.docker('ps', '--quiet', '--filter', 'name=shop-web-1')) !== '';
  }, 'web to run');
  return running;
}

async function openGate(one: DockerRepo): Promise<void> {
  await one.docker('exec', 'shop-web-1', 'touch', '/tmp/ok');
}

describe('two machines that change one project on one engine', () => {
  it('go one after the other, and the second is told for whom it waits', async () => {
    await using both = await machines(GATED);
    const { one, other } = both;
    const first = await holding(one);

    const refused = await other.trueup([...APPLY]);
    const waiting = other.start([...APPLY, '--lock-timeout', '60s', '--output', 'json']);
    await waiting.until(/waiting for pid/);
    const held = await claims(one);
    await openGate(one);
    const [applied, second] = await Promise.all([first.done, waiting.done]);

    expect(refused, words(refused)).toMatchObject({ status: 4 });
    expect(refused.stderr).toContain(`being changed by pid ${first.child.pid} on `);
    expect(held.length).toBeGreaterThan(0);
    expect(applied, words(applied)).toMatchObject({ status: 0 });
    expect(second, words(second)).toMatchObject({ status: 0 });
    expect(second.stderr.match(/waiting for pid/g)).toHaveLength(1);
    expect(JSON.parse(second.stdout)).toMatchObject({ status: 'succeeded' });
    expect(await claims(one)).toEqual([]);
  });

  it('never see the lock as a thing of their own, nor prune it', async () => {
    await using both = await machines(GATED);
    const { one, other } = both;
    const first = await holding(one);

    const status = await other.trueup(['status', '--output', 'json']);
    const plan = await other.trueup(['plan', '--output', 'json']);

    expect(status.stdout).not.toContain('trueup-lock');
    expect(plan.stdout).not.toContain('trueup-lock');
    await openGate(one);
    expect((await first.done).status).toBe(0);
  });

  it('take over after kill -9: at once on the same machine, after the lease on another', async () => {
    await using both = await machines(GATED);
    const { one, other } = both;
    for (const next of [one, other]) {
      const first = await holding(one);
      first.child.kill('SIGKILL');
      await first.done;
      expect((await claims(one)).length).toBeGreaterThan(0);

      await openGate(one);
      const applied = await next.trueup([...APPLY, '--lock-timeout', next === one ? '0s' : '60s']);

      expect(applied, words(applied)).toMatchObject({ status: 0 });
      expect(applied.stderr.includes('waiting for')).toBe(next === other);
      expect(await claims(one)).toEqual([]);
      await one.docker('rm', '--force', 'shop-web-1');
    }
  });

  it('leave nothing when the one that waits is interrupted', async () => {
    await using both = await machines(GATED);
    const { one, other } = both;
    const first = await holding(one);

    const waiting = other.start([...APPLY, '--lock-timeout', '60s']);
    await waiting.until(/waiting for pid/);
    waiting.child.kill('SIGINT');
    const interrupted = await waiting.done;
    await openGate(one);

    expect(interrupted, words(interrupted)).toMatchObject({ status: 130 });
    expect((await first.done).status).toBe(0);
    expect(await claims(one)).toEqual([]);
  });
});

describe('a run that holds the lock', () => {
  it('stops when it was frozen for longer than the lease, and begins nothing more', async () => {
    await using both = await machines(AFTER);
    const { one, other } = both;
    const first = await holding(one);
    first.child.kill('SIGSTOP');

    const released = await other.trueup(['lock', 'release']);
    await openGate(one);
    first.child.kill('SIGCONT');
    const stopped = await first.done;

    expect(released, words(released)).toMatchObject({ status: 0 });
    expect(stopped, words(stopped)).toMatchObject({ status: 4 });
    expect(stopped.stderr).toContain('[lock_lost]');
    expect(await one.docker('ps', '--quiet', '--filter', 'name=shop-after-1')).toBe('');
    expect(await claims(one)).toEqual([]);
    await expectRight(one);
  });

  it('stops when its lock is taken away by force', async () => {
    await using both = await machines(AFTER);
    const { one, other } = both;
    const first = await holding(one);

    const kept = await other.trueup(['lock', 'release', '--output', 'json']);
    const forced = await other.trueup(['lock', 'release', '--force', '--output', 'json']);
    const stopped = await first.done;

    expect(kept, words(kept)).toMatchObject({ status: 4 });
    expect(JSON.parse(kept.stdout)).toMatchObject({
      locks: [{ pid: first.child.pid, answers: true, released: false }],
    });
    expect(forced, words(forced)).toMatchObject({ status: 0 });
    expect(stopped, words(stopped)).toMatchObject({ status: 4 });
    expect(stopped.stderr).toContain('[lock_lost]');
    expect(await claims(one)).toEqual([]);
  });

  it('goes on when the engine is away for less than that', async () => {
    await using both = await machines(GATED);
    const { one, front } = both;
    one.env['TRUEUP_LOCK_LEASE'] = '30s';
    const first = await holding(one);
    const before = await claims(one);

    await front.goAway();
    await front.comeBack();
    await eventually(async () => (await claims(one)).some((name) => !before.includes(name)), 'the next beat');
    await openGate(one);
    const applied = await first.done;

    expect(applied, words(applied)).toMatchObject({ status: 0 });
    expect(await claims(one)).toEqual([]);
  });
});

describe('an engine', () => {
  it('without room for a lock is told of, and nothing is changed', async () => {
    await using recording = await RecordingSocket.before(engineUnderTest().socket);
    recording.rule({
      matches: ({ path }) => path === '/volumes/create',
      trouble: { kind: 'refuse', status: 500, message: 'mkdir /var/lib/docker/volumes/x: no space left on device' },
    });
    await using both = await machines(web(), recording.socket);
    const { one } = both;

    const applied = await one.trueup(APPLY);

    expect(applied, words(applied)).toMatchObject({ status: 1 });
    expect(applied.stderr).toContain('no space left on device');
    expect(applied.stderr).toContain('free some space on the disk of the engine');
    expect(await standing(one)).toEqual([]);
  });

  it('that does not answer cannot be locked', async () => {
    await using both = await machines(web());
    const { one, front } = both;
    await front.goAway();

    const applied = await one.trueup([...APPLY, '--output', 'json']);
    const listed = await one.trueup(['lock', 'list', '--output', 'json']);

    expect(applied, words(applied)).toMatchObject({ status: 1 });
    expect(JSON.parse(applied.stdout)).toMatchObject({ error: { code: 'engine_unreachable' } });
    expect(listed, words(listed)).toMatchObject({ status: 0 });
    expect(JSON.parse(listed.stdout)).toMatchObject({ locks: [], unreachable: [{ engine: 'docker' }] });
    await front.comeBack();
  });

  it('keeps what only looks like a lock, and it locks nothing', async () => {
    await using both = await machines(web());
    const { one } = both;
    const key = (await keyOf(both)) ?? '';
    const foreign = [
      ['volume', 'create', '--label', 'dev.trueup.lock.state=holding', 'precious'],
      ['volume', 'create', '--label', 'team=core', `trueup-lock.${key}.${'0'.repeat(16)}.1`],
      ['volume', 'create', '--label', 'dev.trueup.lock.project=shop', 'trueup-lock.data'],
    ];
    const names = await Promise.all(foreign.map((words) => one.docker(...words)));

    const applied = await one.trueup(APPLY);
    const released = await one.trueup(['lock', 'release', '--force']);

    expect(applied, words(applied)).toMatchObject({ status: 0 });
    expect(released, words(released)).toMatchObject({ status: 0 });
    expect(await one.docker('volume', 'ls', '--quiet')).toBe(names.toSorted().join('\n'));
  });

  it('that only this machine reaches has nothing on it', async () => {
    await using recording = await RecordingSocket.before(engineUnderTest().socket);
    await using repo = await dockerRepo(shop(web()), { host: recording.host });

    const applied = await repo.trueup(APPLY);

    expect(applied, words(applied)).toMatchObject({ status: 0 });
    expect(recording.writes().filter((write) => write.includes('/volumes/'))).toEqual([]);
  });
});

/** The part of a claim's name that stands for the project: seen while a run waits. */
async function keyOf({ one }: Machines): Promise<string | undefined> {
  await one.write(shop(GATED));
  const running = await holding(one);
  const [claim] = await claims(one);
  await openGate(one);
  await running.done;
  await one.write(shop(web()));
  return claim?.split('.')[1];
}
