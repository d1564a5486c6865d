import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scratchRepo } from '../support/cli.ts';
import { containing, parsed } from '../support/matching.ts';

interface Check {
  readonly name: string;
  readonly status: string;
  readonly summary: string;
  readonly next: string | null;
}

function checksOf(stdout: string): ReadonlyMap<string, Check> {
  const { checks } = JSON.parse(stdout) as { readonly checks: readonly Check[] };
  return new Map(checks.map((check) => [check.name, check]));
}

describe('trueup doctor', () => {
  it('finds everything where everything is there', async () => {
    await using repo = await scratchRepo();

    const { status, stdout } = await repo.trueup(['doctor']);

    expect(status).toBe(0);
    expect(stdout).toContain(`Node.js ${process.versions.node}`);
    expect(stdout).toContain('git version');
    expect(stdout).toContain(repo.root);
    expect(stdout).toContain('engine process');
    expect(stdout).toContain('All is well.');
  });

  it('boots nothing where no environment can be read, says so, and checks all the rest', async () => {
    await using repo = await scratchRepo({ 'environments/local/environment.yaml': 'services: [' });

    const { status, stdout } = await repo.trueup(['doctor', '--boot', 'vm.box', '--output', 'json']);

    const checks = checksOf(stdout);
    expect(status).toBe(1);
    expect(checks.get('boot vm.box')).toMatchObject({ status: 'error', summary: 'no environment can be read here' });
    expect(checks.get('git')?.status).toBe('ok');
  });

  it('leaves nothing behind in the repo', async () => {
    await using repo = await scratchRepo({ 'a-file': '' });

    await repo.trueup(['doctor']);

    expect(await repo.git('status', '--porcelain', '--ignored')).toBe('');
  });

  it('says what to do outside of a git repo', async () => {
    await using repo = await scratchRepo({}, { git: false });

    const { status, stdout } = await repo.trueup(['doctor', '--output', 'json']);

    expect(status).toBe(1);
    expect(parsed(stdout)).toMatchObject({ format_version: '1.0', healthy: false });
    expect(checksOf(stdout).get('repo')).toMatchObject({ status: 'error', next: containing('git init') });
  });

  it('says what to install where git is missing', async () => {
    await using repo = await scratchRepo();
    const bin = join(repo.scratch, 'bin');
    await mkdir(bin);
    await symlink(process.execPath, join(bin, 'node'));

    const { status, stdout } = await repo.trueup(['doctor', '--output', 'json'], { env: { ...repo.env, PATH: bin } });

    expect(status).toBe(1);
    expect(checksOf(stdout).get('git')).toMatchObject({
      status: 'error',
      next: containing('install git'),
    });
  });

  it('names the environments that use an engine without a driver', async () => {
    await using repo = await scratchRepo({
      'environments/local/environment.yaml': 'services: { web: { container: { image: "nginx:1.27" } } }\n',
    });

    const { status, stdout } = await repo.trueup(['doctor', '--output', 'json']);

    expect(status).toBe(1);
    expect(checksOf(stdout).get('engine docker')).toMatchObject({
      status: 'error',
      summary: containing('used by local'),
    });
  });
});
