import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { daemonSettings, settingsAtStart } from '../../../../src/cli/daemon/daemon-settings.ts';
import { loadOperatorSettings, type OperatorSettings } from '../../../../src/cli/operator-settings.ts';
import { openRepository } from '../../../../src/git/repository.ts';
import { git, never, repoWith, scratchFolder, write } from '../../git/scratch-repo.ts';
import { allowedSigners, hasProgram, signedCommit, sshKey, type TestKey } from '../../git/signing.ts';

const HOSTILE = {
  'trueup.yaml':
    'notifications: { all: { command: { run: [touch, taken] }, on: [applied] } }\nlog: { file: /tmp/elsewhere }\nreports: { keep: 3 }\n',
};

async function operator(folder: string, key: TestKey | null): Promise<OperatorSettings> {
  const home = scratchFolder();
  const verify = `{ mode: commit, allowed_signers: ${key === null ? 'none' : allowedSigners([key])} }`;
  const text = key === null ? '' : `git: { sources: { "${folder}": { verify: ${verify} } } }\n`;
  write(home, { '.config/trueup/trueup.yaml': `log: { level: debug }\n${text}` });
  return loadOperatorSettings({ HOME: home });
}

describe('the settings that a daemon starts with', () => {
  it('are those of the working tree, and the operator’s own for URLs alone', async () => {
    const folder = repoWith({ 'trueup.yaml': 'reports: { keep: 7 }\n' });
    write(folder, { 'trueup.yaml': 'reports: { keep: 8 }\n' });
    const mine = await operator(folder, null);

    const own = await daemonSettings(folder, mine, never);
    const ofUrls = await daemonSettings(null, mine, never);

    expect([own.root, own.settings.reports.keep]).toEqual([folder, 8]);
    expect([ofUrls.root, ofUrls.settings.log.level]).toEqual([mine.folder, 'debug']);
  });

  it('are those before a commit that has mistakes, and not those before mistakes that nobody has committed', async () => {
    const folder = repoWith({ 'trueup.yaml': 'reports: { keep: 7 }\n' });
    const mine = await operator(folder, null);
    const starts = async (): Promise<readonly [keep: number, mistakes: number]> => {
      const { settings, diagnostics } = await settingsAtStart(await openRepository(folder, never), mine, never);
      return [settings.reports.keep, diagnostics.length];
    };
    write(folder, { 'trueup.yaml': 'reprots: {}\n' });
    const uncommitted = await starts();
    git(folder, 'commit', '--quiet', '--all', '--message', 'pulled');

    expect(uncommitted).toEqual([100, 1]);
    expect(await starts()).toEqual([7, 0]);
    const without = repoWith({ a: '1' });
    write(without, { 'trueup.yaml': 'reprots: {}\n' });
    git(without, 'add', '--all');
    git(without, 'commit', '--quiet', '--message', 'the first');
    const { diagnostics } = await settingsAtStart(await openRepository(without, never), mine, never);
    expect(diagnostics).toEqual([]);
  });

  it.skipIf(!hasProgram('ssh-keygen'))('are those of the signed commit where signatures count', async () => {
    const folder = repoWith({ 'trueup.yaml': 'reports: { keep: 7 }\n' });
    const key = sshKey('mine');
    signedCommit(folder, key);
    write(folder, HOSTILE);

    const { settings } = await daemonSettings(join(folder, '.'), await operator(folder, key), never);
    const { settings: unsigned } = await daemonSettings(folder, await operator(folder, null), never);

    expect(unsigned.notifications).toHaveLength(1);
    expect(settings).toMatchObject({ reports: { keep: 7 }, notifications: [], log: { file: null } });
  });

  it.skipIf(!hasProgram('ssh-keygen'))('are the defaults where signatures count and the commit has none', async () => {
    const folder = repoWith({ 'trueup.yaml': 'reports: { keep: 7 }\n' });
    const key = sshKey('mine');
    signedCommit(folder, key);
    write(folder, HOSTILE);
    git(folder, 'add', '--all');
    git(folder, 'commit', '--quiet', '--message', 'pulled');

    const repo = await openRepository(folder, never);
    const { settings, isSigned } = await settingsAtStart(repo, await operator(folder, key), never);

    expect(isSigned).toBe(true);
    expect(settings).toMatchObject({ reports: { keep: 100 }, notifications: [], log: { file: null } });
  });
});
