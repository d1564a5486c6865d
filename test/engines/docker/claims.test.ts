import { describe, expect, it } from 'vitest';
import { type CutMoment, isWrite, killAtWrite } from '../../support/chaos/killing.ts';
import { randomFrom, seedNow } from '../../support/chaos/random.ts';
import { type DockerRepo, dockerRepo } from '../../support/docker/docker-repo.ts';
import { engineUnderTest } from '../../support/docker/engine-under-test.ts';
import { RecordingSocket } from '../../support/docker/recording-socket.ts';
import { parsed } from '../../support/matching.ts';
import { MANIFEST } from '../../support/shop.ts';

/** How many moments of each kind; `TRUEUP_SAMPLES=all` is every one, `TRUEUP_SEED` takes the same ones again. */
const SAMPLES =
  process.env['TRUEUP_SAMPLES'] === 'all' ? Number.POSITIVE_INFINITY : Number(process.env['TRUEUP_SAMPLES'] ?? 4);
const SEED = seedNow();
const HOUR = 3_600_000;

const manifest = (mode: string, onFailure = 'stop'): string => `name: local
project: shop
policies: { on_failure: ${onFailure} }
services:
  web:
    adopted: { name: legacy }
    container: { image: 'busybox:1', command: [sleep, '100000'], stop_signal: SIGKILL }
    networking: { networks: [back] }
    storage: { volumes: ['data:/data', '/kept'] }
    environment_variables: { MODE: ${mode} }
networks: { back: { adopted: { name: legacy-net } } }
volumes: { data: { adopted: { name: legacy-data } } }
`;

/** As somebody made it who knows nothing of us, with data in a volume that nobody named. Answers the id. */
async function makeLegacy(repo: DockerRepo, ...more: readonly string[]): Promise<string> {
  const networks = await repo.docker('network', 'ls', '--format', '{{.Name}}');
  if (!networks.split('\n').includes('legacy-net')) await repo.docker('network', 'create', 'legacy-net');
  const named = ['run', '--detach', '--name=legacy', '--env=MODE=old', '--volume=/kept', '--volume=legacy-data:/data'];
  const options = ['--stop-signal=SIGKILL', '--network=legacy-net', '--network-alias=web', ...more];
  const made = await repo.docker(...named, ...options, 'busybox:1', 'sleep', '100000');
  await repo.docker('exec', 'legacy', 'sh', '-c', 'echo precious > /kept/data');
  return made;
}

async function standing(repo: DockerRepo): Promise<string> {
  return repo.docker('ps', '--all', '--no-trunc', '--format', '{{.Names}} {{.ID}}');
}

interface Moment {
  readonly write: number;
  readonly when: CutMoment;
}

function sampled(writes: number): readonly Moment[] {
  const left = Array.from({ length: writes }, (_, write) => write).flatMap((write) =>
    (['before', 'after_effect', 'after_answer'] as const).map((when): Moment => ({ write, when })),
  );
  const random = randomFrom(SEED);
  if (SAMPLES >= left.length) return left;
  return Array.from({ length: SAMPLES }, () => left.splice(random.below(left.length), 1)).flat();
}

describe('kill -9 of trueup while an adopted container is replaced', () => {
  it.each(['stop', 'rollback'])(
    `(on_failure: %s) leaves what the next apply knows again, with its data (TRUEUP_SEED=${SEED})`,
    async (onFailure) => {
      await using recording = await RecordingSocket.before(engineUnderTest().socket);
      await using repo = await dockerRepo({ [MANIFEST]: manifest('new', onFailure) }, recording);
      const adopt = ['apply', 'local', '--adopt', '--auto-approve'];
      const begin = async (): Promise<void> => {
        const there = (await repo.docker('ps', '--all', '--quiet')).split('\n').filter(Boolean);
        if (there.length > 0) await repo.docker('rm', '--force', '--volumes', ...there);
        await repo.removeState();
        await makeLegacy(repo);
      };
      await begin();
      recording.reset();
      expect(await repo.trueup(adopt)).toMatchObject({ status: 0 });
      const writes = recording.requests.filter(isWrite).length;
      expect(writes).toBeGreaterThan(3);

      for (const { write, when } of sampled(writes)) {
        await begin();
        const at = `${when} of writing call ${write}`;

        const { isKilled } = await killAtWrite(recording, () => repo.start(adopt), { write, when });
        const next = await repo.trueup(['apply', 'local', '--auto-approve']);
        const quiet = await repo.trueup(['plan', 'local', '--detailed-exitcode']);

        expect(isKilled || write > writes / 2, at).toBe(true);
        expect(next, `${at}: ${next.stdout}${next.stderr}`).toMatchObject({ status: 0 });
        expect(quiet, `${at}: ${quiet.stdout}`).toMatchObject({ status: 0 });
        expect((await standing(repo)).replace(/ .*/, ''), at).toBe('legacy');
        expect(await repo.docker('exec', 'legacy', 'sh', '-c', 'echo $MODE; cat /kept/data'), at).toBe('new\nprecious');
      }
    },
    HOUR,
  );
});

describe('what somebody makes under the name of what was adopted', () => {
  it('is in the way until a person says otherwise, and is not changed', async () => {
    await using repo = await dockerRepo({ [MANIFEST]: manifest('old') });
    await makeLegacy(repo);
    const adopted = await repo.trueup(['apply', 'local', '--adopt', '--auto-approve']);
    await repo.docker('rm', '--force', 'legacy');
    await repo.docker('network', 'rm', 'legacy-net');
    const anew = await makeLegacy(repo, '--env=MODE=other');
    await repo.write({ [MANIFEST]: manifest('new') });

    const planned = await repo.trueup(['plan', 'local', '--output', 'json']);
    const refused = await repo.trueup(['apply', 'local', '--auto-approve']);
    const gone = await repo.trueup(['destroy', 'local', '--auto-approve']);
    const kept = await standing(repo);
    const agreed = await repo.trueup(['apply', 'local', '--adopt', '--auto-approve']);

    expect(adopted, adopted.stderr).toMatchObject({ status: 0 });
    expect(parsed(planned.stdout)).toMatchObject({ conflicts: [{ address: 'service.web' }] });
    expect(refused).toMatchObject({ status: 1 });
    expect(refused.stdout + refused.stderr).toContain(
      '"legacy" is claimed, and would be changed before anybody has adopted it: `trueup apply local --adopt`',
    );
    expect(gone, gone.stderr).toMatchObject({ status: 0 });
    expect(kept).toBe(`legacy ${anew}`);
    expect(agreed, agreed.stderr).toMatchObject({ status: 0 });
    expect(await repo.docker('exec', 'legacy', 'cat', '/kept/data')).toBe('precious');
  });

  it('makes a saved plan stale, also where it is the very same', async () => {
    await using repo = await dockerRepo({ [MANIFEST]: manifest('new') });
    await makeLegacy(repo);
    const saved = await repo.trueup(['plan', 'local', '--adopt', '--out', 'saved.json']);
    await repo.docker('rm', '--force', 'legacy');
    const anew = await makeLegacy(repo);

    const stale = await repo.trueup(['apply', 'saved.json', '--adopt', '--auto-approve']);
    const kept = await standing(repo);
    await repo.trueup(['plan', 'local', '--adopt', '--out', 'saved.json']);
    const applied = await repo.trueup(['apply', 'saved.json', '--adopt', '--auto-approve']);

    expect(saved, saved.stderr).toMatchObject({ status: 0 });
    expect(stale, stale.stderr).toMatchObject({ status: 4 });
    expect(kept).toBe(`legacy ${anew}`);
    expect(applied, applied.stderr).toMatchObject({ status: 0 });
  });
});

describe('--adopt of some of it', () => {
  it('adopts what is named and what that needs, once, and leaves the rest to be adopted', async () => {
    await using repo = await dockerRepo({ [MANIFEST]: manifest('old') });
    const id = await makeLegacy(repo);

    const one = await repo.trueup(['apply', 'local/volume.data', '--adopt', '--auto-approve']);
    const planned = await repo.trueup(['plan', 'local', '--output', 'json']);
    const all = await repo.trueup(['apply', 'local', '--adopt', '--auto-approve']);
    const again = await repo.trueup(['apply', 'local', '--auto-approve']);
    const after = await repo.trueup(['plan', 'local', '--output', 'json']);

    expect(one, one.stderr).toMatchObject({ status: 0 });
    expect(one.stderr).toContain('Adopts what the manifests claim: volume.data');
    expect(parsed(planned.stdout)).toMatchObject({ to_adopt: ['network.back', 'service.web'] });
    expect([all.status, again.status]).toEqual([0, 0]);
    expect(parsed(after.stdout)).not.toHaveProperty('to_adopt');
    expect(await standing(repo)).toBe(`legacy ${id}`);
  });
});

describe('what was adopted', () => {
  it('stays adopted through rollbacks to before and after the adoption, and under a new key', async () => {
    await using repo = await dockerRepo({ [MANIFEST]: 'name: local\nproject: shop\nservices: {}\n' });
    const commit = async (message: string, text: string): Promise<void> => {
      await repo.write({ [MANIFEST]: text });
      await repo.git('add', '--all');
      await repo.git('commit', '--quiet', '--message', message);
    };
    const id = await makeLegacy(repo);
    await repo.trueup(['apply', 'local', '--auto-approve']);
    await commit('claimed', manifest('old'));
    const adopted = await repo.trueup(['apply', 'local', '--adopt', '--auto-approve']);

    const before = await repo.trueup(['rollback', 'local', 'HEAD~1', '--auto-approve']);
    const kept = await standing(repo);
    const after = await repo.trueup(['apply', 'local', '--auto-approve']);
    const moved = 'moved: [{ from: service.web, to: service.site }]\n';
    const renamed = manifest('old').replace('  web:', '  site:');
    await commit('renamed', renamed + moved);
    const planned = await repo.trueup(['plan', 'local', '--output', 'json']);

    expect(adopted, adopted.stderr).toMatchObject({ status: 0 });
    expect(before, before.stdout + before.stderr).toMatchObject({ status: 0 });
    expect(kept).toBe(`legacy ${id}`);
    expect(after, after.stdout + after.stderr).toMatchObject({ status: 0 });
    expect(await standing(repo)).toBe(`legacy ${id}`);
    expect(planned, planned.stderr).toMatchObject({ status: 0 });
    // On its network it still has the name that its key gave it.
    const summary = { create: 0, update: 1, restart: 0, replace: 0, delete: 0, move: 0 };
    expect(parsed(planned.stdout)).toMatchObject({ summary, conflicts: [] });
    expect(parsed(planned.stdout)).not.toHaveProperty('to_adopt');
  });
});
