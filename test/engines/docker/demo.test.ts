import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type DockerRepo, dockerRepo } from '../../support/docker/docker-repo.ts';
import { eventually } from '../../support/eventually.ts';

/** A place of its own for the demo's scratch folders. */
async function stage(): Promise<DockerRepo> {
  const repo = await dockerRepo({});
  const temporary = join(repo.scratch, 'tmp');
  await mkdir(temporary);
  repo.env['TMPDIR'] = temporary;
  return repo;
}

/** All that the engine has but images, judged by its own lists. */
async function everything({ docker }: DockerRepo): Promise<readonly string[]> {
  const names = await Promise.all([
    docker('ps', '--all', '--format', '{{.Names}}'),
    docker('volume', 'ls', '--format', '{{.Name}}'),
    docker('network', 'ls', '--format', '{{.Name}}'),
  ]);
  return names.flatMap((text) => text.split('\n')).toSorted();
}

async function imagesOf({ docker }: DockerRepo): Promise<readonly string[]> {
  return (await docker('image', 'ls', '--quiet')).split('\n').toSorted();
}

describe('trueup demo --engine docker', () => {
  it('plays to its end without pulling where the engine has an image that will do, and leaves nothing', async () => {
    await using place = await stage();
    const [before, images] = [await everything(place), await imagesOf(place)];

    const { status, stdout, stderr } = await place.trueup(['demo', '--engine', 'docker']);

    expect(status, stdout + stderr).toBe(0);
    expect(stdout).toContain('Welcome');
    expect(stdout).toContain('Drift finds all three');
    expect(stdout).not.toContain('$ trueup pull');
    expect(await everything(place)).toEqual(before);
    expect(await imagesOf(place)).toEqual(images);
    const [folder = ''] = await readdir(place.env['TMPDIR'] ?? '');
    expect(await readdir(join(place.env['TMPDIR'] ?? '', folder, 'shop'))).toEqual(['reports']);
  });

  it('says which image it lacks, and leaves nothing', async () => {
    await using place = await stage();
    const before = await everything(place);

    const { status, stderr } = await place.trueup(['demo', '--engine', 'docker', '--image', '127.0.0.1:1/nosuch:1']);

    expect(status).toBe(1);
    expect(stderr).toMatch(/needs the image 127\.0\.0\.1:1\/nosuch:1[\s\S]*--image REFERENCE/);
    expect(await everything(place)).toEqual(before);
  });

  it('leaves nothing after Ctrl-C while containers start', async () => {
    await using place = await stage();
    const before = await everything(place);

    const playing = place.start(['demo', '--engine', 'docker']);
    await playing.until(/service\.db create/);
    playing.child.kill('SIGINT');
    const { status } = await playing.done;

    expect(status).toBe(130);
    expect(await everything(place)).toEqual(before);
  });

  it('leaves nothing after a second Ctrl-C either', async () => {
    await using place = await stage();
    const before = await everything(place);

    const playing = place.start(['demo', '--engine', 'docker']);
    await playing.until(/\$ trueup status/);
    playing.child.kill('SIGINT');
    await playing.until(/removing what the demo started/);
    playing.child.kill('SIGINT');
    const { status } = await playing.done;

    expect(status).toBe(130);
    const isAsBefore = async (): Promise<boolean> => JSON.stringify(await everything(place)) === JSON.stringify(before);
    await eventually(isAsBefore, 'the engine to be as it was');
  });

  it('says what to do where no engine answers, before anything is made', async () => {
    await using place = await stage();

    const { status, stderr } = await place.trueup(['demo', '--engine', 'docker'], {
      env: { ...place.env, DOCKER_HOST: 'unix:///nonexistent/engine.sock' },
    });

    expect(status).toBe(1);
    expect(stderr).toContain('[engine_unreachable]');
    expect(stderr).toContain('trueup doctor');
    expect(await readdir(place.env['TMPDIR'] ?? '')).toEqual([]);
  });
});
