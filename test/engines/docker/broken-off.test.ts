import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventually } from '../../support/cli.ts';
import { dockerRepo } from '../../support/docker/docker-repo.ts';
import { engineUnderTest } from '../../support/docker/engine-under-test.ts';
import { FragileSocket } from '../../support/docker/fragile-socket.ts';
import { APPLY, DESTROY, expectRight, PLAN, shop, SLEEP, standing, web, words } from '../../support/docker/luck.ts';
import { RecordingSocket, type RecordedRequest } from '../../support/docker/recording-socket.ts';

/** Everything that an apply sends to make and replace a service with all that it uses. */
const CALLS: readonly ((request: RecordedRequest) => boolean)[] = [
  ({ path }) => path.startsWith('/networks/create'),
  ({ path }) => path.startsWith('/volumes/create'),
  ({ path }) => path.startsWith('/containers/create'),
  ({ path }) => path.endsWith('/start'),
  ({ path }) => path.includes('/stop'),
  ({ method, path }) => method === 'DELETE' && path.startsWith('/containers/'),
  ({ path }) => path.includes('/rename'),
];

describe('an answer that gets lost', () => {
  const files = (colour: string): Readonly<Record<string, string>> =>
    shop(
      web(`    storage: { volumes: ['data:/data'] }\n    environment_variables: { COLOUR: ${colour} }\n`),
      'volumes: { data: {} }\n',
    );
  const WHOLE = ['shop-web-1=running', 'shop_data', 'shop_default'];

  /** Once each, all in one environment. */
  async function troubled(when: 'before' | 'after_effect'): Promise<RecordingSocket> {
    const recording = await RecordingSocket.before(engineUnderTest().socket);
    for (const matches of CALLS) recording.rule({ matches, trouble: { kind: 'cut', when }, times: 1 });
    return recording;
  }

  function expectAllSent({ requests }: RecordingSocket): void {
    for (const matches of CALLS)
      expect(
        requests.some((request) => matches(request)),
        String(matches),
      ).toBe(true);
  }

  it('of a call that took effect is no failure, and doubles nothing', async () => {
    await using recording = await troubled('after_effect');
    await using repo = await dockerRepo(files('red'), recording);

    const made = await repo.trueup(APPLY);
    await repo.write(files('blue'));
    const replaced = await repo.trueup(APPLY);

    expect(made.status, words(made)).toBe(0);
    expect(replaced.status, words(replaced)).toBe(0);
    expectAllSent(recording);
    expect(await standing(repo)).toEqual(WHOLE);
    await expectRight(repo);
  });

  it('of a call that the engine never heard of is made good by the next apply', async () => {
    await using recording = await troubled('before');
    await using repo = await dockerRepo(files('red'), recording);

    for (const colour of ['red', 'blue']) {
      await repo.write(files(colour));
      for (let left = CALLS.length; left > 0 && (await repo.trueup(APPLY)).status !== 0; left -= 1);
    }

    expectAllSent(recording);
    await expectRight(repo);
    expect(await standing(repo)).toEqual(WHOLE);
  });
});

describe('an engine', () => {
  it('that is not there is not taken for an empty one', async () => {
    await using repo = await dockerRepo(shop(web()));
    expect(await repo.trueup(APPLY)).toMatchObject({ status: 0 });
    repo.env['DOCKER_HOST'] = `unix://${join(repo.scratch, 'none.sock')}`;

    for (const command of [PLAN, APPLY, DESTROY, ['drift'], ['stop', 'web'], ['pull']]) {
      const result = await repo.trueup(command);
      expect(result.status, words(result)).toBe(1);
      expect(words(result)).toContain('there is no socket at');
    }
    expect(await standing(repo)).toEqual(['shop-web-1=running', 'shop_default']);
  });

  it.skipIf(engineKind() === 'podman')('that is frozen is given up in time, and changes nothing', async () => {
    await using repo = await dockerRepo(shop(web()));
    expect(await repo.trueup(APPLY)).toMatchObject({ status: 0 });
    const pid = Number(await readFile(join(repo.engine.socket, '..', 'pid'), 'utf8'));
    await repo.write(shop(web(`    environment_variables: { COLOUR: blue }\n`)));

    process.kill(pid, 'SIGSTOP');
    const results = await Promise.all([PLAN, ['drift'], ['status']].map((command) => repo.trueup(command))).finally(
      () => process.kill(pid, 'SIGCONT'),
    );

    for (const result of results) {
      expect(result.status, words(result)).toBe(1);
      expect(words(result)).toMatch(/did not answer within 10 s/);
    }
    expect(words(results[0] ?? { status: 0, stdout: '', stderr: '' })).toContain('nothing on it was compared');
    await expectRight(repo);
  });

  it('that is restarted while a gate waits keeps nobody from going on', async () => {
    await using fragile = await FragileSocket.before(engineUnderTest().socket);
    const services =
      web(`    health_check: { test: [CMD, test, -e, /tmp/ready], interval: 3s, timeout: 3s, retries: 60 }\n`) +
      `  behind:\n    container: { ${SLEEP} }\n    dependencies: { web: { condition: service_healthy } }\n`;
    await using repo = await dockerRepo(shop(services), fragile);

    const applying = repo.start(APPLY);
    await applying.until(/service\.web start: done/);
    await fragile.goAway();
    await eventually(async () => (await repo.docker('ps', '--quiet')) !== '', 'the container to run on');
    await repo.docker('exec', 'shop-web-1', 'touch', '/tmp/ready');
    await fragile.comeBack();
    const applied = await applying.done;

    expect(applied.status, words(applied)).toBe(0);
    expect(await standing(repo)).toEqual(['shop-behind-1=running', 'shop-web-1=running', 'shop_default']);
  });
});

function engineKind(): string {
  try {
    return engineUnderTest().kind;
  } catch {
    return 'none';
  }
}

describe('an interrupt', () => {
  const FIVE = ['a', 'b', 'c', 'd', 'e'];
  const five = (colour: string): Readonly<Record<string, string>> =>
    shop(
      // The last of them are still to come when the signal arrives.
      FIVE.map((key, index, keys) => {
        const dependency = index === 0 ? '' : `    dependencies: [${keys[index - 1]}]\n`;
        return `  ${key}:\n    container: { ${SLEEP} }\n    environment_variables: { COLOUR: ${colour} }\n${dependency}`;
      }).join(''),
    );

  it.each([
    { at: /service\.a create: done/, signal: 'SIGINT' },
    { at: /service\.a remove: done/, signal: 'SIGKILL' },
    { at: /service\.b start: done/, signal: 'SIGINT' },
  ] as const)('($signal at $at) leaves nothing that the next apply does not put right', async ({ at, signal }) => {
    await using repo = await dockerRepo(five('red'));
    expect(await repo.trueup(APPLY)).toMatchObject({ status: 0 });
    await repo.write(five('blue'));

    const applying = repo.start(APPLY);
    await applying.until(at);
    applying.child.kill(signal);
    const { status } = await applying.done;

    expect(status).toBe(signal === 'SIGINT' ? 130 : 137);
    await expectRight(repo);
    expect(await standing(repo)).toEqual([...FIVE.map((key) => `shop-${key}-1=running`), 'shop_default']);
  });
});
