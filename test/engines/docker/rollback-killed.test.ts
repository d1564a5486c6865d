import { describe, expect, it } from 'vitest';
import { coloured, containersOf } from '../../support/docker/coloured-shop.ts';
import { type DockerRepo, dockerRepo } from '../../support/docker/docker-repo.ts';
import { engineUnderTest } from '../../support/docker/engine-under-test.ts';
import { APPLY, DESTROY, PLAN, standing, words } from '../../support/docker/luck.ts';
import { type RecordedRequest, RecordingSocket } from '../../support/docker/recording-socket.ts';
import { isOfShare } from '../../support/docker/share.ts';

/** What changes something for good: probes of gates come and go. */
function isChange({ method, path }: RecordedRequest): boolean {
  return method !== 'GET' && method !== 'HEAD' && !path.includes('/exec');
}

/**
 * Ends an apply by force before its call number `index`, which is after the one before that; answers whether it came that
 * far.
 */
async function killedAt(index: number, repo: DockerRepo, recording: RecordingSocket): Promise<boolean> {
  let [seen, hasStruck] = [0, false];
  recording.reset();
  const applying = repo.start(APPLY);
  recording.rule({
    matches: (request) => {
      if (isChange(request)) seen += 1;
      return isChange(request) && seen === index;
    },
    trouble: { kind: 'cut', when: 'before' },
    times: 1,
    onStrike: () => {
      hasStruck = true;
      applying.child.kill('SIGKILL');
    },
  });
  await applying.done;
  recording.reset();
  return hasStruck;
}

const CASES = [
  { kind: 'beside what it replaces', settings: '' },
  {
    kind: 'after what it replaces is down',
    settings: `    networking: { ports: ['18091:80'] }\n    storage: { volumes: ['/cache'] }\n`,
  },
];

describe.each(CASES)('a service that is started $kind', ({ settings }) => {
  it('is back as it was after a change that never gets healthy, at whichever call that was killed', async () => {
    await using recording = await RecordingSocket.before(engineUnderTest().socket);
    await using repo = await dockerRepo(coloured('red', settings), recording);
    expect(await repo.trueup(APPLY)).toMatchObject({ status: 0 });
    const before = await containersOf(repo);
    await repo.write(coloured('bad', settings));

    for (let index = 1; ; index += 1) {
      if (!isOfShare(index)) continue;
      if (!(await killedAt(index, repo, recording))) break;
      const left = (await containersOf(repo)).map(({ name, status }) => `${name}=${status}`);
      // What is recorded helps, and is never needed.
      if (index % 4 < 2) await repo.removeState();
      const again = await repo.trueup(APPLY);
      const place = `killed before call ${index}, which left ${left.join(', ')}:\n${words(again)}`;
      expect(again.status, place).toBe(3);
      expect(await containersOf(repo), place).toEqual(before);
    }
  });

  it('is replaced with its data by the next apply, at whichever call the last one was killed', async () => {
    await using recording = await RecordingSocket.before(engineUnderTest().socket);
    await using repo = await dockerRepo(coloured('red', settings), recording);
    expect(await repo.trueup(APPLY)).toMatchObject({ status: 0 });
    const [{ id: _id, env: _env, ...before } = { id: null, env: null }] = await containersOf(repo);
    let colour = 0;

    for (let index = 1, isCut = true; isCut; index += 1) {
      if (!isOfShare(index)) continue;
      await repo.write(coloured(`c${(colour += 1)}`, settings));
      isCut = await killedAt(index, repo, recording);
      const left = (await containersOf(repo)).map(({ name, status }) => `${name}=${status}`);
      // What is recorded helps, and is never needed.
      if (index % 4 < 2) await repo.removeState();
      const again = await repo.trueup(APPLY);
      const place = `killed before call ${index}, which left ${left.join(', ')}:\n${words(again)}`;
      expect(again.status, place).toBe(0);
      const now = (await containersOf(repo)).map(({ id: _, ...rest }) => rest);
      expect(now, place).toEqual([{ ...before, env: now[0]?.env, networks: now[0]?.networks }]);
      expect(now[0]?.env, place).toContain(`COLOUR=c${colour}`);
      expect(await repo.trueup(PLAN), place).toMatchObject({ status: 0 });
    }
  });

  it('is destroyed with all that an apply that was killed has left', async () => {
    await using recording = await RecordingSocket.before(engineUnderTest().socket);
    await using repo = await dockerRepo(coloured('red', settings), recording);

    for (const index of [2, 4, 6]) {
      await repo.write(coloured('red', settings));
      expect(await repo.trueup(APPLY)).toMatchObject({ status: 0 });
      await repo.write(coloured('blue', settings));
      await killedAt(index, repo, recording);
      const destroyed = await repo.trueup(DESTROY);
      expect(destroyed.status, words(destroyed)).toBe(0);
      expect(await standing(repo), `killed before call ${index}`).toEqual([]);
    }
  });
});
