/** `parity --history`: which commit made it better or worse, over real repos. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ScratchRepo, scratchRepo } from '../support/cli.ts';
import { containing } from '../support/matching.ts';
import { schemaErrors } from '../support/schemas.ts';

const ONE = 'environments/one/environment.yaml';
const TWO = 'environments/two/environment.yaml';
const BROKEN = 'services: [';

function database(version: string, more = ''): string {
  return `services:\n  db: { container: { image: "postgres:${version}" } }\n${more}`;
}

/** Keeps one more report. */
async function compare(repo: ScratchRepo, ...args: readonly string[]): Promise<void> {
  const { status, stderr } = await repo.trueup(['parity', 'one', 'two', '--quiet', ...args]);
  if (status > 2) throw new Error(stderr);
}

async function commit(repo: ScratchRepo, text: string, subject: string): Promise<string> {
  await repo.write({ [ONE]: text });
  return repo.commit(subject);
}

interface Entry {
  readonly trend: string;
  readonly cause: string | null;
  readonly moved: readonly { readonly side: string; readonly commit: string; readonly commits: number }[];
}

/** The last report of it. */
async function last(repo: ScratchRepo, ...args: readonly string[]): Promise<Entry | undefined> {
  const { stdout } = await repo.trueup(['parity', 'one', 'two', '--history', '-o', 'json', ...args]);
  const document = JSON.parse(stdout) as { readonly history: readonly Entry[] };
  expect(schemaErrors('parity-history', document)).toEqual([]);
  return document.history.at(-1);
}

describe('the commit that made a parity better or worse', () => {
  it('is none of a commit where nobody had committed the settings', async () => {
    await using repo = await scratchRepo({ [ONE]: database('16.0'), [TWO]: database('16.1') });
    await compare(repo);
    const waiver = '{ address: service.db, field_path: container.image, reason: r }';
    await repo.write({ 'trueup.yaml': `parity: { waivers: [${waiver}] }\n` });
    await compare(repo);

    expect(await last(repo)).toMatchObject({ trend: 'better', cause: 'uncommitted', moved: [] });
  });

  it('is found among those that lie between two reports', async () => {
    await using repo = await scratchRepo({ [ONE]: database('16.0'), [TWO]: database('16.0') });
    await compare(repo);
    await commit(repo, `${database('16.0')}# 1\n`, 'Say nothing');
    await commit(repo, `${database('16.0')}# 2\n`, 'Say nothing again');
    const guilty = await commit(repo, database('15.0'), 'Take an old database');
    await commit(repo, `${database('15.0')}# 3\n`, 'Say nothing once more');
    await commit(repo, database('15.1'), 'Patch it');
    await compare(repo);

    const text = await repo.trueup(['parity', 'one', 'two', '--history']);

    expect(await last(repo)).toMatchObject({
      trend: 'worse',
      cause: 'commits',
      moved: [{ side: 'both', since: null, commit: guilty, commits: 1 }],
    });
    expect(text.stdout).toContain(`worse  ${guilty.slice(0, 7)} Take an old database`);
  });

  it('is found through a merge, and among commits of which some have mistakes', async () => {
    await using repo = await scratchRepo({ [ONE]: database('16.0'), [TWO]: database('16.0') });
    await compare(repo);
    await repo.git('switch', '--quiet', '--create', 'side');
    const guilty = await commit(repo, database('15.0'), 'Take an old database');
    await commit(repo, BROKEN, 'Break it');
    await commit(repo, `${database('15.0')}# 1\n`, 'Mend it');
    await repo.git('switch', '--quiet', '-');
    await repo.write({ 'README.md': 'more' });
    await repo.commit('Write more');
    await repo.git('merge', '--quiet', '--no-ff', '--message', 'Merge side', 'side');
    await compare(repo);

    expect(await last(repo)).toMatchObject({ moved: [{ commit: guilty, commits: 1 }] });
  });

  it('is one of several where those between have mistakes', async () => {
    await using repo = await scratchRepo({ [ONE]: database('16.0'), [TWO]: database('16.0') });
    await compare(repo);
    await commit(repo, BROKEN, 'Break it');
    const mended = await commit(repo, database('15.0'), 'Mend it');
    await compare(repo);

    expect(await last(repo, '--bisect')).toMatchObject({
      cause: 'commits',
      moved: [{ commit: mended, commits: 2 }],
    });
  });

  it('may be one of settings', async () => {
    await using repo = await scratchRepo({ [ONE]: database('15.0'), [TWO]: database('16.0') });
    await compare(repo);
    await commit(repo, `${database('15.0')}# 1\n`, 'Say nothing');
    await repo.write({
      'trueup.yaml': 'parity: { waivers: [{ address: service.db, reason: so we want it, owner: team }] }\n',
    });
    const waived = await repo.commit('Waive it');
    await commit(repo, `${database('15.0')}# 2\n`, 'Say nothing again');
    await compare(repo);

    expect(await last(repo)).toMatchObject({ trend: 'better', moved: [{ commit: waived, commits: 1 }] });
  });

  it('is none where nobody had committed what made it so, nor where manifests do not', async () => {
    await using repo = await scratchRepo({ [ONE]: database('${V:-16.0}'), [TWO]: database('16.0') });
    await compare(repo);
    await commit(repo, `${database('${V:-16.0}')}# 1\n`, 'Say nothing');
    await compare(repo, '--var', 'V=15.0');
    const byVariable = await last(repo);
    await compare(repo);
    await commit(repo, `${database('${V:-16.0}')}# 2\n`, 'Say nothing again');
    await repo.write({ [ONE]: database('15.0') });
    await compare(repo);
    const { stdout } = await repo.trueup(['parity', 'one', 'two', '--history']);

    expect(byVariable).toMatchObject({ trend: 'worse', cause: 'elsewhere', moved: [] });
    expect(await last(repo)).toMatchObject({ trend: 'worse', cause: 'uncommitted', moved: [] });
    expect(stdout).toContain('worse   changes that nobody had committed');
    expect(stdout).toContain('worse   no commit');
  });

  it('is that of the side which moved, where the other is pinned', async () => {
    await using repo = await scratchRepo({ [ONE]: database('16.0'), [TWO]: database('16.0') });
    await repo.git('tag', 'v1');
    await repo.trueup(['parity', 'one', 'two@v1']);
    const guilty = await commit(repo, database('15.0'), 'Take an old database');
    await commit(repo, `${database('15.0')}# 1\n`, 'Say nothing');
    await repo.trueup(['parity', 'one', 'two@v1']);

    const { stdout } = await repo.trueup(['parity', 'one', 'two@v1', '--history']);

    expect(stdout).toContain(`worse  source at ${guilty.slice(0, 7)} Take an old database`);
  });

  it('is told against the last report that was known', async () => {
    await using repo = await scratchRepo({ [ONE]: database('16.0'), [TWO]: database('16.0') });
    await compare(repo);
    await commit(repo, database('16.0', '  web: { container: { imag: "a:1" } }\n'), 'Break a part of it');
    await compare(repo, '--keep-going');
    await commit(repo, database('16.0'), 'Mend it');
    const guilty = await commit(repo, database('15.0'), 'Take an old database');
    await compare(repo);

    const { stdout } = await repo.trueup(['parity', 'one', 'two', '--history', '-o', 'json']);

    const { history } = JSON.parse(stdout) as { readonly history: readonly Entry[] };
    expect(history.map(({ trend }) => trend)).toEqual(['first', 'same', 'worse']);
    expect(history.at(-1)).toMatchObject({ cause: 'commits', moved: [{ commit: guilty, commits: 1 }] });
  });

  it('is searched for on demand where that takes long, and else one of a range', async () => {
    await using repo = await scratchRepo({ [ONE]: database('16.0'), [TWO]: database('16.0') });
    const before = (await repo.git('rev-parse', 'HEAD')).trim();
    await compare(repo);
    const guilty = await commit(repo, database('15.0'), 'Take an old database');
    const after = await commit(repo, `${database('15.0')}# 1\n`, 'Say nothing');
    await compare(repo);
    const folder = join(repo.root, 'reports/one/parity');
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      const text = readFileSync(path, 'utf8').replace('"total_services": 1', '"total_services": 5000');
      writeFileSync(path, text);
    }

    const text = await repo.trueup(['parity', 'one', 'two', '--history']);
    const found = await repo.trueup(['parity', 'one', 'two', '--history', '--bisect']);

    expect(text.stdout).toContain(`worse  ${before.slice(0, 7)}..${after.slice(0, 7)} (2 commits)`);
    expect(text.stdout).toContain('`--bisect` finds the one of several commits that did it.');
    expect(found.stdout).toContain(`worse  ${guilty.slice(0, 7)} Take an old database`);
    expect(found.stdout).not.toContain('--bisect');
  });

  it('is that of A and B alone: the two the other way round are another pair', async () => {
    await using repo = await scratchRepo({ [ONE]: database('16.0'), [TWO]: database('16.0') });
    await compare(repo);

    const turned = await repo.trueup(['parity', 'two', 'one', '--history']);

    expect(turned).toMatchObject({
      status: 0,
      stdout: containing('1 report is kept the other way round: `trueup parity one two --history`.'),
    });
  });
});
