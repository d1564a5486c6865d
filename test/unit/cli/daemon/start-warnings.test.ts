import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startWarnings } from '../../../../src/cli/daemon/start-warnings.ts';
import { loadOperatorSettings } from '../../../../src/cli/operator-settings.ts';
import { hideCredentials } from '../../../../src/cli/remote-sources.ts';
import { scratchFolder, write } from '../../git/scratch-repo.ts';

const BOTH = 'notifications: { desk: { command: { run: [a] } } }\nschedules: { nightly: { cron: "30 2 * * *" } }\n';

async function warned(text: string, kinds: Parameters<typeof startWarnings>[1]): Promise<string> {
  const home = scratchFolder();
  write(home, { '.config/trueup/trueup.yaml': text });
  return (await startWarnings(await loadOperatorSettings({ HOME: home }), kinds)).join('\n');
}

it('whoever serves folders alone is told what of their own settings comes to nothing', async () => {
  const none = join(scratchFolder(), 'none');
  const rule = `git: { sources: { "${none}": { verify: { mode: commit, allowed_signers: a } } } }\n`;

  expect(await warned(BOTH, { urls: false, folders: true })).toContain('notifications and schedules of');
  expect(await warned(rule, { urls: false, folders: true })).toContain(`asks for signatures in ${none}`);
  expect(await warned('log: { level: debug }\n', { urls: false, folders: true })).toBe('');
  expect(await warned(`${BOTH}${rule}`, { urls: true, folders: false })).toBe('');
});

it('a command line with credentials is taken back, and no other', () => {
  const before = process.title;
  onTestFinished(() => void (process.title = before));

  hideCredentials(['https://git.example/me@home/shop', 'shop', '/srv/a@b']);
  expect(process.title).toBe(before);
  hideCredentials(['shop', 'https://me:secret@git.example/shop']);
  expect(process.title).toBe('trueup');
});
