import { symlink, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually, startTrueup } from '../../support/cli.ts';
import { appliedShop, linesOf, ofContainer, reapplied, shopText } from '../../support/docker/applied-shop.ts';
import type { DockerRepo } from '../../support/docker/docker-repo.ts';
import { RecordingSocket } from '../../support/docker/recording-socket.ts';
import { schemaErrors } from '../../support/schemas.ts';
import { MANIFEST } from '../../support/shop.ts';

let repo: DockerRepo;

beforeAll(async () => {
  repo = await appliedShop();
});

beforeEach(() => reapplied(repo));

afterAll(() => repo[Symbol.asyncDispose]());

describe('logs', () => {
  it('shows what containers wrote, of one that has ended too, with every secret masked', async () => {
    // A container is healthy as soon as its test passes, whatever it has written by then.
    await eventually(async () => linesOf((await repo.trueup(['logs'])).stdout).length >= 4, 'every line');
    const { status, stdout } = await repo.trueup(['logs']);
    const last = await repo.trueup(['logs', 'web', '--tail', '1']);
    const recent = await repo.trueup(['logs', 'job', '--since', '2099-01-01']);
    const json = await repo.trueup(['logs', 'web', '--output', 'json']);

    expect(status).toBe(0);
    // Two outputs of one container have no order that an engine could know.
    expect(linesOf(stdout).toSorted()).toEqual(['job | done', 'web | hello', 'web | token (secret)', 'web | trouble']);
    expect(linesOf(last.stdout)).toHaveLength(1);
    expect(recent).toMatchObject({ status: 0, stdout: '' });
    const { lines: told } = JSON.parse(json.stdout) as { readonly lines: readonly unknown[] };
    expect(told).toContainEqual(expect.objectContaining({ address: 'service.web', stream: 'stderr', line: 'trouble' }));
  });

  it('follows a service into the container that takes its place, and one that is yet to be created', async () => {
    await repo.write({
      [MANIFEST]: shopText({
        more: `  late: { container: { image: 'busybox:1', command: [sh, -c, 'echo here; exec sleep 1000'], init: true } }`,
      }),
    });

    const following = repo.start(['logs', '--follow', '--tail', '1']);
    await following.until(/late was not created yet/);
    await following.until(/job {2}\| done/);
    await repo.write({
      [MANIFEST]: shopText({
        word: 'again',
        more: `  late: { container: { image: 'busybox:1', command: [sh, -c, 'echo here; exec sleep 1000'], init: true } }`,
      }),
    });
    const [before, change] = [
      await ofContainer(repo, '{{.Id}}'),
      await repo.trueup(['apply', 'local', '--auto-approve']),
    ];
    await following.until(/web {2}\| again/);
    await following.until(/late \| here/);
    following.child.kill('SIGINT');
    const { status, stdout, stderr } = await following.done;

    expect(change.status, change.stdout + change.stderr).toBe(0);
    expect(await ofContainer(repo, '{{.Id}}')).not.toBe(before);
    expect(status).toBe(130);
    expect(linesOf(stderr)).toHaveLength(1);
    expect(linesOf(stdout).filter((line) => line === 'web  | again')).toHaveLength(1);
    expect(stdout).not.toContain('hello');
  });

  it('keeps the colours of a container with a terminal where there are colours, and lets nothing else through', async () => {
    const labels = JSON.parse(await ofContainer(repo, '{{json .Config.Labels}}', 'shop-job-1')) as Record<
      string,
      string
    >;
    await repo.docker('rm', '--force', 'shop-job-1');
    const flags = Object.entries(labels).flatMap(([key, value]) => ['--label', `${key}=${value}`]);
    const program = String.raw`printf '\033[31mred\033[0m\n\033[2Jclear\n'`;
    await repo.docker('run', '--detach', '--tty', '--name', 'shop-job-1', ...flags, 'busybox:1', 'sh', '-c', program);
    await repo.docker('wait', 'shop-job-1');

    const plain = await repo.trueup(['logs', 'job']);
    const colored = await repo.trueup(['logs', 'job'], { env: { ...repo.env, FORCE_COLOR: '1' } });

    expect(linesOf(plain.stdout)).toEqual(['job | red', String.raw`job | \u001b[2Jclear`]);
    expect(colored.stdout).toContain('\u001B[31mred\u001B[0m');
    expect(colored.stdout).not.toContain('\u001B[2J');
  });
});

describe('events', () => {
  it('tells what others do as JSON Lines, and nothing of what we look at', async () => {
    const listening = repo.start(['events', '--output', 'json']);
    await listening.until(/"gap"/);
    await repo.trueup(['exec', 'web', 'true']);
    await repo.trueup(['status']);
    await repo.docker('run', '--rm', 'busybox:1', 'true');
    await repo.docker('kill', 'shop-web-1');
    await listening.until(/"die"/);
    listening.child.kill('SIGINT');
    const { status, stdout, stderr } = await listening.done;

    expect({ status, stderr }).toEqual({ status: 130, stderr: '' });
    const events = linesOf(stdout).map(
      (line) => JSON.parse(line) as { readonly address?: string; readonly action?: string },
    );
    expect(events.flatMap((event) => schemaErrors('event', event))).toEqual([]);
    expect(events.map(({ action }) => action)).toEqual(expect.arrayContaining(['kill', 'die']));
    expect(events.filter(({ action }) => action?.startsWith('exec') === true)).toEqual([]);
    expect(new Set(events.flatMap(({ address }) => address ?? []))).toEqual(new Set(['service.web']));
  });

  it('goes on when a lost engine is back, and says that something may have been missed', async () => {
    const link = join(repo.scratch, 'engine.sock');
    const env = { ...repo.env, DOCKER_HOST: `unix://${link}` };
    const first = await RecordingSocket.before(repo.engine.socket);
    await symlink(first.socket, link);
    const listening = startTrueup(['events'], { cwd: repo.root, env });
    await listening.until(/gap: listening from now on/);

    await first[Symbol.asyncDispose]();
    await unlink(link);
    await listening.until(/gap: cannot listen/);
    await using second = await RecordingSocket.before(repo.engine.socket);
    await symlink(second.socket, link);
    await listening.until(/gap: listening again/);
    await repo.docker('pause', 'shop-web-1');
    await listening.until(/service\.web +pause/);
    listening.child.kill('SIGINT');

    expect(await listening.done).toMatchObject({ status: 130 });
  });
});
