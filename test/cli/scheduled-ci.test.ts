import { existsSync, readFileSync } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv, type AnySchemaObject } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type JsonObject, memberAt } from '../../src/model/json.ts';
import { ACTION_ROOT, type ScriptResult } from '../support/action-script.ts';
import { type ScratchRepo, scratchRepo, TRUEUP } from '../support/cli.ts';
import { forgeComments } from '../support/forge-comments.ts';
import { type JobResult, runGitHubJob, type Workflow } from '../support/forge-jobs/github-job.ts';
import { gitLabJob, runGitLabJob } from '../support/forge-jobs/gitlab-job.ts';
import { type ForgeIssue, type ForgeIssues, forgeIssues } from '../support/forge-issues.ts';
import { killService } from '../support/kill-service.ts';
import { schemaErrors } from '../support/schemas.ts';

const BOT = 'github-actions[bot]';
const GITLAB_BOT = 'project_42_bot';
const ACTION = 'acme/trueup@main';
const STAGING = 'environments/staging/environment.yaml';
const PROCESSES =
  'services: { web: { process: { command: [sleep, "600"] } }, worker: { process: { command: [sleep, "700"] } } }\n';

function example(name: string): string {
  return readFileSync(join(ACTION_ROOT, 'examples', 'ci', name), 'utf8');
}

/** An environment that declares this greeting. */
function greeting(text: string): string {
  return `services: { web: { process: { command: [sleep, "600"] }, environment_variables: { GREETING: ${text} } } }\n`;
}

/** A PATH that has the command, as on a machine where it is installed. */
async function installed(repo: ScratchRepo): Promise<string> {
  const folder = join(repo.scratch, 'bin');
  await mkdir(folder, { recursive: true });
  for (const [name, target] of [
    ['trueup', TRUEUP],
    ['node', process.execPath],
  ] as const) {
    if (!existsSync(join(folder, name))) await symlink(target, join(folder, name));
  }
  return `${folder}:${process.env['PATH']}`;
}

interface GitHubNight {
  /** Of the examples. */
  readonly file?: string;
  readonly job: string;
  readonly event?: JsonObject;
  readonly matrix?: JsonObject;
  /** The checkout that applies. */
  readonly folder?: string;
  readonly failOn?: string;
}

async function gitHubJob(
  repo: ScratchRepo,
  forge: { readonly url: string },
  night: GitHubNight,
): Promise<JobResult | null> {
  const { file = 'github-nightly.yml', job, event = {}, matrix = {}, folder = '/srv/shop', failOn = 'changes' } = night;
  const text = example(file).replaceAll('/srv/shop', folder).replaceAll('fail-on: changes', `fail-on: ${failOn}`);
  const isPullRequest = event['pull_request'] !== undefined;
  return runGitHubJob(parse(text) as Workflow, job, {
    workspace: repo.root,
    runner: join(repo.scratch, 'runner'),
    action: ACTION,
    values: {
      matrix,
      strategy: { 'job-index': 0 },
      github: {
        event,
        event_name: isPullRequest ? 'pull_request' : 'schedule',
        workflow: 'trueup nightly',
        token: 'a-token',
        run_id: 99,
        run_attempt: 1,
      },
    },
    env: {
      ...repo.env,
      PATH: await installed(repo),
      GITHUB_API_URL: forge.url,
      GITHUB_REPOSITORY: 'acme/shop',
      GITHUB_RUN_ID: '99',
      DOCKER_HOST: 'unix:///nonexistent/docker.sock',
    },
  });
}

async function gitHubNight(repo: ScratchRepo, forge: { readonly url: string }, night: GitHubNight): Promise<JobResult> {
  const result = await gitHubJob(repo, forge, night);
  if (result === null) throw new Error('the job is not for this event');
  return result;
}

async function gitLabNight(
  repo: ScratchRepo,
  forge: { readonly url: string },
  job: string,
  given: NodeJS.ProcessEnv = {},
  file = 'gitlab-nightly.yml',
): Promise<ScriptResult> {
  const workspace = given['CI_PROJECT_DIR'] ?? repo.root;
  return runGitLabJob(gitLabJob(parse(example(file).replaceAll('/opt/trueup', ACTION_ROOT)) as JsonObject, job), job, {
    cwd: workspace,
    env: {
      ...repo.env,
      PATH: await installed(repo),
      TRUEUP_HOME: ACTION_ROOT,
      TRUEUP_TOKEN: 'a-token',
      TRUEUP_TOKEN_USER: GITLAB_BOT,
      CI_PROJECT_ID: '42',
      CI_API_V4_URL: forge.url,
      CI_JOB_URL: 'https://forge.example/jobs/7',
      ...given,
    },
  });
}

function onlyIssue(forge: ForgeIssues): ForgeIssue {
  const [issue, ...others] = forge.issues;
  if (issue === undefined || others.length > 0) throw new Error(`not one issue: ${JSON.stringify(forge.issues)}`);
  return issue;
}

function temp(repo: ScratchRepo, file: string): string {
  return readFileSync(join(repo.scratch, 'runner', 'temp', 'nightly', file), 'utf8');
}

describe('the examples for GitHub and GitLab', () => {
  const ajv = new Ajv({ strict: false, unicodeRegExp: false });

  it.each(['github.yml', 'github-nightly.yml'])('fit the published schema of workflows: %s', (name) => {
    const path = fileURLToPath(import.meta.resolve('schemastore/schemas/json/github-workflow.json'));
    const fits = ajv.compile(JSON.parse(readFileSync(path, 'utf8')) as AnySchemaObject);

    void fits(parse(example(name)));

    expect(fits.errors ?? []).toEqual([]);
  });

  it('pin the actions of others to commits, and give each job no more than it needs', () => {
    const { permissions, jobs } = parse(example('github-nightly.yml')) as JsonObject;

    expect(permissions).toEqual({});
    expect(memberAt(jobs, 'drift', 'permissions')).toEqual({ issues: 'write' });
    expect(memberAt(jobs, 'parity', 'permissions')).toEqual({ contents: 'read', issues: 'write' });
    expect(memberAt(jobs, 'pull-request', 'permissions')).toEqual({ contents: 'read', 'pull-requests': 'write' });
    for (const [, uses = ''] of example('github-nightly.yml').matchAll(/uses: (\S+)/g)) {
      if (uses !== ACTION) expect(uses).toMatch(/^actions\/[\w/-]+@[0-9a-f]{40}$/);
    }
  });
});

describe('a plan in a pull request', () => {
  const before = greeting('Hello');

  it('is one comment on GitHub', async () => {
    await using repo = await scratchRepo({ [STAGING]: before });
    await using forge = await forgeComments({ forge: 'github', token: 'a-token', author: BOT });
    const base = await repo.git('rev-parse', 'HEAD');
    await repo.write({ [STAGING]: greeting('Welcome') });
    const head = await repo.commit('another');
    const event = { pull_request: { number: 7, base: { sha: base }, head: { sha: head } } };

    const { status, others } = await gitHubNight(repo, forge, { file: 'github.yml', job: 'plan', event });

    expect(status).toBe(0);
    expect(forge.comments[0]?.body).toContain('### trueup plan: 1 to ');
    expect(others.at(-1)).toMatchObject({ with: { sarif_file: 'trueup.sarif' } });
    expect(existsSync(join(repo.root, 'trueup.sarif'))).toBe(true);
  });

  it('is one note on GitLab', async () => {
    await using repo = await scratchRepo({ [STAGING]: before });
    await using forge = await forgeComments({ forge: 'gitlab', token: 'a-token', author: GITLAB_BOT });
    const base = await repo.git('rev-parse', 'HEAD');
    await repo.write({ [STAGING]: greeting('Welcome') });
    const merge = {
      CI_COMMIT_SHA: await repo.commit('another'),
      CI_MERGE_REQUEST_IID: '7',
      CI_MERGE_REQUEST_DIFF_BASE_SHA: base,
    };

    const result = await gitLabNight(repo, forge, 'trueup', merge, 'gitlab-ci.yml');

    expect(result).toMatchObject({ status: 0, stdout: 'wrote comment 1\n' });
    expect(forge.comments[0]?.body).toContain('### trueup plan: 1 to ');
    expect(await repo.read('trueup.xml')).toMatch(/^<\?xml /);
  });
});

describe('drift each night on GitHub', () => {
  it('has one issue after many nights, which is updated, closed and opened again, and ends with what was found', async () => {
    await using repo = await scratchRepo({ [STAGING]: PROCESSES });
    await using forge = await forgeIssues({ forge: 'github', token: 'a-token', author: BOT });
    const night = (failOn?: string): Promise<JobResult> =>
      gitHubNight(repo, forge, {
        job: 'drift',
        matrix: { environment: 'staging' },
        folder: repo.root,
        ...(failOn === undefined ? {} : { failOn }),
      });
    expect(await repo.trueup(['apply', 'staging', '--auto-approve'])).toMatchObject({ status: 0 });

    const quiet = await night();
    expect([quiet.status, forge.issues]).toEqual([0, []]);

    await killService(repo, 'service.web');
    const first = await night();
    expect(first.status).toBe(2);
    expect(first.summary).toContain('\nopened #1: https://forge.example/acme/shop/issues/1\n');
    expect(onlyIssue(forge)).toMatchObject({ title: 'trueup drift: staging', isOpen: true });
    expect(onlyIssue(forge).body).toContain('<b><code>service.web</code></b>');
    const [upload, ...others] = first.others;
    expect([upload?.uses, others]).toEqual(['actions/upload-artifact@ea165f8d65b6e75b540449e92b4886f43607fa02', []]);
    expect(upload?.with).toMatchObject({
      name: 'drift-staging',
      path: join(repo.scratch, 'runner', 'temp', 'nightly'),
    });
    expect(schemaErrors('drift', JSON.parse(temp(repo, 'drift.json')))).toEqual([]);
    expect(temp(repo, 'drift.html')).toMatch(/^<!doctype html>/i);
    expect(temp(repo, 'drift.xml')).toMatch(/^<\?xml /);

    const before = onlyIssue(forge);
    const second = await night();
    expect([second.status, onlyIssue(forge)]).toEqual([2, before]);

    await killService(repo, 'service.worker');
    expect((await night('errors')).status).toBe(0);
    expect(onlyIssue(forge).body).toContain('<b><code>service.worker</code></b>');

    await repo.trueup(['apply', 'staging', '--auto-approve']);
    expect((await night()).status).toBe(0);
    expect(onlyIssue(forge)).toMatchObject({ isOpen: false, reason: 'completed' });

    await killService(repo, 'service.web');
    expect((await night()).status).toBe(2);
    expect(onlyIssue(forge)).toMatchObject({ isOpen: true, reason: 'reopened' });
  });

  it('leaves the issue as it is, and is red, where the manifests have mistakes or the forge does not answer', async () => {
    await using repo = await scratchRepo({ [STAGING]: PROCESSES });
    await using forge = await forgeIssues({ forge: 'github', token: 'a-token', author: BOT });
    const night = (failOn: string): Promise<JobResult> =>
      gitHubNight(repo, forge, { job: 'drift', matrix: { environment: 'staging' }, folder: repo.root, failOn });
    await repo.trueup(['apply', 'staging', '--auto-approve']);
    await killService(repo, 'service.web');
    await night('changes');
    const before = onlyIssue(forge);

    await repo.write({ [STAGING]: PROCESSES.replace('process', 'proces') });
    expect((await night('errors')).status).toBe(65);
    expect(onlyIssue(forge)).toEqual(before);

    await repo.write({ [STAGING]: PROCESSES.replace(' }\n', ', cache: { container: { image: redis:7.4 } } }\n') });
    const unseen = await night('errors');
    expect(unseen.status).toBe(1);
    expect(unseen.log).toContain('the issue is left as it is: exit status 1 does not say what is found\n');
    expect(onlyIssue(forge)).toEqual(before);

    await repo.write({ [STAGING]: PROCESSES });
    forge.refusals.push({ status: 403, body: {} });
    const refused = await night('errors');
    expect(refused.status).toBe(1);
    expect(refused.log).toContain(
      '::error title=trueup::the issue was not written: the issues there cannot be read (HTTP 403)\n',
    );
  });

  it('warns where the checkout is not the one that applies, which has no drift', async () => {
    await using repo = await scratchRepo({ [STAGING]: PROCESSES });
    await using forge = await forgeIssues({ forge: 'github', token: 'a-token', author: BOT });

    const { status, log } = await gitHubNight(repo, forge, {
      job: 'drift',
      matrix: { environment: 'staging' },
      folder: repo.root,
    });

    expect(status).toBe(0);
    expect(log).toContain(
      '::warning title=trueup::nothing was ever applied from this checkout, so that it can have no drift: run this in the checkout that applies\n',
    );
  });
});

const SIDES = { 'environments/local/environment.yaml': greeting('Hello'), [STAGING]: greeting('Welcome') };

describe('parity each night on GitHub', () => {
  it('has one issue for a pair, keeps the trend, and closes the issue when the two are alike', async () => {
    await using repo = await scratchRepo(SIDES);
    await using forge = await forgeIssues({ forge: 'github', token: 'a-token', author: BOT });
    const night = (): Promise<JobResult> =>
      gitHubNight(repo, forge, { job: 'parity', matrix: { pair: 'local staging' } });

    const first = await night();
    expect(first.status).toBe(2);
    expect(onlyIssue(forge)).toMatchObject({ title: 'trueup parity: local staging', isOpen: true });
    expect(onlyIssue(forge).body).toContain('environment_variables.GREETING: "Hello" → "Welcome"');
    expect(first.others.map(({ uses }) => uses.slice(0, uses.indexOf('@')))).toEqual([
      'actions/checkout',
      'actions/cache/restore',
      'actions/cache/save',
      'actions/upload-artifact',
    ]);
    expect(schemaErrors('parity', JSON.parse(temp(repo, 'parity.json')))).toEqual([]);
    expect(temp(repo, 'parity.html')).toMatch(/^<!doctype html>/i);
    expect((await night()).log).toContain('#1 says so already\n');

    await repo.write({ [STAGING]: greeting('Bonjour') });
    await repo.commit('in French');
    await night();
    expect(onlyIssue(forge).body).toContain('environment_variables.GREETING: "Hello" → "Bonjour"');

    await repo.write({ [STAGING]: greeting('Hello') });
    await repo.commit('alike');
    expect((await night()).status).toBe(0);
    expect(onlyIssue(forge).isOpen).toBe(false);
    expect(temp(repo, 'trend.txt')).toMatch(/100 %[^\n]*better[^\n]*alike/);
  });

  it('tells in a pull request what parity was before and is with it', async () => {
    await using repo = await scratchRepo({ ...SIDES, [STAGING]: greeting('Hello') });
    await using forge = await forgeComments({ forge: 'github', token: 'a-token', author: BOT });
    const base = await repo.git('rev-parse', 'HEAD');
    await repo.write({ [STAGING]: greeting('Welcome') });
    await repo.commit('another');
    const event = {
      pull_request: { number: 7, base: { sha: base }, head: { sha: await repo.git('rev-parse', 'HEAD') } },
    };

    const { status } = await gitHubNight(repo, forge, { job: 'pull-request', event });

    expect(status).toBe(0);
    expect(forge.comments).toHaveLength(1);
    expect(forge.comments[0]?.body).toContain(`<code>At ${base.slice(0, 7)} parity was 100 %`);
    expect(await gitHubJob(repo, forge, { job: 'drift', event })).toBeNull();
    expect(await gitHubJob(repo, forge, { job: 'parity', event })).toBeNull();
    expect(await gitHubJob(repo, forge, { job: 'pull-request' })).toBeNull();
  });
});

describe('each night on GitLab', () => {
  it('has one issue of drift after many nights, and ends with what was found', async () => {
    await using repo = await scratchRepo({ [STAGING]: PROCESSES });
    await using forge = await forgeIssues({ forge: 'gitlab', token: 'a-token', author: GITLAB_BOT });
    const project = join(repo.scratch, 'project');
    await mkdir(project);
    const night = (): Promise<ScriptResult> =>
      gitLabNight(repo, forge, 'trueup-drift', { CI_PROJECT_DIR: project, TRUEUP_FOLDER: repo.root });
    await repo.trueup(['apply', 'staging', '--auto-approve']);
    expect(await night()).toMatchObject({ status: 0, stdout: 'no issue is open, and none is needed\n' });

    await killService(repo, 'service.web');
    expect(await night()).toMatchObject({ status: 2, stdout: 'opened #1\n' });
    expect(await night()).toMatchObject({ status: 2, stdout: '#1 says so already\n' });
    await killService(repo, 'service.worker');
    expect(await night()).toMatchObject({ status: 2, stdout: 'updated #1\n' });
    for (const file of ['report.json', 'report.html', 'report.xml']) {
      expect(existsSync(join(project, 'nightly', file))).toBe(true);
    }

    await repo.trueup(['apply', 'staging', '--auto-approve']);
    expect(await night()).toMatchObject({ status: 0, stdout: 'closed #1\n' });
    expect(onlyIssue(forge)).toMatchObject({ title: 'trueup drift: staging', isOpen: false, author: GITLAB_BOT });
  });

  it('has one issue of parity, and a note in a merge request', async () => {
    await using repo = await scratchRepo(SIDES);
    await using forge = await forgeIssues({ forge: 'gitlab', token: 'a-token', author: GITLAB_BOT });
    expect(await gitLabNight(repo, forge, 'trueup-parity')).toMatchObject({ status: 2, stdout: 'opened #1\n' });
    expect(await gitLabNight(repo, forge, 'trueup-parity')).toMatchObject({
      status: 2,
      stdout: '#1 says so already\n',
    });
    expect(await repo.read('nightly/trend.txt')).toContain('local and staging');
    const base = await repo.git('rev-parse', 'HEAD');
    await repo.write({ [STAGING]: greeting('Hello') });
    await repo.commit('alike');
    expect(await gitLabNight(repo, forge, 'trueup-parity')).toMatchObject({ status: 0, stdout: 'closed #1\n' });

    await using notes = await forgeComments({ forge: 'gitlab', token: 'a-token', author: GITLAB_BOT });
    const merge = { CI_MERGE_REQUEST_IID: '7', CI_MERGE_REQUEST_DIFF_BASE_SHA: base };
    const result = await gitLabNight(repo, notes, 'trueup-parity-of-merge-request', merge);
    expect(result).toMatchObject({ status: 0, stdout: 'wrote comment 1\n' });
    expect(notes.comments[0]?.body).toContain(`<code>At ${base.slice(0, 7)} parity was 0 %`);
  });
});
