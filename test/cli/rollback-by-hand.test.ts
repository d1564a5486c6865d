import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type CliResult, type ScratchRepo, scratchRepo } from '../support/cli.ts';
import { schemaErrors } from '../support/schemas.ts';
import { MANIFEST, shop } from '../support/shop.ts';

const YES = '--auto-approve';

/** What the command of `api` runs with now, as the kernel says. */
async function levelOf(repo: ScratchRepo): Promise<string | undefined> {
  const pid = (await repo.pids())['service.api'];
  const environment = pid === undefined ? '' : readFileSync(`/proc/${pid}/environ`, 'latin1');
  return /(?:^|\0)LOG_LEVEL=([^\0]*)/.exec(environment)?.[1];
}

async function applied(repo: ScratchRepo, ...args: readonly string[]): Promise<CliResult> {
  const result = await repo.trueup(['apply', YES, ...args]);
  expect(result.status, result.stdout + result.stderr).toBe(0);
  return result;
}

/** Commits the shop with each level in turn, applies each, and resolves with the hashes. */
async function appliedLevels(repo: ScratchRepo, ...levels: readonly string[]): Promise<readonly string[]> {
  const commits: string[] = [];
  for (const logLevel of levels) {
    await repo.write({ [MANIFEST]: shop({ logLevel }) });
    commits.push(await repo.commit(`level ${logLevel}`));
    await applied(repo);
  }
  return commits;
}

function runIdOf({ stdout }: CliResult): string {
  return (JSON.parse(stdout) as { id: string }).id;
}

describe('rollback to a revision', () => {
  it('applies what it declares, though the working tree is broken, and touches no file of it', async () => {
    await using repo = await scratchRepo();
    const [first = ''] = await appliedLevels(repo, 'one', 'two');
    await repo.write({
      [MANIFEST]: 'services: [this is: no manifest',
      'environments/local/untracked.yaml': 'nonsense: 1\n',
    });
    await repo.git('add', MANIFEST);
    const status = await repo.git('status', '--porcelain');

    const back = await repo.trueup(['rollback', first.slice(0, 9), YES]);

    expect(back.status, back.stdout + back.stderr).toBe(0);
    expect(await levelOf(repo)).toBe('one');
    expect(await repo.git('status', '--porcelain')).toBe(status);
    expect(await repo.read(MANIFEST)).toBe('services: [this is: no manifest');
    expect(back.stderr).toContain('Data is not rolled back');
  });

  it('brings back an environment whose manifests are gone', async () => {
    await using repo = await scratchRepo({ 'environments/local/notes': 'what keeps the folder' });
    const [first = ''] = await appliedLevels(repo, 'one', 'two');
    await repo.git('rm', '--quiet', MANIFEST);
    await repo.commit('gone');

    const back = await repo.trueup(['rollback', first, YES]);

    expect(back.status, back.stdout + back.stderr).toBe(0);
    expect(await levelOf(repo)).toBe('one');
  });

  it('stops nothing where a process would run in a folder that is gone', async () => {
    await using repo = await scratchRepo();
    const [first = ''] = await appliedLevels(repo, 'one', 'two');
    await repo.git('mv', 'environments/local', 'environments/elsewhere');
    const pids = await repo.pids();

    const back = await repo.trueup(['rollback', 'local', first, YES]);

    expect(back.status).toBe(1);
    expect(back.stderr).toContain('path_missing');
    expect(await repo.pids()).toEqual(pids);
  });

  it('says in its document where it went and what is not pinned, and records the revision', async () => {
    await using repo = await scratchRepo({ '.gitignore': '.trueup\nreports\n.env\n' });
    const [first = ''] = await appliedLevels(repo, 'one', 'two');
    await repo.write({ '.env': 'UNUSED=1\n' });

    const back = await repo.trueup(['rollback', 'local', first, YES, '--output', 'json']);

    expect(back.status, back.stderr).toBe(0);
    const document = JSON.parse(back.stdout) as object;
    expect(schemaErrors('run', document)).toEqual([]);
    expect(document).toMatchObject({
      mode: 'apply',
      revision: { commit: first, dirty: false },
      rollback_to: { commit: first, run: null },
    });
    expect(document).toHaveProperty('unpinned', expect.arrayContaining(['.env: variables']));
    const recorded = JSON.parse(await repo.read('.trueup/environments/local.json')) as object;
    expect(recorded).toMatchObject({ revisions: { last_applied: { commit: first, dirty: false } } });
  });

  it('reads secret files from the working tree, and says so', async () => {
    await using repo = await scratchRepo({ '.gitignore': '.trueup\nreports\ntoken\n', token: 'old-token' });
    const secret = '    environment_variables: { TOKEN: { secret: true, source: file, value: ../../token } }\n';
    const withSecret = (key: string): string =>
      `name: local\nservices:\n  ${key}:\n    process: { command: [sleep, "1000"] }\n${secret}`;
    await repo.write({ [MANIFEST]: withSecret('one') });
    const first = await repo.commit();
    await repo.write({ [MANIFEST]: withSecret('two'), token: 'new-token' });
    await repo.commit();

    const back = await repo.trueup(['rollback', first, YES]);

    expect(back.status, back.stdout + back.stderr).toBe(0);
    expect(back.stderr).toContain('token: a secret');
    const pid = (await repo.pids())['service.one'];
    expect(readFileSync(`/proc/${pid}/environ`, 'latin1')).toContain('TOKEN=new-token');
    expect(await repo.pids()).not.toHaveProperty('service.two');
  });

  it('refuses one whose manifests have mistakes, with the lines of that revision', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: 'name: local\nservice: {}\n' });
    const broken = await repo.git('rev-parse', 'HEAD');
    await appliedLevels(repo, 'one');

    const back = await repo.trueup(['rollback', broken, YES]);

    expect(back.status).toBe(65);
    expect(back.stderr).toContain(`At ${broken.slice(0, 12)}`);
    expect(back.stderr).toContain('service: {}');
    expect(await levelOf(repo)).toBe('one');
  });

  it.each([
    [['nothing-of-this-name'], 'no commit of this repository'],
    [['local', 'nothing-of-this-name'], 'no run of local'],
    [['a', 'b', 'c'], 'too many arguments'],
  ])('refuses what means nothing: %j', async (words, message) => {
    await using repo = await scratchRepo({ [MANIFEST]: shop() });

    const back = await repo.trueup(['rollback', ...words, YES]);

    expect(back.status).toBe(64);
    expect(back.stderr).toContain(message);
  });

  it('asks first, and without a terminal does nothing', async () => {
    await using repo = await scratchRepo();
    const [first = ''] = await appliedLevels(repo, 'one', 'two');

    const back = await repo.trueup(['rollback', first]);

    expect(back.status).toBe(64);
    expect(await levelOf(repo)).toBe('two');
  });
});

describe('rollback to a run', () => {
  it('goes to the revision that the run applied', async () => {
    await using repo = await scratchRepo();
    await repo.write({ [MANIFEST]: shop({ logLevel: 'one' }) });
    const first = await repo.commit();
    const run = runIdOf(await applied(repo, '--output', 'json'));
    await appliedLevels(repo, 'two');

    const back = await repo.trueup(['rollback', run.toLowerCase(), YES, '--output', 'json']);

    expect(back.status, back.stderr).toBe(0);
    expect(JSON.parse(back.stdout)).toMatchObject({ rollback_to: { commit: first, run } });
    expect(await levelOf(repo)).toBe('one');
  });

  it('of a working tree with changes is refused, naming the nearest commit', async () => {
    await using repo = await scratchRepo();
    const [first = ''] = await appliedLevels(repo, 'one');
    await repo.write({ [MANIFEST]: shop({ logLevel: 'edited' }) });
    const run = runIdOf(await applied(repo, '--output', 'json'));
    await appliedLevels(repo, 'two');

    const back = await repo.trueup(['rollback', 'local', run, YES]);

    expect(back.status).toBe(1);
    expect(back.stderr).toContain('nothing_to_go_back_to');
    expect(back.stderr).toContain(`trueup rollback local ${first.slice(0, 12)}`);
    expect(await levelOf(repo)).toBe('two');
  });
});

describe('rollback without a revision', () => {
  it('goes to the last other one that was healthy, and then further back', async () => {
    await using repo = await scratchRepo();
    await appliedLevels(repo, 'one', 'two', 'three');

    const once = await repo.trueup(['rollback', YES]);
    expect(once.status, once.stdout + once.stderr).toBe(0);
    expect(await levelOf(repo)).toBe('two');

    const twice = await repo.trueup(['rollback', 'local', YES]);
    expect(twice.status, twice.stdout + twice.stderr).toBe(0);
    expect(await levelOf(repo)).toBe('one');

    expect((await repo.trueup(['rollback', YES])).status).toBe(1);
    expect(await levelOf(repo)).toBe('one');
  });

  it('leaves one that failed for the one that worked', async () => {
    await using repo = await scratchRepo();
    await appliedLevels(repo, 'one');
    await repo.write({
      [MANIFEST]: shop({
        logLevel: 'two',
        more: "  bad: { process: { command: ['false'] }, health_check: { test: [CMD, sleep, '0.5'] } }\n",
      }),
    });
    await repo.commit();
    expect((await repo.trueup(['apply', YES])).status).toBe(3);

    const back = await repo.trueup(['rollback', YES]);

    expect(back.status, back.stdout + back.stderr).toBe(0);
    expect(await levelOf(repo)).toBe('one');
    expect(Object.keys(await repo.pids())).not.toContain('service.bad');
  });

  it('knows of nothing where nothing else was applied', async () => {
    await using repo = await scratchRepo();
    await appliedLevels(repo, 'one');

    const back = await repo.trueup(['rollback', YES]);

    expect(back.status).toBe(1);
    expect(back.stderr).toContain('nothing_to_go_back_to');
  });

  it('finds the last healthy one in what is recorded, where the history is lost', async () => {
    await using repo = await scratchRepo();
    await appliedLevels(repo, 'one');
    await repo.write({ [MANIFEST]: shop({ logLevel: 'two' }).replace('sleep, "2000"', "'false'") });
    await repo.commit();
    expect((await repo.trueup(['apply', YES])).status).not.toBe(0);
    const { rm } = await import('node:fs/promises');
    await rm(join(repo.root, '.trueup/history'), { recursive: true, force: true });

    const back = await repo.trueup(['rollback', YES]);

    expect(back.status, back.stdout + back.stderr).toBe(0);
    expect(await levelOf(repo)).toBe('one');
  });
});
