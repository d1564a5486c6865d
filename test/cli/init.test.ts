import { readdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scratchRepo } from '../support/cli.ts';
import { anyNumber, containing, parsed } from '../support/matching.ts';

describe('trueup init', () => {
  it('makes an environment that is valid, starts, and then needs no change', async () => {
    await using repo = await scratchRepo();

    const made = await repo.trueup(['init']);
    await repo.commit();
    const validated = await repo.trueup(['validate']);
    const applied = await repo.trueup(['apply', 'local', '--auto-approve']);
    const planned = await repo.trueup(['plan', '--detailed-exitcode']);

    expect(made).toMatchObject({ status: 0, stdout: containing('trueup apply local') });
    expect(validated).toMatchObject({ status: 0, stderr: '' });
    expect(applied).toMatchObject({ status: 0 });
    expect(planned).toMatchObject({ status: 0 });
    expect(await repo.processes()).not.toHaveLength(0);
  });

  it('names the schema for editors by a path that exists', async () => {
    await using repo = await scratchRepo();

    await repo.trueup(['init', 'dev']);

    const manifest = await repo.read('environments/dev/environment.yaml');
    const [, path = ''] = /^# yaml-language-server: \$schema=(.+)$/m.exec(manifest) ?? [];
    expect(parsed(await repo.read(join('environments/dev', path)))).toMatchObject({ title: 'Environment' });
  });

  it('keeps state and reports out of git, and leaves what the file says already', async () => {
    await using repo = await scratchRepo({ '.gitignore': 'dist\n/reports' });

    await repo.trueup(['init']);

    expect(await repo.read('.gitignore')).toBe('dist\n/reports\n.trueup/\n');
  });

  it('overwrites nothing without --force', async () => {
    await using repo = await scratchRepo({ 'environments/local/environment.yaml': 'type: staging\n' });

    const refused = await repo.trueup(['init']);
    const kept = await repo.read('environments/local/environment.yaml');
    const forced = await repo.trueup(['init', '--force']);

    expect(refused).toMatchObject({ status: 64, stderr: containing('environments/local/ exists') });
    expect(kept).toBe('type: staging\n');
    expect(forced.status).toBe(0);
    expect(await repo.read('environments/local/environment.yaml')).toContain('services:');
  });

  it('chooses a port that is free', async () => {
    await using repo = await scratchRepo();
    const server = createServer().listen(8080, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve).once('error', resolve));

    const { stdout } = await repo.trueup(['init', '--output', 'json']);
    server.close();

    const { port } = JSON.parse(stdout) as { readonly port: number };
    expect(port).not.toBe(8080);
    expect(await repo.read('environments/local/environment.yaml')).toContain(`port: ${port}`);
  });

  it('says `git init` outside of a git repo, and writes nothing', async () => {
    await using repo = await scratchRepo({}, { git: false });

    const { status, stderr } = await repo.trueup(['init']);

    expect(status).toBe(1);
    expect(stderr).toContain('git init');
    expect(await readdir(repo.root)).toEqual([]);
  });

  it.each(['Local', 'a b', '../up', 'ünicode', 'x'.repeat(300)])('refuses the name %j', async (name) => {
    await using repo = await scratchRepo();

    const { status, stderr } = await repo.trueup(['init', name]);

    expect(status).toBe(64);
    expect(stderr).toContain('cannot be the name of an environment');
    expect(await readdir(repo.root)).toEqual(['.git']);
  });

  it('prints JSON alone', async () => {
    await using repo = await scratchRepo();

    const { stdout } = await repo.trueup(['init', 'dev', '--output', 'json']);

    expect(parsed(stdout)).toEqual({
      environment: 'dev',
      created: ['environments/dev/environment.yaml', 'environments/environment.schema.json'],
      ignored: ['.trueup/', 'reports/'],
      port: anyNumber(),
    });
  });
});
