import { describe, expect, it } from 'vitest';
import { killAtRequest } from '../../support/chaos/killing.ts';
import { wrongClock } from '../../support/chaos/wrong-clock.ts';
import { eventually, type RunningCli } from '../../support/cli.ts';
import { coloured, containersOf, type FoundContainer } from '../../support/docker/coloured-shop.ts';
import { type DockerRepo, dockerRepo } from '../../support/docker/docker-repo.ts';
import { engineUnderTest } from '../../support/docker/engine-under-test.ts';
import { APPLY, expectRight, PLAN, shop, SLEEP, standing, web, words } from '../../support/docker/luck.ts';
import { type RecordedRequest, RecordingSocket } from '../../support/docker/recording-socket.ts';

const DAY = 86_400_000;

/** Only one can have it, so that what is replaced is down, and set aside, before its successor is up. */
const PORT = `    networking: { ports: ['18092:80'] }\n`;

/** A change whose gate waits. */
async function changing(repo: DockerRepo): Promise<RunningCli> {
  const applying = repo.start(APPLY);
  await applying.until(/service\.web start: done/);
  return applying;
}

/** Ends an apply by force when its gate tests for the first time. */
async function killedAtGate(repo: DockerRepo, recording: RecordingSocket): Promise<void> {
  const matches = ({ method, path }: RecordedRequest): boolean => method === 'POST' && path.endsWith('/exec');
  const { isKilled } = await killAtRequest(recording, () => repo.start(APPLY), { matches, when: 'before' });
  expect(isKilled).toBe(true);
}

/** Healthy as soon as it is told, and given up long before that. */
function waiting(colour: string, onFailure: string): Readonly<Record<string, string>> {
  const timing = colour === 'late' ? 'interval: 3s, timeout: 3s' : 'interval: 30s, timeout: 30s';
  const check = `test "$$COLOUR" != late || test -e /tmp/ready`;
  return shop(
    `  web:\n    container: { ${SLEEP} }\n    environment_variables: { COLOUR: ${colour} }\n` +
      `    health_check: { test: [CMD-SHELL, '${check}'], ${timing}, retries: 2 }\n${PORT}`,
    `policies: { on_failure: ${onFailure} }\n`,
  );
}

async function theOnly(repo: DockerRepo): Promise<FoundContainer> {
  const [one, ...others] = await containersOf(repo);
  expect(others).toEqual([]);
  if (one === undefined) throw new Error('there is no container');
  return one;
}

describe('the version before', () => {
  it('comes back though its image was deleted meanwhile', async () => {
    await using repo = await dockerRepo({});
    const made = await repo.docker('create', 'busybox:1', 'true');
    await repo.docker('commit', '--change', 'LABEL generation=old', made, 'old:1');
    await repo.docker('rm', made);
    const image = await repo.docker('image', 'inspect', '--format', '{{.Id}}', 'old:1');
    const files = (colour: string, name: string): Readonly<Record<string, string>> =>
      Object.fromEntries(
        Object.entries(coloured(colour, PORT)).map(([key, text]) => [
          key,
          // The engine itself does not test before an hour has passed.
          text.replace('busybox:1', name).replace(/interval: \w+/, 'interval: 1h'),
        ]),
      );
    await repo.write(files('red', 'old:1'));
    expect(await repo.trueup(APPLY)).toMatchObject({ status: 0 });
    const before = await theOnly(repo);
    await repo.write(files('bad', 'busybox:1'));

    const applying = await changing(repo);
    await repo.docker('rmi', '--force', image);
    await repo.docker('kill', 'shop-web-1');
    const failed = await applying.done;

    expect(failed.status, words(failed)).toBe(3);
    expect(words(failed)).toContain('service.web rolled back');
    expect(await theOnly(repo)).toEqual(before);
    await repo.write(files('blue', 'busybox:1'));
    await expectRight(repo);
  });

  it('is what a later run brings back where the state folder was deleted after a kill', async () => {
    await using recording = await RecordingSocket.before(engineUnderTest().socket);
    await using repo = await dockerRepo(coloured('red'), recording);
    expect(await repo.trueup(APPLY)).toMatchObject({ status: 0 });
    const before = await theOnly(repo);
    await repo.write(coloured('bad'));
    await killedAtGate(repo, recording);
    await repo.removeState();
    expect((await containersOf(repo)).map(({ name }) => name).join(' ')).toMatch(/aside|next/);

    const again = await repo.trueup(APPLY);

    expect(again.status, words(again)).toBe(3);
    expect(await theOnly(repo)).toEqual(before);
    await repo.write(coloured('red'));
    await expectRight(repo);
    expect(await theOnly(repo)).toEqual(before);
  });

  it('comes back with an engine whose clock is a day off from ours, which tells no time that cannot be', async () => {
    for (const shiftMs of [-DAY, DAY]) {
      await using repo = await dockerRepo(coloured('red'));
      const env = { ...repo.env, ...wrongClock({ shiftMs }) };
      expect(await repo.trueup(APPLY, { env })).toMatchObject({ status: 0 });
      const before = await theOnly(repo);
      await repo.write(coloured('bad'));

      const failed = await repo.trueup(APPLY, { env });

      expect(failed.status, words(failed)).toBe(3);
      expect(words(failed)).toContain('service.web rolled back');
      expect(await theOnly(repo)).toEqual(before);
      const latest = JSON.parse(await repo.read('reports/local/run/latest.json')) as {
        readonly rollbacks: readonly { readonly downtime_ms: number }[];
      };
      expect(latest.rollbacks[0]?.downtime_ms).toBeLessThan(120_000);
      expect(latest.rollbacks[0]?.downtime_ms).toBeGreaterThanOrEqual(0);
    }
  });
});

describe('a container that gets healthy after its gate was given up', () => {
  it('is taken as it is by the next apply', async () => {
    await using repo = await dockerRepo(waiting('red', 'stop'));
    expect(await repo.trueup(APPLY)).toMatchObject({ status: 0 });
    await repo.write(waiting('late', 'stop'));
    expect(await repo.trueup(APPLY)).toMatchObject({ status: 3 });
    const late = await theOnly(repo);

    await repo.docker('exec', 'shop-web-1', 'touch', '/tmp/ready');
    await eventually(async () => (await repo.docker('ps')).includes('(healthy)'), 'the container to be healthy');

    await expectRight(repo);
    expect(await theOnly(repo)).toEqual(late);
  });

  it('is kept, and what was set aside for it goes, where the run that waited was killed', async () => {
    await using recording = await RecordingSocket.before(engineUnderTest().socket);
    await using repo = await dockerRepo(waiting('red', 'rollback'), recording);
    expect(await repo.trueup(APPLY)).toMatchObject({ status: 0 });
    const before = await theOnly(repo);
    await repo.write(waiting('late', 'rollback'));
    await killedAtGate(repo, recording);
    const late = (await containersOf(repo)).find(({ id, status }) => id !== before.id && status === 'running');

    await repo.docker('exec', late?.name ?? '', 'touch', '/tmp/ready');
    await eventually(async () => (await repo.docker('ps')).includes('(healthy)'), 'the container to be healthy');

    await expectRight(repo);
    expect(await theOnly(repo)).toMatchObject({ id: late?.id, name: 'shop-web-1', status: 'running' });
  });
});

describe('a network that is removed between plan and apply', () => {
  const files = (colour: string): Readonly<Record<string, string>> =>
    shop(
      web(`    networking: { networks: [inner] }\n    environment_variables: { COLOUR: ${colour} }\n`),
      'networks: { inner: {} }\npolicies: { on_failure: rollback }\n',
    );

  /** Again and again, until nobody attaches to it in between. */
  async function removeNetwork({ docker }: DockerRepo): Promise<void> {
    const format = '{{range .Containers}}{{.Name}} {{end}}';
    await eventually(async () => {
      try {
        const names = await docker('network', 'inspect', '--format', format, 'shop_inner');
        for (const name of names.split(' ').filter((text) => text !== ''))
          await docker('network', 'disconnect', '--force', 'shop_inner', name);
        await docker('network', 'rm', 'shop_inner');
        return true;
      } catch {
        return (await docker('network', 'ls', '--format', '{{.Name}}')).includes('shop_inner') ? null : true;
      }
    }, 'the network to be removed');
  }

  it('makes a saved plan stale', async () => {
    await using repo = await dockerRepo(files('red'));
    expect(await repo.trueup(APPLY)).toMatchObject({ status: 0 });
    await repo.write(files('blue'));
    expect(await repo.trueup(['plan', '--out', 'saved.plan'])).toMatchObject({ status: 0 });
    await removeNetwork(repo);

    const applied = await repo.trueup(['apply', 'saved.plan', '--auto-approve']);

    expect(applied.status, words(applied)).toBe(4);
    await expectRight(repo);
    expect(await standing(repo)).toEqual(['shop-web-1=running', 'shop_inner']);
  });

  it('while the first call of an apply goes out leaves what the next apply puts right', async () => {
    await using recording = await RecordingSocket.before(engineUnderTest().socket);
    await using repo = await dockerRepo(files('red'), recording);
    expect(await repo.trueup(APPLY)).toMatchObject({ status: 0 });
    await repo.write(files('blue'));
    const removed = Promise.withResolvers<void>();
    recording.rule({
      matches: ({ method, path }) => method === 'POST' && path.startsWith('/containers/create'),
      trouble: { kind: 'cut', when: 'after_answer' },
      times: 1,
      onStrike: () => void removeNetwork(repo).then(removed.resolve, removed.reject),
    });

    const applied = await repo.trueup(APPLY);
    await removed.promise;

    expect([0, 1, 3], words(applied)).toContain(applied.status);
    expect(words(applied)).not.toContain('[internal]');
    await expectRight(repo);
    expect(await standing(repo)).toEqual(['shop-web-1=running', 'shop_inner']);
    expect(await repo.trueup(PLAN)).toMatchObject({ status: 0 });
  });
});
