import { afterAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../../src/cli/commands.ts';
import { eventually, type ScratchRepo } from '../../support/cli.ts';
import { type DockerRepo, dockerRepo } from '../../support/docker/docker-repo.ts';
import { engineUnderTest } from '../../support/docker/engine-under-test.ts';
import { fieldManifest, SCENE_FILES, sceneOf } from '../../support/docker/fields/scene.ts';
import { type RecordedRequest, RecordingSocket } from '../../support/docker/recording-socket.ts';
import { MANIFEST } from '../../support/shop.ts';

/** Commands that may change something on an engine. Whatever is not named here only reads, new commands as well. */
const CHANGING = ['apply', 'destroy', 'start', 'stop', 'restart', 'exec', 'pull', 'demo'];
/** Arguments without which a command does nothing. */
const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  logs: ['row-0'],
  schema: ['environment'],
  completion: ['bash'],
  load: ['first', '--cluster', 'none'],
};
const READING = COMMANDS.map(({ name }) => name).filter((name) => !CHANGING.includes(name));
const FILES = { [MANIFEST]: fieldManifest([0, 1].map((index) => ({ scene: sceneOf(index) }))), ...SCENE_FILES };
const CONTAINERS = ['shop-first-1', 'shop-row-0-1', 'shop-row-1-1'];

/** One scene for all: nothing here changes it. */
let scene: Promise<{ readonly repo: DockerRepo; readonly recording: RecordingSocket }> | null = null;

function drifted(): NonNullable<typeof scene> {
  return (scene ??= drift());
}

async function drift(): NonNullable<typeof scene> {
  const recording = await RecordingSocket.before(engineUnderTest().socket);
  const repo = await dockerRepo(FILES, recording);
  expect(await repo.trueup(['apply', '--auto-approve'])).toMatchObject({ status: 0 });
  await repo.docker('update', '--restart', 'always', 'shop-row-0-1');
  await repo.docker('rm', '--force', 'shop-row-1-1');
  return { repo, recording };
}

describe('what only reads, where some has drifted', () => {
  afterAll(async () => {
    const { repo, recording } = (await scene) ?? {};
    await repo?.[Symbol.asyncDispose]();
    await recording?.[Symbol.asyncDispose]();
  });

  it.each(
    [
      ...READING.map((name) => [name, ...(ARGUMENTS[name] ?? [])]),
      ['plan', '--out', 'saved.json'],
      ['pull', '--help'],
      ['apply', '--help'],
      ['apply', 'local'],
      ['destroy', 'local'],
    ].map((words) => ({ words, command: words.join(' ') })),
  )('`$command` sends nothing but GET and HEAD', async ({ words }) => {
    const { repo, recording } = await drifted();
    recording.reset();

    await toItsEnd(repo, words);

    expect(recording.writes()).toEqual([]);
  });

  it.each(['plan', 'drift', 'status', 'doctor'])('`%s` looks at the engine', async (command) => {
    const { repo, recording } = await drifted();
    recording.reset();

    await repo.trueup([command]);

    expect(recording.requests).not.toEqual([]);
  });
});

describe('an apply with nothing to do', () => {
  it('inspects every container, and writes nothing, but that it runs the tests of what the engine has not found healthy yet', async () => {
    await using recording = await RecordingSocket.before(engineUnderTest().socket);
    const often = FILES[MANIFEST].replaceAll('interval: 20s', 'interval: 5s');
    const files = { ...FILES, [MANIFEST]: often };
    await using repo = await dockerRepo(files, recording);
    expect(await repo.trueup(['apply', '--auto-approve'])).toMatchObject({ status: 0 });
    const ids = await Promise.all(CONTAINERS.map((name) => repo.docker('inspect', '--format', '{{.Id}}', name)));
    recording.reset();
    const early = await repo.trueup(['apply', '--auto-approve']);
    const probes = recording.writes();
    await eventually(() => areHealthy(repo), 'the engine to find all healthy by itself');
    recording.reset();

    const again = await repo.trueup(['apply', '--auto-approve']);

    expect(early, early.stderr).toMatchObject({ status: 0 });
    expect(
      probes.filter((write) => !/^POST \/(?:containers\/[0-9a-f]+\/exec|exec\/[0-9a-f]+\/start)$/.test(write)),
    ).toEqual([]);
    expect(again, again.stderr).toMatchObject({ status: 0 });
    expect(inspectedIn(recording.requests, [...ids, ...CONTAINERS]).size).toBeGreaterThanOrEqual(CONTAINERS.length);
    expect(recording.writes()).toEqual([]);
  });
});

async function areHealthy({ docker }: DockerRepo): Promise<boolean> {
  return (
    (await docker('inspect', '--format', '{{.State.Health.Status}}', ...CONTAINERS)) === 'healthy\nhealthy\nhealthy'
  );
}

function inspectedIn(requests: readonly RecordedRequest[], names: readonly string[]): ReadonlySet<string> {
  const asked = requests.map(({ path }) => /^\/containers\/([^/]+)\/json/.exec(path)?.[1] ?? '');
  return new Set(asked.filter((name) => names.includes(name)));
}

/** Those that go on until they are interrupted. */
const ENDLESS = ['serve', 'watch', 'events'];
const MINUTE = 60_000;

async function toItsEnd(repo: ScratchRepo, words: readonly string[]): Promise<void> {
  const running = repo.start(words);
  const isEndless = ENDLESS.includes(words[0] ?? '');
  const interrupt = setTimeout(() => running.child.kill('SIGINT'), isEndless ? 5000 : MINUTE);
  await running.done;
  clearTimeout(interrupt);
}
