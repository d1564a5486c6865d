import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ACTION_ROOT, runScript, type ScriptResult } from '../support/action-script.ts';
import { type ScratchRepo, scratchRepo, TRUEUP } from '../support/cli.ts';
import { forgeComments, type ForgeComment, type ForgeComments } from '../support/forge-comments.ts';

const PATH = 'environments/local/environment.yaml';
const MANIFEST = 'services: { web: { process: { command: [sleep, "600"] }, environment_variables: { A: one } } }\n';
const BODY = '<!-- trueup:plan -->\n### trueup plan: "no" changes\n\n$(id) `id` \\n %s\n';
const BOT = 'github-actions[bot]';

async function comment(repo: ScratchRepo, forge: ForgeComments, given: NodeJS.ProcessEnv = {}): Promise<ScriptResult> {
  const file = join(repo.scratch, 'comment.md');
  await writeFile(file, BODY);
  const env = {
    ...repo.env,
    GITHUB_ACTIONS: 'true',
    GITHUB_API_URL: forge.url,
    GITHUB_REPOSITORY: 'acme/shop',
    COMMENT_NAME: 'Plans -- of the "shop" -->',
    COMMENT_AUTHOR: BOT,
    COMMENT_TOKEN: 'a-token',
    COMMENT_NUMBER: '7',
    ...given,
  };
  return runScript('comment.sh', [file], { cwd: repo.root, env });
}

const WRITTEN = BODY.replace('trueup:plan', 'trueup:plan:Plans-of-the-shop');

describe('the comment of the action', () => {
  it('is written once, and updated from then on', async () => {
    await using repo = await scratchRepo();
    await using forge = await forgeComments({ forge: 'github', token: 'a-token', author: BOT });

    expect((await comment(repo, forge)).stdout).toBe('wrote comment 1\n');
    expect(forge.comments).toEqual([{ id: 1, author: BOT, body: WRITTEN }]);
    expect((await comment(repo, forge)).stdout).toBe('updated comment 1\n');
    expect((await comment(repo, forge, { COMMENT_NAME: 'other' })).stdout).toBe('wrote comment 2\n');
    expect(forge.comments.map(({ body }) => body.split('\n')[0])).toEqual([
      '<!-- trueup:plan:Plans-of-the-shop -->',
      '<!-- trueup:plan:other -->',
    ]);
  });

  it('is found behind hundreds of others, and none of somebody else is touched', async () => {
    await using repo = await scratchRepo();
    const others = Array.from({ length: 250 }, (_none, index): ForgeComment => {
      return { id: index + 1, author: 'mallory', body: index === 3 ? WRITTEN : `> ${WRITTEN}` };
    });
    const own = { id: 251, author: BOT, body: WRITTEN.replace('no', 'old') };
    await using forge = await forgeComments({ forge: 'github', token: 'a-token', author: BOT }, [...others, own]);

    await comment(repo, forge);

    expect(forge.comments).toEqual([...others, { ...own, body: WRITTEN }]);
    expect(forge.requests).toHaveLength(4);
  });

  it('is a warning where the token may only read, as in pull requests from forks', async () => {
    await using repo = await scratchRepo();
    await using forge = await forgeComments({ forge: 'github', token: 'a-token', author: BOT, isReadOnly: true });

    const { status, stdout, stderr } = await comment(repo, forge);

    expect(status).toBe(0);
    expect(stdout).toBe(
      '::warning title=trueup::the comment was not written (HTTP 403): its token needs the right to write to pull requests\n',
    );
    expect(stderr).not.toContain('a-token');
  });

  it('is a warning where the forge lets nobody in', async () => {
    await using repo = await scratchRepo();
    await using forge = await forgeComments({ forge: 'github', token: 'another', author: BOT });

    const { status, stdout } = await comment(repo, forge);

    expect([status, stdout]).toEqual([
      0,
      '::warning title=trueup::the comment was not written: the comments there cannot be read (HTTP 401)\n',
    ]);
  });

  it('is a note on GitLab', async () => {
    await using repo = await scratchRepo();
    await using forge = await forgeComments({ forge: 'gitlab', token: 'a-token', author: 'project_42_bot' });
    const gitlab = { CI_PROJECT_ID: '42', CI_API_V4_URL: forge.url, COMMENT_AUTHOR: 'project_42_bot' };

    await comment(repo, forge, gitlab);
    await comment(repo, forge, gitlab);

    expect(forge.comments).toEqual([{ id: 1, author: 'project_42_bot', body: WRITTEN }]);
  });
});

interface PlannedResult extends ScriptResult {
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
}

async function planned(repo: ScratchRepo, given: NodeJS.ProcessEnv): Promise<PlannedResult> {
  const [output, summary] = [join(repo.scratch, 'output'), join(repo.scratch, 'summary')];
  await mkdir(join(repo.scratch, 'temp'), { recursive: true });
  const env = {
    ...repo.env,
    TRUEUP_PROGRAM: TRUEUP,
    GITHUB_ACTIONS: 'true',
    RUNNER_TEMP: join(repo.scratch, 'temp'),
    GITHUB_OUTPUT: output,
    GITHUB_STEP_SUMMARY: summary,
    ...given,
  };
  const result = await runScript('plan.sh', [], { cwd: repo.root, env });
  const lines = (await readFile(output, 'utf8')).trimEnd().split('\n');
  const outputs = lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const);
  return { ...result, outputs: Object.fromEntries(outputs), summary: await readFile(summary, 'utf8') };
}

function judged(repo: ScratchRepo, ...words: readonly string[]): Promise<ScriptResult> {
  return runScript('judge.sh', words, { cwd: repo.root, env: repo.env });
}

describe('the plan of the action', () => {
  it('writes comment, summary, annotations and files, and says that something would change', async () => {
    await using repo = await scratchRepo({ [PATH]: MANIFEST });
    const base = await repo.git('rev-parse', 'HEAD');
    await repo.write({ [PATH]: MANIFEST.replace('one', 'two') });
    const head = await repo.commit('two');

    const result = await planned(repo, {
      TRUEUP_AGAINST: base,
      TRUEUP_REVISION: head,
      TRUEUP_ENVIRONMENTS: 'local',
      TRUEUP_ARGUMENTS: '--var=x=a b\n--var=y=c\n',
      TRUEUP_SARIF_FILE: 'out.sarif',
      TRUEUP_JUNIT_FILE: 'out.xml',
    });

    expect([result.status, result.outputs['exit-status'], result.outputs['changed']]).toEqual([0, '2', 'true']);
    const markdown = await readFile(result.outputs['markdown-file'] ?? '', 'utf8');
    expect(markdown).toContain('### trueup plan: 1 to restart; 1 resource restarts');
    expect(result.summary).toBe(markdown);
    expect(result.stdout).toContain(`::notice file=${PATH},line=1,`);
    expect(JSON.parse(await repo.read('out.sarif'))).toMatchObject({ version: '2.1.0' });
    expect(await repo.read('out.xml')).toMatch(/^<\?xml /);
    expect(await judged(repo, '2', 'errors')).toMatchObject({ status: 0 });
    expect(await judged(repo, '2', 'changes')).toMatchObject({ status: 2 });
  });

  it('annotates mistakes, and fails in the end', async () => {
    await using repo = await scratchRepo({ [PATH]: MANIFEST.replace('process', 'proces') });

    const result = await planned(repo, { TRUEUP_AGAINST: 'none' });

    expect([result.status, result.outputs['exit-status'], result.outputs['changed']]).toEqual([0, '65', 'false']);
    expect(result.summary).toContain('### trueup plan: 1 mistake in the manifests');
    expect(result.stdout).toContain(`::error file=${PATH},line=1,`);
    expect(await judged(repo, '65', 'errors')).toMatchObject({ status: 65 });
  });

  it('says what went wrong where there is no plan at all, and lets no line of it be a command', async () => {
    await using repo = await scratchRepo({ [PATH]: MANIFEST });

    const result = await planned(repo, { TRUEUP_AGAINST: 'none', TRUEUP_ENVIRONMENTS: '<b>@kim' });

    expect([result.outputs['exit-status'], result.outputs['changed']]).toEqual(['64', 'false']);
    expect(result.summary).toMatch(
      /^<!-- trueup:plan -->\n### trueup plan: it could not be made \(exit status 64\)\n\n<pre>\n[^<]*&lt;b&gt;@kim[^<]*<\/pre>\n$/,
    );
    const [, token] = /^::stop-commands::([0-9a-f]{32})$/m.exec(result.stdout) ?? [];
    expect(result.stdout).toMatch(new RegExp(`^::${token}::$`, 'm'));
  });

  it('gets every input that action.yml names', async () => {
    const action = parse(await readFile(join(ACTION_ROOT, 'action.yml'), 'utf8')) as {
      readonly inputs: Readonly<Record<string, unknown>>;
      readonly runs: {
        readonly steps: readonly { readonly env?: Readonly<Record<string, string>>; readonly run: string }[];
      };
    };

    const text = JSON.stringify(action.runs);
    for (const input of Object.keys(action.inputs)) expect(text).toContain(`inputs.${input} `);
    // What people write comes by the environment: in a script it would be code.
    for (const { run } of action.runs.steps) expect(run).not.toContain('${{');
  });
});
