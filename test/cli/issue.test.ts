import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runScript, type ScriptResult } from '../support/action-script.ts';
import { type ScratchRepo, scratchRepo } from '../support/cli.ts';
import { type ForgeIssue, type ForgeIssues, forgeIssue, forgeIssues } from '../support/forge-issues.ts';

const BOT = 'github-actions[bot]';
const MARKER = '<!-- trueup:drift:issue:shop -->';

/** What a run found, one letter a finding. */
interface Night {
  readonly status?: number;
  readonly found?: string;
  /** What the report says beside it. */
  readonly at?: string;
  readonly env?: NodeJS.ProcessEnv;
}

async function night(
  repo: ScratchRepo,
  forge: ForgeIssues,
  { found = '', status = found === '' ? 0 : 2, at = '', env = {} }: Night,
): Promise<ScriptResult> {
  const [report, findings] = [join(repo.scratch, 'report.md'), join(repo.scratch, 'findings.txt')];
  await writeFile(report, `<!-- trueup:drift -->\n### trueup drift: ${found}${at}\n`);
  await writeFile(findings, Array.from(found, (letter) => `${letter.repeat(64)}\n`).join(''));
  const github = { GITHUB_ACTIONS: 'true', GITHUB_API_URL: forge.url, GITHUB_REPOSITORY: 'acme/shop' };
  return runScript('issue.sh', [report, String(status)], {
    cwd: repo.root,
    env: {
      ...repo.env,
      ...github,
      ISSUE_NAME: 'shop',
      ISSUE_FINDINGS: findings,
      ISSUE_AUTHOR: BOT,
      ISSUE_TOKEN: 'a-token',
      ...env,
    },
  });
}

function onGitHub(before: readonly ForgeIssue[] = []): Promise<ForgeIssues> {
  return forgeIssues({ forge: 'github', token: 'a-token', author: BOT }, before);
}

/** The only issue of ours. */
function ours(forge: ForgeIssues): ForgeIssue {
  const [issue, ...others] = forge.issues.filter(({ body }) => body.startsWith(MARKER));
  if (issue === undefined || others.length > 0) throw new Error(`not one issue: ${JSON.stringify(forge.issues)}`);
  return issue;
}

function edit(forge: ForgeIssues, number: number, given: Partial<ForgeIssue>): void {
  const index = forge.issues.findIndex((issue) => issue.number === number);
  const issue = forge.issues[index];
  if (issue !== undefined) forge.issues[index] = { ...issue, ...given };
}

function writes(forge: ForgeIssues): readonly string[] {
  return forge.requests.filter((request) => !request.startsWith('GET '));
}

describe('the issue of the action', () => {
  it('is opened once, says what is found, and how it goes on', async () => {
    await using repo = await scratchRepo();
    await using forge = await onGitHub();

    const { status, stdout } = await night(repo, forge, {
      found: 'ab',
      env: { ISSUE_LABELS: 'drift, night ,', GITHUB_RUN_ID: '99' },
    });

    expect([status, stdout]).toEqual([0, 'opened #1\n']);
    const { title, labels, body, author } = ours(forge);
    expect({ title, labels, author }).toEqual({ title: 'trueup drift: shop', labels: ['drift', 'night'], author: BOT });
    expect(body.split('\n')).toEqual([
      MARKER,
      expect.stringMatching(/^<!-- report:[0-9a-f]{40} findings:aaaaaaaaaa,bbbbbbbbbb -->$/),
      expect.stringMatching(
        /^What trueup finds, as of \[\d{4}-\d\d-\d\d \d\d:\d\d UTC\]\(https:\/\/github\.com\/acme\/shop\/actions\/runs\/99\)\.$/,
      ),
      '',
      '### trueup drift: ab',
      '',
      'This is brought up to date when something else is found, and closed when nothing is. Closed as not planned, it stays',
      'closed until something is found that is not in here. Notes below stay.',
      '',
      '<!-- trueup:end -->',
      '',
    ]);
  });

  it('is one after many nights: untouched, updated, closed, and opened again', async () => {
    await using repo = await scratchRepo();
    await using forge = await onGitHub();
    await night(repo, forge, { found: 'a' });
    const first = ours(forge);

    expect((await night(repo, forge, { found: 'a' })).stdout).toBe('#1 says so already\n');
    expect(ours(forge)).toEqual(first);
    expect(writes(forge)).toEqual(['POST /repos/acme/shop/issues']);

    expect((await night(repo, forge, { found: 'ab' })).stdout).toBe('updated #1\n');
    expect(ours(forge).body).toContain('### trueup drift: ab\n');

    expect((await night(repo, forge, {})).stdout).toBe('closed #1\n');
    expect(ours(forge)).toMatchObject({ isOpen: false, reason: 'completed' });
    expect(ours(forge).body).toMatch(/\nNothing of this is found any more, as of .*\n\n### trueup drift: ab\n/);
    expect((await night(repo, forge, {})).stdout).toBe('no issue is open, and none is needed\n');

    expect((await night(repo, forge, { found: 'ab' })).stdout).toBe('opened #1 again\n');
    expect(ours(forge)).toMatchObject({ isOpen: true, reason: 'reopened' });
    expect(ours(forge).body).toContain('\nWhat trueup finds, as of ');
    expect(forge.requests.some((request) => request.includes('comments'))).toBe(false);
  });

  it('says again what is found where somebody opens it after it was closed', async () => {
    await using repo = await scratchRepo();
    await using forge = await onGitHub();
    await night(repo, forge, { found: 'a' });
    await night(repo, forge, {});
    edit(forge, 1, { isOpen: true, reason: 'reopened' });

    expect((await night(repo, forge, { found: 'a' })).stdout).toBe('updated #1\n');

    expect(ours(forge).body).toContain('\nWhat trueup finds, as of ');
  });

  it.each([1, 65])('is left as it is where nobody could look: exit status %i', async (status) => {
    await using repo = await scratchRepo();
    await using forge = await onGitHub();
    await night(repo, forge, { found: 'a' });
    const before = [...forge.issues];
    const asked = forge.requests.length;

    const result = await night(repo, forge, { status });

    expect([result.status, result.stdout]).toEqual([
      0,
      `the issue is left as it is: exit status ${status} does not say what is found\n`,
    ]);
    expect(forge.issues).toEqual(before);
    expect(forge.requests).toHaveLength(asked);
  });

  it.each([
    ['as not planned', { reason: 'not_planned', labels: [] }],
    ['as a duplicate', { reason: 'duplicate', labels: ['other'] }],
    ['with the label for it', { reason: 'completed', labels: ["Won't fix", 'other'] }],
  ])('stays closed where somebody closed it %s, until something else is found', async (_how, closed) => {
    await using repo = await scratchRepo();
    await using forge = await onGitHub();
    await night(repo, forge, { found: 'ab' });
    edit(forge, 1, { isOpen: false, ...closed });
    const before = [...forge.issues];

    for (const found of ['ab', 'b', '', 'a']) {
      await night(repo, forge, { found, at: ' at another commit' });
    }
    expect(forge.issues).toEqual(before);

    expect((await night(repo, forge, { found: 'bc' })).stdout).toBe('opened #1 again\n');
    expect(ours(forge)).toMatchObject({ isOpen: true, labels: closed.labels.filter((label) => label === 'other') });
  });

  it('is opened again where somebody closed it as done, and it is not', async () => {
    await using repo = await scratchRepo();
    await using forge = await onGitHub();
    await night(repo, forge, { found: 'a' });
    edit(forge, 1, { isOpen: false, reason: 'completed' });

    expect((await night(repo, forge, { found: 'a' })).stdout).toBe('opened #1 again\n');
  });

  it('goes by the report where findings are not named, and by a digest of very many', async () => {
    await using repo = await scratchRepo();
    await using forge = await onGitHub();
    const many = Array.from({ length: 20_000 }, (_none, index) => String.fromCodePoint(0x4e00 + index)).join('');

    await night(repo, forge, { found: 'a', env: { ISSUE_FINDINGS: '' } });
    const [, digest = ''] = ours(forge).body.split('\n');
    const [, report, findings] = /report:(\w+) findings:(\w+) /.exec(digest) ?? [];
    expect(findings).toBe(report);
    await night(repo, forge, { found: many });

    expect(ours(forge).body.split('\n')[1]).toMatch(/^<!-- report:[0-9a-f]{40} findings:[0-9a-f]{40} -->$/);
  });

  it('keeps the notes and the title that people give it, whatever line ends their browser has', async () => {
    await using repo = await scratchRepo();
    await using forge = await onGitHub();
    await night(repo, forge, { found: 'a' });
    const notes = 'Kim looks at it.\n\n- [ ] ask the "vendor" \\1 & <!-- trueup:end --> $(id)\n';
    edit(forge, 1, { title: 'Shop moves', body: `${ours(forge).body}${notes}`.replaceAll('\n', '\r\n') });

    await night(repo, forge, { found: 'ab' });
    await night(repo, forge, { found: 'abc' });

    expect(ours(forge).title).toBe('Shop moves');
    expect(ours(forge).body.endsWith(`<!-- trueup:end -->\n${notes}`)).toBe(true);
    expect(ours(forge).body).toContain('### trueup drift: abc\n');
    await night(repo, forge, {});
    expect(ours(forge).body.endsWith(`<!-- trueup:end -->\n${notes}`)).toBe(true);
  });

  it('names the run where report and notes are too long for a forge', async () => {
    await using repo = await scratchRepo();
    await using forge = await onGitHub();
    await night(repo, forge, { found: 'a', at: 'x'.repeat(60_000) });
    edit(forge, 1, { body: `${ours(forge).body}${'note '.repeat(1_000)}` });

    expect((await night(repo, forge, { found: 'ab', at: 'x'.repeat(64_000) })).status).toBe(0);

    expect(ours(forge).body).toContain('\nThe report is too long to stand here: see the run.\n');
    expect(ours(forge).body).toContain('note note note');
  });

  it('is found behind hundreds of others, and none of somebody else is touched', async () => {
    await using repo = await scratchRepo();
    const others = Array.from({ length: 250 }, (_none, index) =>
      forgeIssue({
        number: index + 1,
        author: index < 120 ? 'mallory' : BOT,
        body: index < 120 ? `${MARKER}\n` : index === 200 ? `> ${MARKER}` : 'another',
        isPullRequest: index === 249,
      }),
    );
    const last = others[249];
    const before = last === undefined ? others : [...others.slice(0, 249), { ...last, body: MARKER }];
    await using forge = await onGitHub(before);

    await night(repo, forge, { found: 'a' });
    await night(repo, forge, { found: 'b' });

    expect(forge.issues.slice(0, 250)).toEqual(before);
    expect(forge.issues).toHaveLength(251);
    expect(forge.issues[250]?.body).toContain('### trueup drift: b\n');
  });

  it('is one for each name, also where a marker cannot hold what tells two apart', async () => {
    await using repo = await scratchRepo();
    await using forge = await onGitHub();

    for (const name of [
      'shop',
      'shop staging',
      'shop-staging',
      'shop--staging',
      `${'x'.repeat(70)}1`,
      'é',
      'shop -->\nx',
    ]) {
      await night(repo, forge, { found: 'a', env: { ISSUE_NAME: name, ISSUE_TITLE: `drift of\n${name}` } });
      expect((await night(repo, forge, { found: 'a', env: { ISSUE_NAME: name } })).stdout).toMatch(
        / says so already\n$/,
      );
    }

    expect(new Set(forge.issues.map(({ body }) => body.split('\n')[0])).size).toBe(7);
    expect(forge.issues.every(({ title }) => !title.includes('\n'))).toBe(true);
  });

  it('is one where two runs open it at once: the older goes on', async () => {
    await using repo = await scratchRepo();
    await using forge = await onGitHub();
    await night(repo, forge, { found: 'a' });
    const opened = ours(forge);
    forge.issues.pop();
    forge.beforeOpening = () => {
      forge.issues.push(opened);
      forge.beforeOpening = () => undefined;
    };

    const { status, stdout } = await night(repo, forge, { found: 'a' });

    expect([status, stdout]).toEqual([0, 'closed #2, which is the same as #1\nleft it to #1\n']);
    expect(ours(forge)).toEqual(opened);
    expect(forge.issues[1]).toMatchObject({
      isOpen: false,
      body: 'The same as #1, which was opened at the same time.\n',
    });
  });

  it('is one, too, where the list of the forge does not know of it yet', async () => {
    await using repo = await scratchRepo();
    await using forge = await onGitHub();
    forge.refusals.push(null, null, { status: 200, body: [] });

    expect(await night(repo, forge, { found: 'a' })).toMatchObject({ status: 0, stdout: 'opened #1\n' });
    expect(ours(forge).isOpen).toBe(true);
  });

  it('asks again after the pause that the forge names, and opens no second one', async () => {
    await using repo = await scratchRepo();
    await using forge = await onGitHub();
    const busy = (status: number) => ({ status, body: {}, headers: { 'Retry-After': '0' } });
    forge.refusals.push(busy(403), busy(403));

    expect((await night(repo, forge, { found: 'a' })).stdout).toBe('opened #1\n');

    expect(forge.issues).toHaveLength(1);
    expect(forge.requests.slice(0, 3)).toEqual(Array.from({ length: 3 }, () => 'GET /repos/acme/shop/issues'));
  });

  it('does not open it a second time where nobody knows whether the forge has done it', async () => {
    await using repo = await scratchRepo();
    await using forge = await onGitHub();
    forge.refusals.push(null, { status: 502, body: {} });

    expect(await night(repo, forge, { found: 'a' })).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('(HTTP 502)') as unknown,
    });
    expect(writes(forge)).toEqual(['POST /repos/acme/shop/issues']);
  });

  it('reads again where the forge is out of order for a moment', async () => {
    await using repo = await scratchRepo();
    await using forge = await onGitHub();
    forge.refusals.push({ status: 502, body: {} });

    expect(await night(repo, forge, { found: 'a' })).toMatchObject({ status: 0, stdout: 'opened #1\n' });
  });

  it.each([
    ['403', { status: 403, body: {} }, 'HTTP 403'],
    [
      '403 of a rate limit',
      { status: 403, body: {}, headers: { 'X-RateLimit-Remaining': '0' } },
      'HTTP 403, too many requests for now',
    ],
    [
      '403 for an hour',
      { status: 403, body: {}, headers: { 'Retry-After': '3600' } },
      'HTTP 403, to be asked again in 3600 s',
    ],
    ['410', { status: 410, body: {} }, 'HTTP 410'],
    ['a page for people', { status: 200, body: 'hello' }, 'HTTP 200, and no list'],
  ])('is an error where nobody could be told: %s', async (_what, refusal, told) => {
    await using repo = await scratchRepo();
    await using forge = await onGitHub();
    forge.refusals.push(refusal);

    const { status, stdout, stderr } = await night(repo, forge, { found: 'a' });

    expect([status, stdout]).toEqual([
      1,
      `::error title=trueup::the issue was not written: the issues there cannot be read (${told})\n`,
    ]);
    expect(stderr).not.toContain('a-token');
    expect(forge.issues).toEqual([]);
  });

  it('is an error where the token may only read', async () => {
    await using repo = await scratchRepo();
    await using forge = await forgeIssues({ forge: 'github', token: 'a-token', author: BOT, isReadOnly: true });

    const { status, stdout } = await night(repo, forge, { found: 'a' });

    expect([status, stdout]).toEqual([
      1,
      '::error title=trueup::the issue was not written (HTTP 403): its token needs the right to write to issues, and the repo has to have some\n',
    ]);
  });

  it('does not go on with a token of somebody else, whose issues no later run would find', async () => {
    await using repo = await scratchRepo();
    await using forge = await forgeIssues({ forge: 'github', token: 'a-token', author: 'kim' });

    const { status, stdout } = await night(repo, forge, { found: 'a' });

    expect(status).toBe(1);
    expect(stdout).toBe(
      `::error title=trueup::the token belongs to kim and not to ${BOT}: #1 was closed again, since later runs would not find it\n`,
    );
    expect(forge.issues[0]).toMatchObject({ isOpen: false });
  });

  it('is the same on GitLab, where a label says what is not to be opened again', async () => {
    await using repo = await scratchRepo();
    const bot = 'project_42_bot';
    await using forge = await forgeIssues({ forge: 'gitlab', token: 'a-token', author: bot });
    const env = {
      CI_PROJECT_ID: '42',
      CI_API_V4_URL: forge.url,
      CI_JOB_URL: 'https://forge.example/jobs/7',
      ISSUE_AUTHOR: bot,
      ISSUE_LABELS: 'drift,night',
    };

    expect(await night(repo, forge, { found: 'a', env })).toMatchObject({ stdout: 'opened #1\n', stderr: '' });
    expect(ours(forge)).toMatchObject({
      number: 1,
      author: bot,
      title: 'trueup drift: shop',
      labels: ['drift', 'night'],
    });
    expect(ours(forge).body).toContain('](https://forge.example/jobs/7).\n');
    expect(ours(forge).body).toContain('Closed with the label "wontfix", it stays\n');
    await night(repo, forge, { found: 'ab', env });
    await night(repo, forge, { env });
    expect(ours(forge).isOpen).toBe(false);
    expect(ours(forge).body).toContain('### trueup drift: ab\n');
    await night(repo, forge, { found: 'a', env });
    expect(ours(forge).isOpen).toBe(true);
    edit(forge, 1, { isOpen: false, labels: ['drift', 'wontfix'] });
    await night(repo, forge, { found: 'a', env });
    expect(ours(forge).isOpen).toBe(false);
    await night(repo, forge, { found: 'c', env });
    expect(ours(forge)).toMatchObject({ isOpen: true, labels: ['drift'] });
  });
});
