import { describe, expect, it } from 'vitest';
import { scratchRepo } from '../support/cli.ts';
import { xmlElements } from '../support/formats/xml-events.ts';

const SECRET = 'hunter2-hunter2-hunter2';

const SHOP = {
  'environments/local/environment.yaml': `
services:
  api:
    process: { command: [sleep, "600"] }
    environment_variables: { GREETING: Hello, TOKEN: { secret: true, source: file, value: .secrets/token } }
  web: { process: { command: [sleep, "600"] }, dependencies: { api: { restart: true } } }
`,
  'environments/other/environment.yaml': 'services: { db: { process: { command: [sleep, "600"] } } }\n',
  'environments/local/.secrets/token': SECRET,
  '.secrets/token': SECRET,
};

const FORMATS = ['markdown', 'sarif', 'junit', 'github'] as const;

describe('plans in the formats that others display', () => {
  it('are one document for all environments', async () => {
    await using repo = await scratchRepo(SHOP);

    const [markdown, sarif, junit, github] = await Promise.all(
      FORMATS.map((format) => repo.trueup(['plan', '--format', format, '--detailed-exitcode'])),
    );

    expect([markdown, sarif, junit, github].map((result) => result?.status)).toEqual([2, 2, 2, 2]);
    expect(markdown?.stdout).toMatch(/^<!-- trueup:plan -->\n### trueup plan: 3 to create\n/);
    expect(markdown?.stdout.match(/^<details open>$/gm)).toHaveLength(2);
    expect(JSON.parse(sarif?.stdout ?? '')).toMatchObject({ version: '2.1.0', runs: [{ results: { length: 3 } }] });
    const suites = xmlElements(junit?.stdout ?? '').filter(({ name }) => name === 'testsuite');
    expect(suites.map(({ attributes }) => attributes['name'])).toEqual(['trueup.plan.local', 'trueup.plan.other']);
    expect(github?.stdout.trimEnd().split('\n')).toHaveLength(3);
  });

  it('show what merging would change, without an engine', async () => {
    await using repo = await scratchRepo(SHOP);
    const path = 'environments/local/environment.yaml';
    await repo.write({ [path]: SHOP[path].replace('Hello', '"@kim <b>"') });
    await repo.commit('another greeting');

    const { status, stdout } = await repo.trueup([
      'plan',
      '--revision=HEAD',
      '--against=HEAD~1',
      '--format=markdown',
      '--detailed-exitcode',
    ]);

    expect(status).toBe(2);
    expect(stdout).toContain('### trueup plan: 2 to restart; 2 resources restart\n');
    expect(stdout).toContain('environment_variables.GREETING: "Hello" → "@kim &lt;b&gt;"');
    expect(stdout).toContain('<code>environments/local/environment.yaml:5:30</code>');
    expect(stdout).toContain('<code>service.web</code></b> will be restarted (with a dependency)');
  });

  it('show what two revisions declare otherwise, on lines that the later one has', async () => {
    await using repo = await scratchRepo(SHOP);
    const path = 'environments/local/environment.yaml';
    await repo.write({ [path]: `services:\n  api: { process: { command: [sleep, "9"] } }\n` });
    await repo.commit('without web, variables and all that');

    const results = await Promise.all(
      FORMATS.map((format) => repo.trueup(['diff', 'HEAD~1', 'HEAD', '--format', format])),
    );
    const [markdown, sarif, , github] = results.map(({ stdout }) => stdout);

    expect(results.map(({ status }) => status)).toEqual([2, 2, 2, 2]);
    expect(markdown).toMatch(/^<!-- trueup:diff -->\n### trueup diff: 1 removed, 1 changed\n/);
    // Another command is an error as drift.
    expect(github).toContain(`::warning file=${path},line=2,`);
    expect(github).toContain('::warning title=local/service.web is removed::');
    const lines = [...(github ?? '').matchAll(/(?:^|,)(?:line|endLine)=(\d+)/gm)].map(([, line]) => Number(line));
    const regions = [...(sarif ?? '').matchAll(/"(?:startLine|endLine)": (\d+)/g)].map(([, line]) => Number(line));
    expect(lines.length).toBeGreaterThan(0);
    expect(regions.length).toBeGreaterThan(0);
    expect([...lines, ...regions].filter((line) => line > 2)).toEqual([]);
  });

  it('have the mistakes of manifests as findings, and their exit status', async () => {
    await using repo = await scratchRepo({
      'environments/local/environment.yaml': 'services: { web: { proces: { command: [sleep] } } }\n',
    });

    for (const command of ['plan', 'drift']) {
      const { status, stdout, stderr } = await repo.trueup([command, '--format', 'github']);

      expect(status).toBe(65);
      expect(stdout).toContain('::error file=environments/local/environment.yaml,line=1,');
      expect(stdout).toContain('title=trueup%3A diagnostic/unknown_key::');
      expect(stderr).toContain('unknown_key');
    }
  });

  it('show drift, and never a secret', async () => {
    await using repo = await scratchRepo(SHOP);
    const path = 'environments/local/environment.yaml';
    await repo.trueup(['apply', '--all', '--auto-approve']);
    for (const pid of Object.values(await repo.pids())) process.kill(pid, 'SIGKILL');
    // What was a plain value becomes the known secret: its place in the manifest is not secret, and it is masked there too.
    await repo.write({ [path]: SHOP[path].replace('Hello', SECRET), '.secrets/token': `${SECRET}-2` });

    for (const format of FORMATS) {
      const drift = await repo.trueup(['drift', '--format', format]);
      const plan = await repo.trueup(['plan', '--format', format]);

      expect(drift.status).toBe(2);
      expect(drift.stdout).toContain('service.api');
      expect(drift.stdout + drift.stderr + plan.stdout + plan.stderr).not.toContain(`${SECRET}-2`);
      expect(plan.stdout).toContain('(secret');
    }
  });

  it('are written to files by one run, mistakes as well, and the file of a person is an error where it cannot be', async () => {
    await using repo = await scratchRepo(SHOP);
    const also = ['--also', 'sarif=out.sarif', '--also', 'junit=out.xml'];

    const plan = await repo.trueup(['plan', '--format', 'markdown', ...also]);
    const alone = await repo.trueup(['plan', '--format', 'sarif']);
    const unwritable = await repo.trueup([
      'plan',
      '--format',
      'sarif',
      '--also',
      'sarif=none/x',
      '--also',
      'junit=b.xml',
    ]);
    const unknown = await repo.trueup(['plan', '--also', 'html=x']);
    await repo.write({ 'environments/local/environment.yaml': 'services: { web: { proces: {} } }\n' });
    const mistaken = await repo.trueup(['plan', '--also', 'junit=mistakes.xml']);
    const both = await repo.trueup(['plan', '--also', 'junit=none/mistakes.xml']);

    expect(plan.stdout).toMatch(/^<!-- trueup:plan -->\n/);
    expect(await repo.read('out.sarif')).toBe(alone.stdout);
    expect(await repo.read('out.xml')).toMatch(/^<\?xml /);
    expect([unwritable.status, unknown.status, mistaken.status, both.status]).toEqual([1, 64, 65, 65]);
    expect(unwritable.stderr).toContain('[report_unwritable]');
    expect([unwritable.stdout, await repo.read('b.xml')]).toEqual([alone.stdout, await repo.read('out.xml')]);
    expect(both.stderr).toContain('unknown key');
    expect(both.stderr).toContain('[report_unwritable]');
    expect(unknown.stderr).toContain('formats: markdown, sarif, junit, github');
    expect(await repo.read('mistakes.xml')).toContain('unknown key');
  });

  it('are printed with --quiet, as JSON is', async () => {
    await using repo = await scratchRepo(SHOP);

    const { stdout } = await repo.trueup(['plan', '--quiet', '--format', 'junit']);

    expect(stdout).toMatch(/^<\?xml /);
  });

  it('give the same bytes in two clones', async () => {
    await using repo = await scratchRepo(SHOP);
    const path = 'environments/local/environment.yaml';
    await repo.write({ [path]: SHOP[path].replace('Hello', 'Bonjour') });
    await repo.commit('another greeting');
    await repo.git('clone', '--quiet', '.', 'clone');

    const kinds = [
      ['plan', '--revision=HEAD', '--against=HEAD~1'],
      ['diff', 'HEAD~1', 'HEAD'],
    ];
    for (const words of kinds.flatMap((kind) => FORMATS.map((format) => [...kind, '--format', format]))) {
      const [here, there] = [await repo.trueup(words), await repo.trueup(['--chdir', 'clone', ...words])];

      expect(here.stdout).not.toBe('');
      expect(there.stdout).toBe(here.stdout);
    }
  });
});
