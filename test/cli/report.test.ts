import { chmod, mkdir, readdir, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ScratchRepo, scratchRepo } from '../support/cli.ts';
import { pageText } from '../support/page-text.ts';

const FAILING = {
  'environments/local/environment.yaml': `
environment_variables: { TOKEN: { secret: true, value: hunter2hunter2 } }
services:
  db:
    process: { command: [sh, -c, "echo token $$TOKEN; exec sleep 600"] }
    health_check: { test: [CMD-SHELL, "echo no $$TOKEN; exit 3"], interval: 500ms, timeout: 500ms, retries: 1 }
  api: { process: { command: [sleep, "600"] }, dependencies: { db: { condition: service_healthy } } }
`,
};

async function planned(files: Readonly<Record<string, string>> = FAILING): Promise<ScratchRepo> {
  const repo = await scratchRepo(files);
  await repo.trueup(['plan']);
  return repo;
}

describe('trueup report', () => {
  it('makes a page of a plan, of a failed run with why, and of drift; none holds a secret', async () => {
    await using repo = await planned();
    await repo.trueup(['apply', 'local', '--auto-approve']);
    await repo.trueup(['drift']);

    const made = [];
    for (const kind of ['plan', 'run', 'drift']) {
      made.push(await repo.trueup(['report', '--html', `${kind}.html`, '--kind', kind]));
    }
    const pages = await Promise.all(['plan', 'run', 'drift'].map((kind) => repo.read(`${kind}.html`)));

    expect(made.map(({ status, stderr }) => ({ status, stderr }))).toEqual(made.map(() => ({ status: 0, stderr: '' })));
    expect(made[0]?.stdout).toMatch(/^Wrote plan\.html \(\d+ KB\)\.\n$/);
    const [plan = '', run = '', drift = ''] = pages.map(pageText);
    expect(plan).toContain('Plan: 2 to create, 0 to change, 0 to replace, 0 to remove; 0 unchanged.');
    expect(run).toContain('service.db: gate service_healthy failed after');
    expect(run).toContain('no (secret)');
    expect(run).toContain('skipped because of service.db');
    expect(drift).toContain('Drift of local');
    expect(pages.join('')).not.toContain('hunter2');
  });

  it('writes the page to standard output, and nothing else', async () => {
    await using repo = await planned();

    const { status, stdout, stderr } = await repo.trueup(['report', 'local', '--html', '-']);

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^<!doctype html>\n<html lang="en">.*<\/html>\n$/s);
  });

  it('shows a report however the manifests are now, by its id, its path, or what was printed', async () => {
    await using repo = await planned();
    const printed = await repo.trueup(['plan', '--output', 'json']);
    await repo.write({ 'printed.json': printed.stdout, 'environments/local/environment.yaml': 'services: [' });
    const [file = ''] = (await readdir(join(repo.root, 'reports/local/plan'))).sort();
    const id = file.replace(/^.*-|\.json$/g, '');

    const named = [id, `reports/local/plan/${file}`, 'reports/local/plan/latest.json', 'printed.json'];
    const made = await Promise.all(named.map((name, at) => repo.trueup(['report', name, '--html', `${at}.html`])));

    expect(made.map(({ status, stderr }) => ({ status, stderr }))).toEqual(made.map(() => ({ status: 0, stderr: '' })));
    expect(await repo.read('0.html')).toBe(await repo.read('1.html'));
  });

  it('needs no repo for a file', async () => {
    await using repo = await planned();
    const [file = ''] = (await readdir(join(repo.root, 'reports/local/plan'))).sort();
    await using elsewhere = await scratchRepo(
      { 'plan.json': await repo.read(`reports/local/plan/${file}`) },
      { git: false },
    );

    const { status } = await elsewhere.trueup(['report', 'plan.json', '--html', 'plan.html']);

    expect(status).toBe(0);
    expect(await elsewhere.read('plan.html')).toContain('<h1>Plan for local</h1>');
  });

  it('prints the report itself as JSON', async () => {
    await using repo = await planned();

    const { status, stdout } = await repo.trueup(['report', '--output', 'json']);

    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toEqual(JSON.parse(await repo.read('reports/local/plan/latest.json')));
  });

  it('says what is wrong with a file that is no report', async () => {
    await using repo = await planned();
    const whole = await repo.read('reports/local/plan/latest.json');
    await repo.write({
      'cut.json': whole.slice(0, 200),
      'empty.json': '',
      'major.json': whole.replace('"1.0"', '"9.0"'),
      'other.json': '{"hello":1}',
      'health.json': whole.replace('"plan"', '"health"'),
      'wrong.json': whole.replace('"unchanged": 0', '"unchanged": "none"'),
    });
    await mkdir(join(repo.root, 'folder.json'));

    const names = ['cut', 'empty', 'major', 'other', 'health', 'wrong', 'folder', 'missing'];
    const tried = await Promise.all(names.map((name) => repo.trueup(['report', `${name}.json`, '--html', 'x.html'])));

    expect(tried.map(({ status }) => status)).toEqual(Array(names.length).fill(1));
    const reasons = tried.map(({ stderr }) => stderr.split('\n')[0]?.replace(/^.*?: .*?: |: .*?json: /, '') ?? '');
    expect(reasons).toEqual([
      expect.stringContaining('it is not JSON, or was cut short'),
      expect.stringContaining('it is empty'),
      expect.stringContaining('its format version is 9.0, and this trueup knows 1.x'),
      expect.stringContaining('it is the document of no plan, no run, no drift and no parity'),
      expect.stringContaining('its kind is health, and there is no page for that'),
      expect.stringContaining('/unchanged must be integer'),
      expect.stringContaining('it is no regular file'),
      expect.stringContaining('there is no such file'),
    ]);
  });

  it('refuses what it cannot write, and leaves alone what is no file', async () => {
    await using repo = await planned();
    await mkdir(join(repo.root, 'folder'));

    const nowhere = await repo.trueup(['report', '--html', 'no/such/page.html']);
    const folder = await repo.trueup(['report', '--html', 'folder']);
    const device = await repo.trueup(['report', '--html', '/dev/null']);

    expect([nowhere, folder, device].map(({ status }) => status)).toEqual([1, 1, 1]);
    expect(nowhere.stderr).toMatch(/cannot be written to .*page\.html: its folder does not exist \[page_unwritable\]/);
    expect(folder.stderr).toContain('it is a folder [page_unwritable]');
    expect(device.stderr).toContain('it is no regular file [page_unwritable]');
    expect((await stat('/dev/null')).isCharacterDevice()).toBe(true);
  });

  it('replaces what is there, through a link too, as a file that others may read', async () => {
    await using repo = await planned();
    await repo.write({ 'page.html': 'old' });
    await chmod(join(repo.root, 'page.html'), 0o600);
    await symlink('page.html', join(repo.root, 'link.html'));

    const { status } = await repo.trueup(['report', '--html', 'link.html']);

    expect(status).toBe(0);
    expect(await repo.read('page.html')).toMatch(/^<!doctype html>/);
    expect((await stat(join(repo.root, 'page.html'))).mode & 0o777).toBe(0o644);
  });

  it('says how it is used', async () => {
    await using repo = await planned();

    const tried = [
      await repo.trueup(['report']),
      await repo.trueup(['report', 'local', 'staging', '--html', 'x.html']),
      await repo.trueup(['report', '--kind', 'health', '--html', 'x.html']),
      await repo.trueup(['report', '--html', '-', '--output', 'json']),
      await repo.trueup(['report', 'reports/local/plan/latest.json', '--kind', 'run', '--html', 'x.html']),
    ];

    expect(tried.map(({ status }) => status)).toEqual(Array(5).fill(64));
    expect(tried[0]?.stderr).toContain('say where to write it: `trueup report --html FILE`');
    expect(tried[4]?.stderr).toContain('is the report of a plan, and --kind asks for a run');
  });
});
