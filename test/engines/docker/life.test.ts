import { describe, expect, it } from 'vitest';
import { eventually } from '../../support/cli.ts';
import { type DockerRepo, dockerRepo } from '../../support/docker/docker-repo.ts';
import { MANIFEST } from '../../support/shop.ts';

const APPLY = ['apply', '--auto-approve'];

function web(more = '', command = "[sleep, '1000']"): string {
  return `name: local
project: shop
services:
  web:
    container: { image: 'busybox:1', command: ${command}, init: true, stop_grace_period: 2s }
${more}`;
}

interface Life {
  readonly id: string;
  readonly startedAt: string;
  readonly state: string;
}

async function lifeOf({ docker }: DockerRepo, container = 'shop-web-1'): Promise<Life> {
  const format = '{{.Id}} {{.State.StartedAt}} {{.State.Status}}';
  const [id = '', startedAt = '', state = ''] = (await docker('inspect', '--format', format, container)).split(' ');
  return { id, startedAt, state };
}

async function applied(repo: DockerRepo): Promise<void> {
  const { status, stdout, stderr } = await repo.trueup(APPLY);
  expect(status, stdout + stderr).toBe(0);
}

async function expectQuiet(repo: DockerRepo): Promise<void> {
  await repo.removeState();
  const { status, stdout } = await repo.trueup(['plan', '--detailed-exitcode']);
  expect(status, stdout).toBe(0);
}

describe('a new physical name', () => {
  it('is given to the same container, which goes on running', async () => {
    await using repo = await dockerRepo({ [MANIFEST]: web() });
    await applied(repo);
    const before = await lifeOf(repo);

    await repo.write({ [MANIFEST]: web('    name: another\n') });
    await applied(repo);

    expect(await lifeOf(repo, 'another')).toEqual(before);
    expect(await repo.docker('ps', '--all', '--format', '{{.Names}}')).toBe('another');
    await expectQuiet(repo);
  });

  it('of a network moves what is attached to it', async () => {
    await using repo = await dockerRepo({ [MANIFEST]: web('networks: { default: {} }\n') });
    await applied(repo);
    const before = await lifeOf(repo);

    await repo.write({ [MANIFEST]: web('networks: { default: { name: another } }\n') });
    await applied(repo);

    expect(await repo.docker('network', 'ls', '--filter', 'driver=bridge', '--format', '{{.Name}}')).toBe(
      'another\nbridge',
    );
    expect((await lifeOf(repo)).id).toBe(before.id);
    await expectQuiet(repo);
  });
});

describe('a volume that moves', () => {
  it('takes all its data along, also more than fits on the way', async () => {
    const declared = (name: string): string =>
      `${web("    storage: { volumes: ['data:/data'] }\n")}volumes: { data: { name: ${name} } }\n`;
    await using repo = await dockerRepo({ [MANIFEST]: declared('before') });
    await applied(repo);
    const sum = ['exec', 'shop-web-1', 'md5sum', '/data/big'];
    await repo.docker('exec', 'shop-web-1', 'dd', 'if=/dev/urandom', 'of=/data/big', 'bs=1M', 'count=16');
    const before = await repo.docker(...sum);

    await repo.write({ [MANIFEST]: declared('after') });
    await applied(repo);

    expect(await repo.docker(...sum)).toBe(before);
    expect(await repo.docker('volume', 'ls', '--format', '{{.Name}}')).toBe('after');
    expect(await repo.docker('ps', '--all', '--format', '{{.Names}}')).toBe('shop-web-1');
    await expectQuiet(repo);
  });
});

describe('a reference that means another image by now', () => {
  it('is drift, and the container is made anew from what it means', async () => {
    await using repo = await dockerRepo({ [MANIFEST]: web().replace('busybox:1', 'moving:1') });
    await repo.docker('tag', 'busybox:1', 'moving:1');
    await applied(repo);
    const before = await lifeOf(repo);
    await repo.docker('tag', 'busybox:2', 'moving:1');

    const drift = await repo.trueup(['drift']);
    await applied(repo);

    expect(drift.status, drift.stdout).toBe(2);
    expect(drift.stdout).toContain('container.image');
    expect((await lifeOf(repo)).id).not.toBe(before.id);
    const ids = [
      await repo.docker('inspect', '--format', '{{.Image}}', 'shop-web-1'),
      await repo.docker('image', 'inspect', '--format', '{{.Id}}', 'busybox:2'),
    ];
    expect(ids[0]).toBe(ids[1]);
    await expectQuiet(repo);
    await repo.docker('rmi', 'moving:1');
  });
});

describe('a job', () => {
  it('runs once, again when it changed, and again after it failed', async () => {
    const counting = (more: string): string =>
      web(
        `    run: once\n    storage: { volumes: ['runs:/runs'] }\n${more}volumes: { runs: {} }\n`,
        "[sh, -c, 'echo run >>/runs/all; exit $${CODE:-0}']",
      );
    await using repo = await dockerRepo({ [MANIFEST]: counting('') });
    const runs = async (): Promise<number> => {
      const all = await repo.docker('run', '--rm', '--volume', 'shop_runs:/runs', 'busybox:1', 'cat', '/runs/all');
      return all.split('\n').length;
    };

    await applied(repo);
    expect(await runs()).toBe(1);
    await applied(repo);
    expect(await runs()).toBe(1);
    await repo.write({ [MANIFEST]: counting('    environment_variables: { COLOUR: blue }\n') });
    await applied(repo);
    expect(await runs()).toBe(2);
    await expectQuiet(repo);
  });
});

describe('stop and start', () => {
  it('hold on purpose, and are no drift', async () => {
    await using repo = await dockerRepo({ [MANIFEST]: web() });
    await applied(repo);
    const before = await lifeOf(repo);

    expect(await repo.trueup(['stop', 'web'])).toMatchObject({ status: 0 });
    expect(await lifeOf(repo)).toMatchObject({ id: before.id, state: 'exited' });
    expect(await repo.trueup(['drift'])).toMatchObject({ status: 0 });
    expect(await repo.trueup(['start', 'web'])).toMatchObject({ status: 0 });

    expect(await lifeOf(repo)).toMatchObject({ id: before.id, state: 'running' });
    expect(await repo.trueup(['drift'])).toMatchObject({ status: 0 });
  });
});

describe('a mounted file that changes', () => {
  const mounted = (watch: string): string =>
    web(
      `    storage: { volumes: [{ host_path: ../../app.conf, container_path: /etc/app.conf, mode: ro${watch} }] }\n`,
      `[sh, -c, 'trap "echo told" HUP; echo ready; while :; do sleep 0.1; done']`,
    );

  it.each([
    { watch: '', restarts: true },
    { watch: ', watch_content: restart', restarts: true },
    { watch: ', watch_content: report', restarts: false },
    { watch: ', watch_content: "signal:HUP"', restarts: false },
  ])('is a difference; with "$watch" the container is restarted: $restarts', async ({ watch, restarts }) => {
    await using repo = await dockerRepo({ [MANIFEST]: mounted(watch), 'app.conf': 'first\n' });
    await applied(repo);
    await eventually(async () => (await repo.docker('logs', 'shop-web-1')).includes('ready'), 'the trap');
    const before = await lifeOf(repo);
    await repo.write({ 'app.conf': 'second\n' });

    const planned = await repo.trueup(['plan', '--detailed-exitcode']);
    await applied(repo);
    const after = await lifeOf(repo);

    expect(planned.status, planned.stdout).toBe(2);
    expect(after.id).toBe(before.id);
    expect(after.startedAt !== before.startedAt).toBe(restarts);
    if (watch.includes('signal')) {
      await eventually(async () => (await repo.docker('logs', 'shop-web-1')).includes('told'), 'the signal to arrive');
    }
    await expectQuiet(repo);
  });
});
