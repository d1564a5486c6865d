import { expect, test } from 'vitest';
import type { SecretPlace } from '../../../../src/model/notification.ts';
import { type FollowedRepo, webhookTargets } from '../../../../src/serve/webhooks/targets.ts';

const REPO: FollowedRepo = {
  name: 'shop',
  urls: ['https://forge.example/acme/shop.git'],
  concerns: () => true,
  poke: () => undefined,
};
const PLACE: SecretPlace = { source: 'command', command: ['pass', 'hook'] };

test('a daemon that follows no repo elsewhere still knows whose webhooks are signed, and passes them over', async () => {
  const targets = webhookTargets(() => [], {
    secrets: { github: PLACE },
    read: async () => 'the secret',
    onProblem: () => undefined,
    now: () => 0,
  });

  const found = targets();

  expect(await found[0]?.secret('github', new AbortController().signal)).toBe('the secret');
  expect(found.some(({ urls }) => urls.length > 0)).toBe(false);
});

test('a secret is read once a minute however many ask, and one that cannot be read proves nothing', async () => {
  let now = 0;
  const read: SecretPlace[] = [];
  const problems: unknown[] = [];
  const targets = webhookTargets(() => [REPO, { ...REPO, name: 'bank' }], {
    secrets: { github: PLACE, gitea: { source: 'env', name: 'MISSING' } },
    async read(place) {
      read.push(place);
      if (place.source === 'env') throw new Error('it is not set');
      return 'the secret';
    },
    onProblem: (problem) => void problems.push(problem),
    now: () => now,
  });
  const { signal } = new AbortController();
  const secrets = (): Promise<readonly (string | null)[]> =>
    Promise.all(targets().map((target) => target.secret('github', signal)));

  expect([await secrets(), await secrets()]).toEqual([
    ['the secret', 'the secret'],
    ['the secret', 'the secret'],
  ]);
  expect(read).toEqual([PLACE]);
  now = 60_001;
  await secrets();
  expect(read).toHaveLength(2);
  expect(await targets()[0]?.secret('gitea', signal)).toBeNull();
  expect(await targets()[0]?.secret('gitlab', signal)).toBeNull();
  expect(problems).toHaveLength(1);
});
