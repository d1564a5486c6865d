import { expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { servedRepo } from '../../support/served-repo.ts';

const FILE = 'environments/local/environment.yaml';

function checked(words: string): string {
  return `services:\n  web:\n    process: { command: [app, ${words}] }\n    health_check: { test: [CMD, probe], interval: 20ms, retries: 1 }\n`;
}

it('goes on with the attempts at what failed where a commit changes nothing of it, after a restart too', async () => {
  await using repo = await servedRepo({ [FILE]: checked('good') });
  const before = repo.events.length;
  const good = repo.git('rev-parse', 'HEAD').trim();
  const bad = repo.commit({ [FILE]: checked('never_healthy') });
  expect(await repo.passed('held', before)).toMatchObject({ revision: { commit: bad }, held: { commit: good } });
  const { since, attempts = 0 } = repo.environment().status()?.quarantine ?? {};

  const words = repo.commit({ 'README.md': 'words' });
  const attemptAt = (commit: string): Promise<unknown> =>
    eventually(() => repo.environment().status()?.quarantine?.revision.commit === commit, `an attempt at ${commit}`);
  await attemptAt(words);

  const next = repo.environment().status()?.quarantine;
  expect(next).toMatchObject({ since, declared: true });
  expect(next?.attempts).toBeGreaterThan(attempts);

  const more = repo.commit({ 'README.md': 'more words' });
  await repo.restart();
  await attemptAt(more);
  expect(repo.environment().status()?.quarantine?.since).toBe(since);

  const fix = repo.commit({ [FILE]: checked('better') });
  await eventually(() => repo.environment().status()?.last_healthy?.commit === fix);
  expect(repo.environment().status()?.quarantine).toBeNull();
});

it('tries what failed anew at once where a commit changes a file that it reads, and nothing that it says', async () => {
  await using repo = await servedRepo({ [FILE]: checked('good') });
  const before = repo.events.length;
  repo.commit({ [FILE]: checked('never_healthy') });
  await repo.passed('held', before);

  const from = repo.events.length;
  const commit = repo.commit({ [FILE]: `# words\n${checked('never_healthy')}` });

  const tried = await repo.passed('failed', from);
  expect(tried.revision.commit).toBe(commit);
});
