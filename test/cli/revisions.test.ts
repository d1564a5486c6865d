/** Plans of other sources, and `diff`: the built command over real repos, clones and saved observations. */
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ScratchRepo, scratchRepo } from '../support/cli.ts';
import { schemaErrors } from '../support/schemas.ts';

const MANIFEST = 'environments/local/environment.yaml';

function shop(level: string, more = ''): string {
  return `
services:
  web:
    process: { command: [sleep, "600"], cwd: ../../app }
    environment_variables:
      LEVEL: ${level}
      TOKEN: { secret: true, source: file, value: ../../.secrets/token }
    storage: { volumes: [data, "../../app/conf:ro"] }
${more}volumes: { data: }
`;
}

const FILES = {
  [MANIFEST]: shop('one'),
  'app/conf': 'one',
  '.secrets/token': 'planted-secret-4711',
  '.gitignore': '.secrets\n',
};

/** Two commits: the second has another level and another file that is mounted. */
async function twoCommits(): Promise<ScratchRepo> {
  const repo = await scratchRepo(FILES);
  await repo.write({ [MANIFEST]: shop('two'), 'app/conf': 'two' });
  await repo.commit();
  return repo;
}

async function clone(repo: ScratchRepo, folder: string, ...options: readonly string[]): Promise<string> {
  const target = join(repo.scratch, folder);
  await repo.git('clone', '--quiet', ...options, `file://${repo.root}`, target);
  return target;
}

function changesOf(stdout: string): unknown {
  const { resource_changes: changes } = JSON.parse(stdout) as {
    readonly resource_changes: readonly {
      readonly address: string;
      readonly action: string;
      readonly cause: string;
      readonly differences: readonly { readonly field_path: string; readonly cause: string }[];
    }[];
  };
  return changes.map(({ address, action, cause, differences }) => [
    address,
    action,
    cause,
    ...differences.map((difference) => `${difference.field_path} ${difference.cause}`),
  ]);
}

const BOTH = [
  [
    'service.web',
    'restart',
    'git',
    "$['environment_variables']['LEVEL'] git",
    "$['storage']['volumes']['app/conf']['content'] git",
  ],
];

describe('plan --revision', () => {
  it('plans what the commit holds, mounted files included, and names what it does not decide', async () => {
    await using repo = await twoCommits();
    await repo.trueup(['apply', '--auto-approve']);

    const { status, stdout } = await repo.trueup(['plan', '--revision', 'HEAD~1', '-o', 'json']);

    expect(status).toBe(0);
    expect(changesOf(stdout)).toEqual(BOTH);
    expect(schemaErrors('plan', JSON.parse(stdout))).toEqual([]);
    expect(JSON.parse(stdout)).toMatchObject({
      revision: { commit: await repo.git('rev-parse', 'HEAD~1'), dirty: false },
      inputs: { unpinned: ['.secrets/token: a secret'] },
    });
  });

  it('says of a word that is no revision, and of an environment that is not there, what would be', async () => {
    await using repo = await scratchRepo(FILES);

    const typo = await repo.trueup(['plan', '--revision', 'mian']);
    const absent = await repo.trueup(['plan', 'locl', '--revision', 'main']);

    expect([typo.status, absent.status]).toEqual([64, 64]);
    expect(typo.stderr).toContain('did you mean "main"?');
    expect(absent.stderr).toMatch(/no environment or resource is called "locl" at [0-9a-f]{12}.*\n.*"local"/);
  });

  it('says of a shallow clone how to get what it lacks', async () => {
    await using repo = await twoCommits();
    const shallow = await clone(repo, 'shallow', '--depth', '1');

    const { status, stderr } = await repo.trueup(['plan', '--revision', 'HEAD~1'], { cwd: shallow });

    expect(status).toBe(64);
    expect(stderr).toContain('git fetch --unshallow');
  });

  it('shows the mistakes of a revision with its text', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: 'services: { web: { proces: {} } }\n' });
    await repo.write({ [MANIFEST]: shop('one'), 'app/conf': 'one' });

    const { status, stderr } = await repo.trueup(['plan', '--revision', 'HEAD']);

    expect(status).toBe(65);
    expect(stderr).toContain(`At ${(await repo.git('rev-parse', 'HEAD')).slice(0, 12)}:`);
    expect(stderr).toContain('services: { web: { proces: {} } }');
  });
});

describe('plan --against', () => {
  it('shows what merging would change, with git as the cause of all of it, and asks for nothing', async () => {
    await using repo = await twoCommits();
    const before = await repo.tree();

    const { status, stdout, stderr } = await repo.trueup(['plan', '--against', 'HEAD~1', '-o', 'json']);

    expect([status, stderr]).toEqual([0, '']);
    expect(changesOf(stdout)).toEqual(BOTH);
    expect(schemaErrors('plan', JSON.parse(stdout))).toEqual([]);
    expect(await repo.tree()).toEqual(before);
  });

  it('takes nothing back that the other side has got since the two parted', async () => {
    await using repo = await scratchRepo(FILES);
    await repo.git('checkout', '--quiet', '-b', 'feature');
    await repo.write({ [MANIFEST]: shop('two') });
    await repo.commit();
    await repo.git('checkout', '--quiet', 'main');
    await repo.write({ [MANIFEST]: shop('one', '  cache: { process: { command: [sleep, "600"], cwd: . } }\n') });
    await repo.commit();

    const plan = await repo.trueup(['plan', '--against', 'main', '--revision', 'feature', '-o', 'json']);

    const level = ['service.web', 'restart', 'git', "$['environment_variables']['LEVEL'] git"];
    expect(changesOf(plan.stdout)).toEqual([level]);
    expect(plan.stderr).toMatch(
      /^[0-9a-f]{7} has gone on since [0-9a-f]{7}: what it changed meanwhile is left out\.\n$/,
    );
  });

  it('tells what takes no step, and where it was what is declared no more', async () => {
    const old = shop('one', '  gone: { process: { command: [sleep, "600"] } }\n');
    await using repo = await scratchRepo({ ...FILES, [MANIFEST]: old });
    await repo.write({ [MANIFEST]: `${shop('one')}policies: { on_failure: continue }\n` });

    const text = await repo.trueup(['plan', '--against', 'HEAD']);
    const json = await repo.trueup(['plan', '--against', 'HEAD', '-o', 'json']);

    const commit = await repo.git('rev-parse', 'HEAD');
    expect(text.stdout).toContain(
      `  - service.gone will be removed (no longer declared) was ${MANIFEST}:9:3 at ${commit.slice(0, 7)}\n`,
    );
    expect(text.stdout).toContain(
      `\nDeclared otherwise, without a step:\n  policies.on_failure: "stop" → "continue" ${MANIFEST}:10:13\n`,
    );
    expect(schemaErrors('plan', JSON.parse(json.stdout))).toEqual([]);
    expect(JSON.parse(json.stdout)).toMatchObject({
      resource_changes: [{ address: 'service.gone', source: null, last_source: { commit, start: { line: 9 } } }],
      declared_otherwise: [{ address: null, field_path: "$['policies']['on_failure']", after: 'continue' }],
    });
  });

  it('points at the variable that was changed, with the line of the field second, and at the field where that was', async () => {
    const manifest = (tag: string, image: string): string =>
      `variables: { tag: "${tag}" }\nservices: { web: { container: { image: "${image}" } } }\n`;
    await using repo = await scratchRepo({ [MANIFEST]: manifest('1.4', 'app:${tag}') });
    const image = async (text: string): Promise<string | undefined> => {
      await repo.write({ [MANIFEST]: text });
      const { stdout } = await repo.trueup(['plan', '--against', 'HEAD']);
      return stdout
        .split('\n')
        .find((line) => line.includes('container.image: '))
        ?.split(') ')
        .at(-1);
    };

    expect(await image(manifest('1.5', 'app:${tag}'))).toBe(`${MANIFEST}:1:14 via ${MANIFEST}:2:33`);
    expect(await image(manifest('1.4', 'other:${tag}'))).toBe(`${MANIFEST}:2:33`);
  });

  it('says at which of the two revisions the mistakes are', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: 'services: { web: { proces: {} } }\n' });
    await repo.write({ [MANIFEST]: shop('one'), 'app/conf': 'one' });

    const github = await repo.trueup(['plan', '--against', 'HEAD', '--format', 'github']);
    const json = await repo.trueup(['plan', '--against', 'HEAD', '-o', 'json']);

    const commit = await repo.git('rev-parse', 'HEAD');
    expect([github.status, json.status]).toEqual([65, 65]);
    expect(github.stdout).toMatch(
      new RegExp(`^::error title=[^:]*::at ${commit.slice(0, 7)} ${MANIFEST}:1:20: unknown key "proces"`, 'm'),
    );
    expect(JSON.parse(json.stdout)).toMatchObject({ error: { fields: { revision: commit, dirty: false } } });
  });

  it('is empty for a file that was only reformatted, split and renamed', async () => {
    await using repo = await scratchRepo(FILES);
    await repo.git('mv', MANIFEST, 'environments/local/services.yaml');
    const text = shop('one').replace('volumes: { data: }\n', '').replace('  web:', '  # the front\n  web:');
    await repo.write({ 'environments/local/services.yaml': text, 'environments/local/v.yaml': 'volumes:\n  data:\n' });
    await repo.commit();

    const plan = await repo.trueup(['plan', '--against', 'HEAD~1', '--detailed-exitcode']);
    const diff = await repo.trueup(['diff', 'HEAD~1', 'HEAD']);

    expect([plan.status, diff.status]).toEqual([0, 0]);
    expect(plan.stdout).toMatch(/^No changes\. Nothing that runs of local is declared otherwise at /);
    expect(diff.stdout).toMatch(/^No difference between /);
  });

  it('makes an environment that is new, and takes down one that is declared no more', async () => {
    await using repo = await scratchRepo(FILES);
    await repo.write({
      'environments/other/e.yaml': 'services: { a: { process: { command: [sleep, "1"], cwd: . } } }\n',
    });
    await repo.commit();
    await repo.git('rm', '--quiet', '-r', 'environments/other');
    await repo.commit();

    const made = await repo.trueup(['plan', 'other', '--against', 'HEAD~2', '--revision', 'HEAD~1', '-o', 'json']);
    const gone = await repo.trueup(['plan', 'other', '--against', 'HEAD~1', '-o', 'json']);

    expect(changesOf(made.stdout)).toEqual([['service.a', 'create', 'git']]);
    expect(changesOf(gone.stdout)).toEqual([['service.a', 'delete', 'git']]);
    expect(gone.stderr).toContain('other is declared no more');
  });

  it('gives the same bytes in two clones in different folders, and in a bare one', async () => {
    await using repo = await twoCommits();
    const folders = [repo.root, await clone(repo, 'deep/er/clone'), await clone(repo, 'bare.git', '--bare')];

    const words = ['plan', '--against', 'main~1', '--revision', 'main', '-o', 'json'];
    const plans = await Promise.all(folders.map(async (cwd) => (await repo.trueup(words, { cwd })).stdout));

    expect(changesOf(plans[0] ?? '')).toEqual(BOTH);
    expect(new Set(plans).size).toBe(1);
    expect(plans[0]).not.toContain(repo.scratch);
  });
});

describe('observe, and plan --observed', () => {
  it('gives the same bytes in two clones in different folders, whatever is checked out there', async () => {
    await using repo = await scratchRepo(FILES);
    await repo.trueup(['apply', '--auto-approve']);
    await repo.write({ [MANIFEST]: shop('two'), 'app/conf': 'two' });
    await repo.commit();
    const file = join(repo.scratch, 'observation.json');
    const observed = await repo.trueup(['observe', '--out', file]);
    const other = await clone(repo, 'deep/er/clone');
    await repo.git('checkout', '--quiet', 'HEAD~1');
    const folders = [repo.root, other, await clone(repo, 'bare.git', '--bare')];

    const words = ['plan', '--revision', 'main', '--observed', file, '-o', 'json'];
    const plans = await Promise.all(folders.map(async (cwd) => (await repo.trueup(words, { cwd })).stdout));

    expect(observed.status).toBe(0);
    expect(changesOf(plans[0] ?? '')).toEqual(BOTH);
    expect(schemaErrors('plan', JSON.parse(plans[0] ?? ''))).toEqual([]);
    expect(new Set(plans).size).toBe(1);
  });

  it('keeps secrets out of the file, which only its user can read', async () => {
    await using repo = await scratchRepo(FILES);
    await repo.trueup(['apply', '--auto-approve']);
    const file = join(repo.scratch, 'observation.json');

    await repo.trueup(['observe', '--out', file]);

    const text = await readFile(file, 'utf8');
    expect(schemaErrors('observation', JSON.parse(text))).toEqual([]);
    expect(text).toContain('"$secret": "present"');
    expect(text).not.toContain('planted-secret');
    expect(text.match(/"\$secret": "(?!present)/g)).toBeNull();
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('plans as the checkout that took it: what is there is its own, and a secret is no difference', async () => {
    await using repo = await scratchRepo(FILES);
    await repo.trueup(['apply', '--auto-approve']);
    const file = join(repo.scratch, 'observation.json');
    await repo.trueup(['observe', '--out', file]);
    const other = await clone(repo, 'clone');

    const { status, stdout } = await repo.trueup(['plan', '--observed', file], { cwd: other });

    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^Not compared: 1 field, [^:]+: service\.web environment_variables\.TOKEN\n\nNothing to do; \d+ unchanged, 1 field not compared\./,
    );
    const json = await repo.trueup(['plan', '--observed', file, '-o', 'json'], { cwd: other });
    expect(schemaErrors('plan', JSON.parse(json.stdout))).toEqual([]);
    expect(JSON.parse(json.stdout)).toMatchObject({
      not_compared: [{ address: 'service.web', field_path: "$['environment_variables']['TOKEN']" }],
    });
  });

  it('refuses what is no observation, is cut short, is of another version or of another environment', async () => {
    await using repo = await scratchRepo({ ...FILES, 'environments/other/e.yaml': 'services: {}\n' });
    const file = join(repo.scratch, 'observation.json');
    await repo.trueup(['observe', 'local', '--out', file]);
    const text = await readFile(file, 'utf8');
    const bad = async (content: string, ...words: readonly string[]): Promise<string> => {
      await writeFile(file, content);
      return (await repo.trueup(['plan', ...words, '--observed', file])).stderr;
    };

    expect(await bad(text.slice(0, 300))).toMatch(/it is not JSON.*\[invalid_observation_file\]/s);
    expect(await bad(text.replace('"format_version": "1.0"', '"format_version": "2.0"'))).toContain('newer trueup');
    expect(await bad(text, 'other')).toContain('the observation is of local, not of other');
    expect(await bad(text.replace('"environment": "local"', '"environment": "../../etc"'))).toContain(
      'is of "../../etc", which nothing declares here',
    );
    expect(await bad('{"format_version":"1.0","kind":"saved_plan"}')).toContain("$['kind'] is none of observation");
  });
});

describe('trueup diff', () => {
  it('shows what two revisions declare otherwise, with both lines and what it takes, and exits 2', async () => {
    await using repo = await twoCommits();

    const { status, stdout } = await repo.trueup(['diff', 'HEAD~1', 'HEAD']);
    const json = await repo.trueup(['diff', 'HEAD~1', 'HEAD', '-o', 'json', '--no-report']);

    expect(status).toBe(2);
    expect(stdout.split('\n').slice(1)).toEqual([
      '',
      '~ local',
      '  ~ service.web',
      `      environment_variables.LEVEL: "one" → "two" (takes a restart) ${MANIFEST}:6:7`,
      expect.stringMatching(/^ {6}storage\.volumes\.app\/conf\.content: sha256:.* → sha256:/),
      '',
      'Differences in 1 environment: resources: 1 changed; 2 fields.',
      '',
    ]);
    expect(schemaErrors('diff', JSON.parse(json.stdout))).toEqual([]);
    const report: unknown = JSON.parse(await repo.read('reports/local/diff/latest.json'));
    expect(schemaErrors('diff', report)).toEqual([]);
    expect(report).toMatchObject({ kind: 'diff', environments: [{ environment: 'local', kind: 'changed' }] });
  });

  it('compares with the working tree where one revision is named', async () => {
    await using repo = await scratchRepo(FILES);
    await repo.write({ [MANIFEST]: shop('edited') });

    const { status, stdout } = await repo.trueup(['diff', 'HEAD', 'web']);

    expect(status).toBe(2);
    expect(stdout).toContain('LEVEL: "one" → "edited"');
  });

  it('goes on with what is valid at both, and says which revision has mistakes', async () => {
    await using repo = await scratchRepo({ ...FILES, 'environments/other/e.yaml': 'servces: {}\n' });
    await repo.write({ [MANIFEST]: shop('two'), 'environments/other/e.yaml': 'services: {}\n' });
    await repo.commit();

    const all = await repo.trueup(['diff', 'HEAD~1', 'HEAD']);
    const one = await repo.trueup(['diff', 'HEAD~1', 'HEAD', 'local']);

    expect([all.status, one.status]).toEqual([65, 2]);
    expect(all.stdout).toContain('LEVEL: "one" → "two"');
    expect(all.stdout).toMatch(/Not compared, for mistakes at [0-9a-f]{7}: other\./);
    expect(all.stderr).toMatch(/^At [0-9a-f]{12}:\nenvironments\/other\/e\.yaml:1:1: error/);
    expect(one.stderr).toBe('');
  });

  it('tells secrets apart by how they are declared, and shows none', async () => {
    const manifest = (file: string, inline: string): string => `
services:
  web:
    process: { command: [sleep, "600"] }
    environment_variables:
      SAME: { secret: true, source: command, value: [cat, none] }
      MOVED: { secret: true, source: file, value: ${file} }
      INLINE: { secret: true, value: ${inline} }
`;
    await using repo = await scratchRepo({ [MANIFEST]: manifest('./a', 'planted-4711') });
    await repo.write({ [MANIFEST]: manifest('./b', 'planted-4712') });
    await repo.commit();

    const text = await repo.trueup(['diff', 'HEAD~1', 'HEAD']);
    const json = await repo.trueup(['diff', 'HEAD~1', 'HEAD', '-o', 'json']);

    expect(text.stdout).toContain('environment_variables.INLINE: (secret) → (secret, changed)');
    expect(text.stdout).toContain('environment_variables.MOVED: (secret) → (secret)');
    expect(text.stdout).not.toContain('SAME');
    expect(text.stdout + json.stdout).not.toMatch(/planted|[0-9a-f]{64}/);
    expect(json.stdout.match(/"\$secret": "\w+"/g)).toEqual([
      '"$secret": "changed"',
      '"$secret": "changed"',
      '"$secret": "unknown"',
      '"$secret": "unknown"',
    ]);
  });

  it('says of a mistyped second revision that it is neither a revision nor a name', async () => {
    await using repo = await twoCommits();

    const { status, stderr } = await repo.trueup(['diff', 'main~1', 'mian']);

    expect(status).toBe(64);
    expect(stderr).toContain('and no environment or resource is called so');
    expect(stderr).toContain('did you mean "main"?');
  });
});
