import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type ScratchRepo, scratchRepo, TRUEUP } from '../support/cli.ts';

const run = promisify(execFile);

const ENVIRONMENTS = {
  'environments/local/environment.yaml': `
services:
  web: { process: { command: [sleep, "1"] } }
  worker: { process: { command: [sleep, "1"] }, storage: { volumes: [data] } }
volumes: { data: }
`,
  'environments/staging/environment.yaml': `
services:
  web: { process: { command: [sleep, "1"] } }
`,
};

/** The values that are offered for what is written after `trueup`. */
async function offered(repo: ScratchRepo, ...words: readonly string[]): Promise<readonly string[]> {
  const { status, stdout } = await repo.trueup(['__complete', ...words]);
  expect(status).toBe(0);
  return stdout.split('\n').flatMap((line) => (line === '' ? [] : [line.split('\t')[0] ?? '']));
}

describe('completion', () => {
  it('offers commands with what they do', async () => {
    await using repo = await scratchRepo();

    const { stdout } = await repo.trueup(['__complete', 'pl']);

    expect(stdout).toBe('plan\tshow what apply would do, and why\n');
  });

  it('offers the options of the command, and their values', async () => {
    await using repo = await scratchRepo();

    expect(await offered(repo, 'logs', '--fol')).toEqual(['--follow']);
    expect(await offered(repo, 'graph', '--output', '')).toEqual(['text', 'json', 'mermaid', 'dot', 'svg']);
  });

  it('offers environments, and keys that mean one resource', async () => {
    await using repo = await scratchRepo(ENVIRONMENTS);

    expect(await offered(repo, 'plan', '')).toEqual(['local', 'staging', 'worker', 'data']);
    expect(await offered(repo, 'logs', '--tail', '5', 'w')).toEqual(['worker']);
  });

  it('offers addresses once they are begun', async () => {
    await using repo = await scratchRepo(ENVIRONMENTS);

    expect(await offered(repo, 'plan', 'local/')).toEqual([
      'local/service.web',
      'local/service.worker',
      'local/volume.data',
    ]);
    expect(await offered(repo, 'plan', 'service.')).toEqual(['service.worker']);
    expect(await offered(repo, 'stop', 'local/v')).toEqual([]);
  });

  it('offers environments where a command takes one beside revisions', async () => {
    await using repo = await scratchRepo(ENVIRONMENTS);

    expect(await offered(repo, 'rollback', '')).toEqual(['local', 'staging']);
    expect(await offered(repo, 'bisect', 'HEAD~1', 'HEAD', '')).toEqual(['local', 'staging']);
    expect(await offered(repo, 'bisect', '')).toEqual([]);
  });

  it('looks in the folder that the command line names', async () => {
    await using repo = await scratchRepo(ENVIRONMENTS);

    const { stdout } = await repo.trueup(['__complete', '-C', repo.root, 'plan', 'st'], { cwd: '/' });

    expect(stdout).toBe('staging\tenvironment\n');
  });

  it('says nothing at all where nothing can be known', async () => {
    await using repo = await scratchRepo({}, { git: false });

    const { stdout, stderr } = await repo.trueup(['__complete', 'plan', '']);

    expect(stdout + stderr).toBe('');
  });

  it('offers what can be read of manifests that have mistakes', async () => {
    await using repo = await scratchRepo({ ...ENVIRONMENTS, 'environments/broken/environment.yaml': 'services: [' });

    expect(await offered(repo, 'plan', 'st')).toEqual(['staging']);
  });

  it('completes in bash', async () => {
    await using repo = await scratchRepo(ENVIRONMENTS);
    const script = `
trueup() { "$NODE" "$TRUEUP" "$@"; }
source <(trueup completion bash)
COMP_WORDS=(trueup plan --output = js) COMP_CWORD=4; _trueup; echo "\${COMPREPLY[@]}"
COMP_WORDS=(trueup plan "") COMP_CWORD=2; _trueup; echo "\${COMPREPLY[@]}"
complete -p trueup`;

    const { stdout } = await run('bash', ['-c', script], {
      cwd: repo.root,
      env: { ...repo.env, NODE: process.execPath, TRUEUP },
    });

    expect(stdout).toBe('json\nlocal staging worker data\ncomplete -o default -F _trueup trueup\n');
  });

  it.each(['bash', 'zsh', 'fish'])('prints a script for %s that asks trueup itself', async (shell) => {
    await using repo = await scratchRepo({}, { git: false });

    const { status, stdout } = await repo.trueup(['completion', shell]);

    expect(status).toBe(0);
    expect(stdout).toContain('trueup __complete');
  });

  it('suggests the nearest shell for a wrong one', async () => {
    await using repo = await scratchRepo({}, { git: false });

    const { status, stderr } = await repo.trueup(['completion', 'zhs']);

    expect(status).toBe(64);
    expect(stderr).toContain('did you mean "zsh"?');
  });

  it('is part of the help, and the command that scripts call is not', async () => {
    await using repo = await scratchRepo({}, { git: false });

    const { stdout } = await repo.trueup(['--help']);

    expect(stdout).toContain('completion');
    expect(stdout).not.toContain('__complete');
  });
});
