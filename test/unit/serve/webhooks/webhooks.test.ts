import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { repoPlace } from '../../../../src/serve/webhooks/clone-url.ts';
import type { Forge } from '../../../../src/model/forge.ts';
import type { PushedRef } from '../../../../src/serve/webhooks/push.ts';
import type { WebhookTarget } from '../../../../src/serve/webhooks/route.ts';
import { type Asked, scratchApi, type ScratchApi } from '../../../support/api.ts';

const SECRET = 'a secret of both sides';

interface MemoryTarget extends WebhookTarget {
  readonly pokes: string[];
}

function target(overrides: Partial<WebhookTarget> = {}): MemoryTarget {
  const pokes: string[] = [];
  return {
    name: 'shop',
    urls: ['https://forge.example/acme/shop.git'],
    concerns: (ref: PushedRef) => ref.type === 'branch' && ref.name === 'main',
    secret: async () => SECRET,
    poke: (reason) => void pokes.push(reason),
    pokes,
    ...overrides,
  };
}

function hmac(body: string, secret = SECRET): string {
  return createHmac('sha256', secret).update(body).digest('hex');
}

let deliveries = 0;

interface Delivery {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

function push(ref = 'refs/heads/main'): string {
  deliveries += 1;
  return JSON.stringify({
    ref,
    after: String(deliveries),
    object_kind: ref.startsWith('refs/tags/') ? 'tag_push' : 'push',
    repository: {
      clone_url: 'https://forge.example/Acme/shop.git',
      ssh_url: 'git@forge.example:Acme/shop.git',
      links: { html: { href: 'https://forge.example/acme/shop' } },
    },
    project: { git_http_url: 'https://forge.example/acme/shop.git', git_ssh_url: 'git@forge.example:acme/shop.git' },
    push: { changes: [{ new: { type: 'branch', name: 'main' }, old: null }] },
  });
}

function signed(forge: Forge, body: string, secret = SECRET): Delivery {
  const id = `delivery-${deliveries}`;
  switch (forge) {
    case 'github':
      return {
        body,
        headers: {
          'x-github-event': 'push',
          'x-github-delivery': id,
          'x-hub-signature-256': `sha256=${hmac(body, secret)}`,
        },
      };
    case 'gitlab':
      return {
        body,
        headers: { 'x-gitlab-event': 'Push Hook', 'x-gitlab-event-uuid': id, 'x-gitlab-token': secret },
      };
    case 'gitea':
      return {
        body,
        headers: { 'x-gitea-event': 'push', 'x-gitea-delivery': id, 'x-gitea-signature': hmac(body, secret) },
      };
    case 'forgejo':
      return {
        body,
        headers: { 'x-forgejo-event': 'push', 'x-forgejo-delivery': id, 'x-forgejo-signature': hmac(body, secret) },
      };
    case 'bitbucket':
      return {
        body,
        headers: {
          'x-event-key': 'repo:push',
          'x-request-uuid': id,
          'x-hub-signature': `sha256=${hmac(body, secret)}`,
        },
      };
    default:
      return forge satisfies never;
  }
}

function deliver(api: ScratchApi, forge: string, { body, headers }: Delivery): Promise<Asked> {
  return api.askTcp(`/v1/webhooks/${forge}`, { body, headers: { 'content-type': 'application/json', ...headers } });
}

for (const forge of ['github', 'gitlab', 'gitea', 'forgejo', 'bitbucket'] as const) {
  test(`a push on ${forge} makes the source look, once`, async () => {
    const shop = target();
    await using api = await scratchApi({ webhooks: () => [shop] });
    const delivery = signed(forge, push());

    const first = await deliver(api, forge, delivery);
    const again = await deliver(api, forge, delivery);

    expect(first).toMatchObject({ status: 202, json: { accepted: true, sources: ['shop'] } });
    expect(again).toMatchObject({ status: 202, json: { accepted: false, reason: 'repeated' } });
    expect(shop.pokes).toEqual([`webhook of ${forge}`]);
  });

  test(`what is wrongly signed in the name of ${forge} is refused`, async () => {
    const shop = target();
    await using api = await scratchApi({ webhooks: () => [shop] });
    const wrong = signed(forge, push(), 'a guess');
    const right = signed(forge, push());
    const unsigned = Object.fromEntries(
      Object.entries(right.headers).filter(([name]) => !/signature|token/.test(name)),
    );
    const empty = Object.fromEntries(
      Object.entries(right.headers).map(([name, value]) => [name, /signature|token/.test(name) ? '' : value]),
    );

    const answers = [
      await deliver(api, forge, wrong),
      await deliver(api, forge, { ...right, headers: unsigned }),
      await deliver(api, forge, { ...right, headers: empty }),
      // GitLab's plain token says nothing about the body.
      ...(forge === 'gitlab' ? [] : [await deliver(api, forge, { ...right, body: `${right.body} ` })]),
    ];

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
    expect(answers[0]?.json).toMatchObject({ error: { code: 'signature_mismatch' } });
    expect(answers.map(({ text }) => text).join()).not.toContain(SECRET);
    expect(shop.pokes).toEqual([]);
  });
}

test('the same body under another id of a delivery is a repetition', async () => {
  const shop = target();
  await using api = await scratchApi({ webhooks: () => [shop] });
  const delivery = signed('github', push());
  await deliver(api, 'github', delivery);

  const { json } = await deliver(api, 'github', {
    ...delivery,
    headers: { ...delivery.headers, 'x-github-delivery': 'another' },
  });

  expect(json).toMatchObject({ accepted: false, reason: 'repeated' });
  expect(shop.pokes).toHaveLength(1);
});

test('GitLab’s signing tokens sign id, time and body, and are good for five minutes', async () => {
  const secret = `whsec_${Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')}`;
  const shop = target({ secret: async () => secret });
  await using api = await scratchApi({ webhooks: () => [shop] });
  const body = push();
  const sign = (id: string, seconds: number, text = body): Delivery => {
    const key = Buffer.from(secret.slice(6), 'base64');
    const signature = createHmac('sha256', key).update(`${id}.${seconds}.${text}`).digest('base64');
    const headers = { 'webhook-id': id, 'webhook-timestamp': String(seconds), 'x-gitlab-event': 'Push Hook' };
    return { body: text, headers: { ...headers, 'webhook-signature': `v1,${signature}` } };
  };
  const now = Math.round(Date.now() / 1000);

  const old = await deliver(api, 'gitlab', sign('one', now - 301));
  const early = await deliver(api, 'gitlab', sign('two', now + 900));
  const moved = sign('three', now);
  const other = await deliver(api, 'gitlab', { ...moved, headers: { ...moved.headers, 'webhook-id': 'four' } });
  const good = await deliver(api, 'gitlab', sign('five', now));

  expect([old.status, early.status, other.status]).toEqual([401, 401, 401]);
  expect(good.json).toMatchObject({ accepted: true });
});

test('a secret of one repo proves nothing about another', async () => {
  const shop = target();
  const bank = target({
    name: 'bank',
    urls: ['https://forge.example/acme/shop.git'],
    secret: async () => 'another secret',
  });
  await using api = await scratchApi({ webhooks: () => [shop, bank] });

  const { json } = await deliver(api, 'github', signed('github', push()));

  expect(json).toMatchObject({ sources: ['shop'] });
  expect(bank.pokes).toEqual([]);
});

test('other repos, other branches, other events and pings make nobody look', async () => {
  const shop = target();
  await using api = await scratchApi({ webhooks: () => [shop] });
  const elsewhere = push().replaceAll(/shop/gi, 'bank');
  const named = (name: string): Delivery => {
    const delivery = signed('github', push());
    return { ...delivery, headers: { ...delivery.headers, 'x-github-event': name } };
  };

  const reasons: unknown[] = [];
  for (const delivery of [
    signed('github', elsewhere),
    signed('github', push('refs/heads/feature')),
    signed('github', push('refs/tags/main')),
    named('issues'),
    named('ping'),
  ]) {
    const { status, json } = await deliver(api, 'github', delivery);
    expect(status).toBe(202);
    reasons.push((json as { readonly reason: unknown }).reason);
  }

  expect(reasons).toEqual(['not_followed', 'not_followed', 'not_followed', 'other_event', 'ping']);
  expect(shop.pokes).toEqual([]);
});

test('Bitbucket Data Center names no address, and is known by project and repo', async () => {
  const shop = target({ urls: ['ssh://git@bitbucket.example:7999/acme/shop.git'] });
  await using api = await scratchApi({ webhooks: () => [shop] });
  const body = JSON.stringify({
    repository: { slug: 'shop', project: { key: 'ACME' } },
    changes: [{ ref: { id: 'refs/heads/main' } }],
  });

  const delivery = signed('bitbucket', body);
  const { json } = await deliver(api, 'bitbucket', {
    body,
    headers: { ...delivery.headers, 'x-event-key': 'repo:refs_changed' },
  });

  expect(json).toMatchObject({ accepted: true });
});

test('a form that holds the JSON is read, and what is no JSON tells nothing', async () => {
  const shop = target();
  await using api = await scratchApi({ webhooks: () => [shop] });
  const form = `payload=${encodeURIComponent(push())}`;
  const type = { 'content-type': 'application/x-www-form-urlencoded' };
  const sent = signed('github', form);

  const read = await deliver(api, 'github', { ...sent, headers: { ...sent.headers, ...type } });
  deliveries += 1;
  const unread = await deliver(api, 'github', signed('github', `{"ref": ${deliveries}`));

  expect(read.json).toMatchObject({ accepted: true });
  expect(unread).toMatchObject({ status: 400, json: { error: { code: 'invalid_request' } } });
});

test('an unknown forge, and a forge without a secret, take nothing', async () => {
  const shop = target({ secret: async (forge) => (forge === 'github' ? SECRET : null) });
  await using api = await scratchApi({ webhooks: () => [shop] });

  expect((await deliver(api, 'sourcehut', signed('github', push()))).status).toBe(404);
  expect((await deliver(api, 'gitea', signed('gitea', push()))).status).toBe(401);
  expect((await deliver(api, 'gitlab', signed('gitlab', push(), ''))).status).toBe(401);
});

test('without webhooks there is no such route', async () => {
  await using api = await scratchApi();

  expect((await api.ask('/v1/webhooks/github', { method: 'POST', body: '{}' })).status).toBe(404);
});

test('one repo has many addresses', () => {
  const same = [
    'https://forge.example/Acme/Shop.git',
    'https://user:token@forge.example:8443/acme/shop/',
    'http://forge.example/acme/shop',
    'ssh://git@forge.example:2222/acme/shop.git',
    'git+ssh://git@forge.example/acme/shop.git',
    'git@forge.example:acme/shop.git',
    'forge.example:acme/shop',
    'git://forge.example/acme/shop.git',
  ];

  expect(new Set(same.map(repoPlace))).toEqual(new Set(['forge.example/acme/shop']));
  expect(repoPlace('https://forge.example/acme/shop2')).not.toBe('forge.example/acme/shop');
  expect(['/srv/repos/shop.git', 'file:///srv/shop.git', 'https://forge.example/', '', 'shop'].map(repoPlace)).toEqual([
    null,
    null,
    null,
    null,
    null,
  ]);
});
