import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scratchRepo } from '../support/cli.ts';
import { containing, parsed } from '../support/matching.ts';
import { schemaErrors } from '../support/schemas.ts';

const PROCFILE = 'web: sleep 1000\nworker: while true; do sleep 1; done\n';
const NOWHERE = { DOCKER_HOST: 'unix:///nonexistent/docker.sock' };

describe('trueup import procfile', () => {
  it('writes an environment that runs', async () => {
    await using repo = await scratchRepo({ 'app/Procfile': PROCFILE });

    const imported = await repo.trueup(['import', 'procfile', 'app/Procfile', '--environment', 'dev']);
    const applied = await repo.trueup(['apply', 'dev', '--auto-approve']);
    const planned = await repo.trueup(['plan', 'dev', '--detailed-exitcode']);

    expect(imported).toMatchObject({ status: 0, stdout: containing('Imported 2 services') });
    expect(await repo.read('environments/dev/environment.yaml')).toBe(`# Imported from app/Procfile.
#   trueup plan dev     shows what would change
#   trueup apply dev    does it
name: dev
type: local

services:
  web:
    process: { command: [sleep, "1000"], cwd: ../../app }

  worker:
    process: { command: [sh, -c, while true; do sleep 1; done], cwd: ../../app }
`);
    expect(applied, applied.stderr).toMatchObject({ status: 0 });
    expect(planned).toMatchObject({ status: 0 });
  });

  it('says so as a document that the schema knows', async () => {
    await using repo = await scratchRepo({ Procfile: 'web: run -p $PORT\n' });

    const { stdout } = await repo.trueup(['import', 'procfile', '--environment', 'dev', '--output', 'json']);

    expect(schemaErrors('import', parsed(stdout))).toEqual([]);
    expect(parsed(stdout)).toMatchObject({
      created: ['environments/dev/environment.yaml'],
      next: ['trueup plan dev', 'trueup apply dev', 'git add environments/dev/environment.yaml .gitignore'],
      notes: [{ kind: 'information', address: 'service.web', text: containing('PORT') }],
    });
  });

  it('says what is not taken over, and which command holds a secret', async () => {
    await using repo = await scratchRepo({ Procfile: 'web: DB_PASSWORD=hunter2 ./run\n', '.env': 'A=b\n' });

    const { stdout } = await repo.trueup(['import', 'procfile', '--environment', 'dev', '--output', 'json']);

    expect(stdout).not.toContain('hunter2');
    expect(parsed(stdout)).toMatchObject({
      notes: [
        { kind: 'plain_secret', address: 'service.web' },
        { kind: 'information', address: 'Procfile', text: containing('variables of .env') },
      ],
    });
  });

  it('names every bad line, and writes nothing', async () => {
    await using repo = await scratchRepo({ Procfile: 'web: a\nno process\n: b\n' });

    const { status, stderr } = await repo.trueup(['import', 'procfile', '--environment', 'dev']);

    expect(status).toBe(64);
    expect(stderr).toContain('Procfile:2: it is not "name: command"');
    expect(stderr).toContain('Procfile:3: it is not "name: command"');
    await expect(stat(join(repo.root, 'environments'))).rejects.toThrow('ENOENT');
  });

  it.each([
    ['none', undefined, 1, 'Procfile cannot be read'],
    ['an empty one', '# nothing\n', 64, 'Procfile has no process'],
  ])('refuses %s', async (_, text, status, words) => {
    await using repo = await scratchRepo(text === undefined ? {} : { Procfile: text });

    const result = await repo.trueup(['import', 'procfile', '--environment', 'dev']);

    expect(result).toMatchObject({ status, stderr: containing(words) });
  });
});

describe('trueup import', () => {
  it.each([
    [['docker', '--all'], '--environment is missing'],
    [['docker', '--environment', 'dev'], 'nothing says what is to be imported'],
    [['dokcer', '--all', '--environment', 'dev'], 'did you mean "docker"?'],
    [['docker', '--all', '--environment', '../x'], '"../x" cannot be the name of an environment'],
    [['procfile', '--all', '--environment', 'dev'], 'a Procfile is one file'],
    [[], 'missing required argument'],
  ])('with %j is wrong usage, and says why', async (words, why) => {
    await using repo = await scratchRepo({ Procfile: PROCFILE });
    Object.assign(repo.env, NOWHERE);

    const { status, stderr } = await repo.trueup(['import', ...words]);

    expect({ status, stderr }).toMatchObject({ status: 64, stderr: containing(why) });
    await expect(stat(join(repo.root, 'environments'))).rejects.toThrow('ENOENT');
  });

  it('overwrites nothing unless it is told to', async () => {
    const other = 'name: dev\nservices: {}\n';
    await using repo = await scratchRepo({ Procfile: PROCFILE, 'environments/dev/environment.yaml': other });

    const refused = await repo.trueup(['import', 'procfile', '--environment', 'dev']);
    const kept = await repo.read('environments/dev/environment.yaml');
    const forced = await repo.trueup(['import', 'procfile', '--environment', 'dev', '--force']);

    expect(refused).toMatchObject({
      status: 64,
      stderr: containing('environments/dev/ exists, and nothing was overwritten'),
    });
    expect(kept).toBe(other);
    expect(forced).toMatchObject({ status: 0 });
    expect(await repo.read('environments/dev/environment.yaml')).toContain('worker:');
  });

  it('says so of an engine that does not answer, and writes nothing', async () => {
    await using repo = await scratchRepo();
    Object.assign(repo.env, NOWHERE);

    const result = await repo.trueup(['import', 'docker', '--all', '--environment', 'dev']);

    expect(result).toMatchObject({ status: 1, stderr: containing('[engine_unreachable]') });
    await expect(stat(join(repo.root, 'environments'))).rejects.toThrow('ENOENT');
  });
});
