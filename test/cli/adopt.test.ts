import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scratchRepo, type ScratchRepo } from '../support/cli.ts';
import { MANIFEST } from '../support/shop.ts';

const manifest = (project = 'shop'): string => `name: local
project: ${project}
services:
  web: { process: { command: [sleep, "1000"], cwd: / }, storage: { volumes: [data] } }
  job: { process: { command: [sleep, "1000"], cwd: / } }
volumes: { data: {} }
`;

const APPLY = ['apply', '--auto-approve'] as const;
const ADOPT = [...APPLY, '--adopt'] as const;

/** Another checkout of the same repo. */
async function cloneOf(repo: ScratchRepo): Promise<string> {
  const clone = join(repo.scratch, 'clone');
  await repo.git('clone', '--quiet', repo.root, clone);
  return clone;
}

describe('--adopt', () => {
  it('makes ours what a checkout that is gone has left running, and touches nothing of it', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: manifest() });
    const clone = await cloneOf(repo);
    await repo.trueup([...APPLY], { cwd: clone });
    const before = await repo.pids();
    await rm(clone, { recursive: true });

    const refused = await repo.trueup([...APPLY]);
    const planned = await repo.trueup(['plan', '--adopt', '--detailed-exitcode']);
    const adopted = await repo.trueup([...ADOPT]);
    const quiet = await repo.trueup(['plan', '--detailed-exitcode']);

    expect(refused).toMatchObject({ status: 1 });
    expect(refused.stdout).toContain('trueup apply --adopt');
    expect(planned, planned.stdout).toMatchObject({ status: 0 });
    expect(adopted, adopted.stdout + adopted.stderr).toMatchObject({ status: 0 });
    expect(adopted.stderr).toContain(`Adopts what the checkout ${clone} has left: shop-job-1, shop-web-1, shop_data`);
    expect(quiet, quiet.stdout).toMatchObject({ status: 0 });
    expect(await repo.pids()).toEqual(before);
  });

  it('is refused while the other checkout is there and runs it, and nothing is written', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: manifest() });
    const clone = await cloneOf(repo);
    await repo.trueup([...APPLY], { cwd: clone });

    const refused = await repo.trueup([...ADOPT]);
    const still = await repo.trueup(['plan', '--detailed-exitcode'], { cwd: clone });
    const conflicts = await repo.trueup([...APPLY, '--quiet']);

    expect(refused).toMatchObject({ status: 1 });
    expect(refused.stderr).toContain(`${clone} still runs the environment local`);
    expect(still, still.stdout).toMatchObject({ status: 0 });
    expect(conflicts).toMatchObject({ status: 1, stdout: '' });
    expect(conflicts.stderr).toContain('the name "shop-web-1" is taken');
  });

  it('is refused also where only a volume is in the way, and what the other checkout runs has other names', async () => {
    const theirs = manifest().replace('web:', 'site:').replace('job:', 'task:');
    await using repo = await scratchRepo({ [MANIFEST]: manifest() });
    const clone = await cloneOf(repo);
    await repo.write({ '../clone/environments/local/environment.yaml': theirs });
    await repo.trueup([...APPLY], { cwd: clone });
    const before = await repo.processes();

    const refused = await repo.trueup([...ADOPT]);

    expect(refused).toMatchObject({ status: 1 });
    expect(refused.stderr).toContain(`${clone} still runs the environment local`);
    expect(await repo.processes()).toEqual(before);
  });

  it('takes over what another checkout has stopped, and starts it', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: manifest() });
    const clone = await cloneOf(repo);
    await repo.trueup([...APPLY], { cwd: clone });
    await repo.trueup(['stop'], { cwd: clone });

    const adopted = await repo.trueup([...ADOPT]);

    expect(adopted, adopted.stdout + adopted.stderr).toMatchObject({ status: 0 });
    expect(Object.keys(await repo.pids()).toSorted()).toEqual(['service.job', 'service.web']);
  });

  it('gives back what this checkout has lost the id of', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: manifest() });
    await repo.trueup([...APPLY]);
    const before = await repo.pids();
    const ids = join(repo.root, '.git/trueup/owners.json');
    await rename(ids, `${ids}.lost`);

    const adopted = await repo.trueup([...ADOPT]);
    const destroyed = await repo.trueup(['destroy', 'local', '--auto-approve', '--volumes']);

    expect(adopted, adopted.stdout + adopted.stderr).toMatchObject({ status: 0 });
    expect(Object.keys(before)).toHaveLength(2);
    expect(destroyed, destroyed.stdout).toMatchObject({ status: 0 });
    expect(await repo.processes()).toEqual([]);
  });

  it('changes nothing where nothing is in the way', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: manifest() });
    await repo.trueup([...APPLY]);
    const ids = await repo.read('.git/trueup/owners.json');

    const adopted = await repo.trueup([...ADOPT]);

    expect(adopted).toMatchObject({ status: 0, stdout: 'Nothing to do.\n' });
    expect(await repo.read('.git/trueup/owners.json')).toBe(ids);
  });

  it('leaves alone what belongs to another project', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: manifest() });
    const clone = await cloneOf(repo);
    await repo.write({ '../clone/environments/local/environment.yaml': manifest('other') });
    await repo.trueup([...APPLY], { cwd: clone });
    await repo.trueup([...APPLY]);
    const both = await repo.processes();
    await rm(clone, { recursive: true });

    const adopted = await repo.trueup([...ADOPT]);

    expect(adopted, adopted.stdout).toMatchObject({ status: 0 });
    expect(await repo.processes()).toEqual(both);
  });

  it('leaves alone what belongs to another environment, though its names are wanted', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: manifest() });
    const clone = await cloneOf(repo);
    await rm(join(clone, 'environments/local'), { recursive: true });
    await repo.write({ '../clone/environments/other/main.yaml': manifest().replace('name: local', 'name: other') });
    const applied = await repo.trueup([...APPLY], { cwd: clone });
    const before = await repo.processes();
    await rm(clone, { recursive: true });

    const refused = await repo.trueup([...ADOPT]);

    expect(applied, applied.stderr).toMatchObject({ status: 0 });
    expect(refused).toMatchObject({ status: 1 });
    expect(refused.stdout).toContain('other/service.web');
    expect(refused.stderr).not.toContain('Adopts');
    expect(await repo.processes()).toEqual(before);
  });
});
