import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NotificationChannel, NotificationSink, ProblemKind } from '../../../../src/model/notification.ts';
import type { ServeEvent } from '../../../../src/model/serve-event.ts';
import type { ServeLog } from '../../../../src/serve/log/log.ts';
import type { Channel } from '../../../../src/serve/notify/channel.ts';
import { DeliveryError } from '../../../../src/serve/notify/channel.ts';
import type { Message } from '../../../../src/serve/notify/message.ts';
import type { Notice } from '../../../../src/serve/notify/episode.ts';
import { noticeMessage } from '../../../../src/serve/notify/message.ts';
import { type Finding, signalsOf } from '../../../../src/serve/notify/signals.ts';
import { MOST_WAITING, Outbox } from '../../../../src/serve/notify/outbox.ts';
import { type NotifierOptions, startNotifier } from '../../../../src/serve/notify/notifier.ts';
import type { ServedEnvironment } from '../../../../src/serve/served.ts';
import { eventually } from '../../../support/eventually.ts';
import { memoryServed } from '../../../support/memory-served.ts';
import { schemaErrors } from '../../../support/schemas.ts';
import { COMMIT } from '../../../support/builders.ts';
import { FREEZE_TIMES, passEnded, served } from '../../../support/serve-events.ts';

const KEY = 'a key that is long enough to sign';
const FAILED = passEnded({
  outcome: 'failed',
  failure: { code: 'step_failed', message: 'the <password> @all is hunter2', retryable: false, fields: {}, next: null },
});

interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let folder = '';
let server: Server;
let received: Received[] = [];
let answers: number[] = [];
let logged: string[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'trueup-notify-'));
  [received, answers, logged] = [[], [], []];
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      received.push({ path: request.url ?? '', headers: request.headers, body });
      const status = answers.shift() ?? 200;
      if (status === 0) return;
      response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end('an answer');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

function address(path = '/hook'): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
}

const log: ServeLog = {
  debug: () => undefined,
  info: (fields, message) => logged.push(`${message} ${JSON.stringify(fields)}`),
  warn: (fields, message) => logged.push(`${message} ${JSON.stringify(fields)}`),
  error: (fields, message) => logged.push(`${message} ${JSON.stringify(fields)}`),
};

function sink(channel: NotificationChannel, overrides: Partial<NotificationSink> = {}): NotificationSink {
  const on = ['failed', 'recovered', 'applied'] as const;
  return { name: 'one', on, environments: null, repeat_ms: null, timeout_ms: 30_000, channel, ...overrides };
}

/** A daemon that says what it is told to say. */
class Teller {
  readonly #listeners = new Set<(event: ServeEvent) => void>();
  all: readonly ServedEnvironment[] = [];

  environments(): readonly ServedEnvironment[] {
    return this.all;
  }

  subscribe(listener: (event: ServeEvent) => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  tell(...events: readonly ServeEvent[]): void {
    for (const event of events) for (const listener of this.#listeners) listener(event);
  }

  get isHeard(): boolean {
    return this.#listeners.size > 0;
  }
}

async function notifier(
  channel: NotificationChannel,
  overrides: Partial<NotifierOptions> = {},
  sinkOverrides: Partial<NotificationSink> = {},
): Promise<{ readonly teller: Teller } & AsyncDisposable> {
  const teller = new Teller();
  const started = await startNotifier({
    served: teller,
    sinks: [sink(channel, sinkOverrides)],
    isOurs: (id) => id.startsWith('shop/'),
    root: folder,
    environment: { PATH: process.env['PATH'], CHAT: address('/chat'), SECRET_THING: 'x' },
    mask: (text) => text.replaceAll('hunter2', '(secret)'),
    log,
    memory: null,
    ...overrides,
  });
  return { teller, [Symbol.asyncDispose]: () => started[Symbol.asyncDispose]() };
}

function webhook(): NotificationChannel {
  writeFileSync(join(folder, 'key'), `${KEY}\n`);
  return { type: 'webhook', url: address(), secret: { source: 'file', path: 'key' } };
}

describe('a webhook', () => {
  it('gets a CloudEvent that is signed, and holds no secret', async () => {
    await using one = await notifier(webhook());

    one.teller.tell(FAILED);
    const [request] = await eventually(() => received.length > 0 && received, 'a request');

    const body = request?.body ?? '';
    expect(schemaErrors('cloud-event', JSON.parse(body))).toEqual([]);
    expect(JSON.parse(body)).toMatchObject({
      type: 'dev.trueup.notification.began.v1',
      source: 'shop/local',
      data: { kind: 'failed', findings: [{ subject: 'environment', cause: 'step_failed' }] },
    });
    expect(body).not.toContain('hunter2');
    const headers: IncomingHttpHeaders = request?.headers ?? {};
    expect(headers['content-type']).toMatch(/^application\/cloudevents\+json/);
    const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
    const expected = createHmac('sha256', KEY).update(signed).digest('base64');
    expect(headers['webhook-signature']).toBe(`v1,${expected}`);
    expect(Math.abs(Number(headers['webhook-timestamp']) - Date.now() / 1000)).toBeLessThan(60);
    expect(JSON.parse(body)).toHaveProperty('id', headers['webhook-id']);
  });

  it('takes a key as the standard writes it', async () => {
    const key = Buffer.alloc(32, 7);
    const channel = webhook();
    writeFileSync(join(folder, 'key'), `whsec_${key.toString('base64')}\n`);
    await using one = await notifier(channel);

    one.teller.tell(FAILED);
    const [request] = await eventually(() => received.length > 0 && received, 'a request');

    const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signed } = request?.headers ?? {};
    const expected = createHmac('sha256', key).update(`${String(id)}.${String(at)}.${request?.body ?? ''}`);
    expect(signed).toBe(`v1,${expected.digest('base64')}`);
  });

  it('is tried again with the same id until it answers, and what is wrong is logged once', async () => {
    answers = [503, 500];
    await using one = await notifier(webhook());

    one.teller.tell(FAILED);
    await eventually(() => received.length === 3, 'three requests');
    await eventually(() => logged.length === 2, 'the log');

    expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(logged[0]).toContain('it answered 503');
    expect(logged[1]).toContain('can be sent again');
  });

  it('is not tried again where that is no use, and nothing is sent where it points', async () => {
    answers = [302, 404];
    await using one = await notifier(webhook());

    one.teller.tell(FAILED, passEnded());
    one.teller.tell(FAILED);
    await eventually(() => received.length === 3, 'three requests');

    expect(received.map(({ path }) => path)).toEqual(['/hook', '/hook', '/hook']);
    expect(JSON.parse(received[2]?.body ?? '')).toMatchObject({ dropped: 2 });
    expect(schemaErrors('cloud-event', JSON.parse(received[2]?.body ?? ''))).toEqual([]);
  });

  it('that never answers is given up in time, and holds up nobody', async () => {
    answers = [0];
    await using one = await notifier(webhook(), {}, { timeout_ms: 150 });

    one.teller.tell(FAILED);
    expect([received, logged]).toEqual([[], []]);
    await eventually(() => received.length === 2, 'the second attempt');

    expect(logged[0]).toContain('no answer within 150 ms');
  });

  it('without its key sends nothing, and says why without saying what', async () => {
    const channel = webhook();
    writeFileSync(join(folder, 'key'), 'hunter2short');
    {
      await using one = await notifier(channel);
      one.teller.tell(FAILED);
      await eventually(() => logged.length > 0, 'the log');
    }

    expect(received).toEqual([]);
    expect(logged.join()).toContain('shorter than 24 bytes');
    expect(logged.join()).not.toContain('hunter2');
  });
});

describe('a chat', () => {
  it('gets lines in which nothing is markup, those of one moment together', async () => {
    await using one = await notifier({ type: 'chat', url: { source: 'env', name: 'CHAT' } });

    one.teller.tell(FAILED, passEnded());
    await eventually(() => received.length > 0, 'a request');

    expect(received).toHaveLength(1);
    expect(received[0]?.path).toBe('/chat');
    const { text } = JSON.parse(received[0]?.body ?? '') as { readonly text: string };
    expect(text.split('\n')).toEqual([
      'shop/local: a run failed at environment: the &lt;password&gt; @\u200Ball is (secret)',
      expect.stringMatching(/^shop\/local: good again after .*: a run failed at environment/),
    ]);
  });

  it('never has its address in the log', async () => {
    writeFileSync(join(folder, 'print'), '#!/bin/sh\necho http://127.0.0.1:1/services/T000/hunter2\n');
    chmodSync(join(folder, 'print'), 0o700);
    await using one = await notifier({ type: 'chat', url: { source: 'command', command: ['./print'] } });

    one.teller.tell(FAILED);
    await eventually(() => logged.length > 0, 'the log');

    expect(logged.join()).toMatch(/cannot be reached/);
    expect(logged.join()).not.toMatch(/127[.]0[.]0[.]1|T000|hunter2/);
  });
});

describe('a command', () => {
  function script(body: string): readonly string[] {
    const path = join(folder, 'tell me');
    writeFileSync(path, `#!/bin/sh\n${body}\n`);
    chmodSync(path, 0o700);
    return [path, 'a b', '$HOME'];
  }

  it('gets the event on its standard input, words that no shell reads, and little of our environment', async () => {
    const run = script('cat > event; env > environment; printf "%s|" "$@" > words; touch done');
    await using one = await notifier({ type: 'command', run });

    one.teller.tell(FAILED);
    await eventually(() => existsSync(join(folder, 'done')), 'the command');

    const event: unknown = JSON.parse(readFileSync(join(folder, 'event'), 'utf8'));
    expect(schemaErrors('cloud-event', event)).toEqual([]);
    expect(readFileSync(join(folder, 'words'), 'utf8')).toBe('a b|$HOME|');
    const environment = readFileSync(join(folder, 'environment'), 'utf8');
    expect(environment).toContain('TRUEUP_KIND=failed');
    expect(environment).toContain('TRUEUP_ENVIRONMENT=shop/local');
    expect(environment).not.toMatch(/SECRET_THING|hunter2/);
  });

  it('that does not end is ended with all that it started', async () => {
    const run = script('sleep 300 & echo $! > child; echo $$ > self; wait');
    await using one = await notifier({ type: 'command', run }, {}, { timeout_ms: 300 });

    one.teller.tell(FAILED);
    await eventually(() => logged.length > 0, 'the log');

    expect(logged[0]).toContain('longer than 300 ms');
    // One that had not come so far by then is tried again.
    const pids = await eventually(() => {
      const paths = ['child', 'self'].map((name) => join(folder, name));
      const texts = paths.map((path) => (existsSync(path) ? readFileSync(path, 'utf8') : ''));
      return texts.every((text) => text.endsWith('\n')) && texts.map((text) => text.trim());
    }, 'the pids of both');
    await eventually(() => pids.every((pid) => !isAlive(pid)), 'the end of both');
  });

  it('that leaves something running is over when it ends itself, and its last words are in the log', async () => {
    const run = script('sleep 300 & echo $! > child; head -c 100000 /dev/zero | tr "\\0" x; echo hunter2 >&2; exit 3');
    await using one = await notifier({ type: 'command', run });

    one.teller.tell(FAILED);
    await eventually(() => logged.length > 0, 'the log');
    process.kill(Number(readFileSync(join(folder, 'child'), 'utf8')));

    expect(logged[0]).toContain('it ended with 3');
    expect(logged[0]?.length).toBeLessThan(700);
    expect(logged[0]).not.toContain('hunter2');
  });

  it('that is not there is logged, and nothing else happens', async () => {
    await using one = await notifier({ type: 'command', run: ['./nothing'] });

    one.teller.tell(FAILED);
    await eventually(() => logged.length > 0, 'the log');

    expect(logged[0]).toContain('cannot be started: ENOENT');
  });
});

describe('the notifier', () => {
  it('tells of no environment of another repo, nor of one that nobody asked for', async () => {
    await using one = await notifier(webhook(), {}, { environments: ['local'] });

    one.teller.tell(
      passEnded({ outcome: 'applied' }, { environment: 'foreign/local' }),
      passEnded({ outcome: 'applied' }, { environment: 'shop/other' }),
      passEnded({ outcome: 'applied' }, { environment: 'shop/local' }),
    );
    await eventually(() => received.length > 0, 'a request');

    expect(received.map(({ body }) => (JSON.parse(body) as { readonly source: string }).source)).toEqual([
      'shop/local',
    ]);
  });

  it('tells what is on its way before it goes, hears nothing after, and remembers what it told without a secret', async () => {
    const memory = join(folder, 'state', 'notifications.json');
    const channel = webhook();
    {
      await using one = await notifier(channel, { memory });
      one.teller.tell(FAILED);
      await one[Symbol.asyncDispose]();
      expect(one.teller.isHeard).toBe(false);
    }
    expect(received).toHaveLength(1);
    expect(readFileSync(memory, 'utf8')).not.toContain('hunter2');

    await using again = await notifier(channel, { memory });
    again.teller.tell(FAILED);
    again.teller.tell(passEnded());
    await eventually(() => received.length > 1, 'the good news');

    expect(JSON.parse(received[1]?.body ?? '')).toMatchObject({ type: 'dev.trueup.notification.over.v1' });
  });

  it('begins anew where what it remembered is damaged', async () => {
    const memory = join(folder, 'notifications.json');
    for (const text of [
      '',
      '{',
      '[]',
      '{"format_version":"1.0","told":{"one":{"shop/local":{"failed":{"since":"x"}}}}}',
    ]) {
      writeFileSync(memory, text);
      received = [];
      await using one = await notifier(webhook(), { memory });
      one.teller.tell(FAILED);
      await eventually(() => received.length === 1, 'a request');
    }
  });

  it('says once that all is good again of what ended while nobody listened, and nothing of what goes on', async () => {
    const memory = join(folder, 'state', 'notifications.json');
    const on = ['degraded', 'quarantined', 'frozen', 'unreachable', 'recovered'] as const;
    const environment = { environment: 'shop/local' };
    let now = Date.now();
    const options = { memory, now: () => now, isOurs: (id: string): boolean => id.startsWith('shop') };
    {
      await using one = await notifier(webhook(), options, { on });
      one.teller.tell(
        served(
          { type: 'state_changed', from: 'healthy', to: 'degraded', reason: 'service.web has failed' },
          environment,
        ),
        served({ type: 'engine_lost', what: 'docker', why: 'closed' }, environment),
        served({ type: 'quarantined', revision: { commit: COMMIT, dirty: false }, why: 'its gate' }, environment),
        served({ type: 'frozen', address: 'service.web', reason: 'debugging', ...FREEZE_TIMES }, environment),
      );
      now += 11_000;
      one.teller.tell(
        served({ type: 'frozen', address: 'service.web', reason: 'debugging', ...FREEZE_TIMES }, environment),
        served(
          { type: 'state_changed', from: 'healthy', to: 'degraded', reason: 'service.web has failed' },
          environment,
        ),
        served({ type: 'engine_lost', what: 'docker', why: 'closed' }, environment),
      );
      await eventually(() => received.length === 4, 'four requests');
    }
    received = [];

    await using again = await notifier(webhook(), options, { on });
    const { all } = memoryServed(['shop/local']);
    const [local] = all;
    if (local?.current === null || local === undefined) throw new Error('nothing is served');
    const freeze = { address: 'service.web', since: '', until: '', reason: 'debugging', by: 'kim@host' } as const;
    const web = { address: 'service.web', engine: 'docker', name: 'web', image: null, ports: [], restarts: 0 } as const;
    const resource = {
      ...web,
      run_state: 'running',
      health: 'healthy',
      gate: null,
      reason: null,
      since: null,
      details: {},
    } as const;
    local.current = { ...local.current, resources: [{ ...resource, frozen: freeze }] };
    again.teller.all = all;
    for (let count = 0; count < 3; count += 1) again.teller.tell(passEnded({ outcome: 'reported' }, environment));
    // What goes on is told no more than what is over twice: this one comes behind them.
    again.teller.tell(
      served({ type: 'freeze_ended', address: 'service.web', reason: 'done', ...FREEZE_TIMES }, environment),
    );
    await eventually(() => received.some(({ body }) => body.includes('"kind":"frozen"')), 'the end of the freeze');

    const kinds = received.map(({ body }) => {
      const { data } = JSON.parse(body) as { readonly data: { readonly kind: string; readonly status: string } };
      return `${data.kind} ${data.status}`;
    });
    expect(kinds.sort()).toEqual(['degraded over', 'frozen over', 'quarantined over', 'unreachable over']);
  });

  it('says that a remote can be reached again once it can, and not because what it sent before is served', async () => {
    const memory = join(folder, 'state', 'notifications.json');
    const environment = { environment: 'shop/local' };
    let now = Date.now();
    const options = { memory, now: () => now, isOurs: (id: string): boolean => id.startsWith('shop') };
    const on = { on: ['unreachable', 'frozen', 'recovered'] } as const;
    const lost = served({ type: 'source_lost', what: '/repos/shop', why: 'no route to host' }, environment);
    {
      await using one = await notifier(webhook(), options, on);
      one.teller.tell(lost);
      now += 11_000;
      one.teller.tell(lost);
      await eventually(() => received.length === 1, 'that it is lost');
    }

    await using again = await notifier(webhook(), options, on);
    const { all } = memoryServed(['shop/local']);
    const [local] = all;
    if (local === undefined) throw new Error('nothing is served');
    local.isSourceLost = true;
    again.teller.all = all;
    again.teller.tell(lost);
    again.teller.tell(passEnded({ outcome: 'in_sync' }, environment));
    // Comes behind whatever else is told.
    again.teller.tell(
      served({ type: 'frozen', address: 'service.web', reason: 'debugging', ...FREEZE_TIMES }, environment),
    );
    await eventually(() => received.some(({ body }) => body.includes('"kind":"frozen"')), 'the freeze');
    const meanwhile = received.length;
    again.teller.tell(served({ type: 'source_back', what: '/repos/shop', why: 'it was read' }, environment));
    await eventually(() => received.length > meanwhile, 'that it is back');

    const kinds = received.map(({ body }) => {
      const { data } = JSON.parse(body) as { readonly data: { readonly kind: string; readonly status: string } };
      return `${data.kind} ${data.status}`;
    });
    expect(kinds).toEqual(['unreachable began', 'frozen began', 'unreachable over']);
  });

  it('says that a proxy is not used', async () => {
    await using _ = await notifier(webhook(), { environment: { HTTPS_PROXY: 'http://user:hunter2@proxy:1' } });

    expect(logged.join()).toContain('NODE_USE_ENV_PROXY');
    expect(logged.join()).not.toContain('hunter2');
  });

  it('tells once of what no environment of a repo can reach', async () => {
    const isOurs = (id: string): boolean => id === 'shop' || id.startsWith('shop/');
    let now = Date.now();
    const unreachable = { on: ['unreachable', 'recovered'] } as const;
    await using one = await notifier(webhook(), { isOurs, now: () => now }, unreachable);
    const all = (type: 'engine_lost' | 'engine_back'): void => {
      const details = { type, what: 'docker', why: 'closed' } as const;
      for (let count = 0; count < 20; count += 1) one.teller.tell(served(details, { environment: `shop/e${count}` }));
    };

    all('engine_lost');
    now += 11_000;
    one.teller.tell(served({ type: 'engine_lost', what: 'docker', why: 'closed' }, { environment: 'shop/e0' }));
    await eventually(() => received.length > 0, 'a request');
    all('engine_back');
    await eventually(() => received.length > 1, 'the good news');

    const data = received.map(({ body }) => (JSON.parse(body) as { readonly data: object }).data);
    expect(data).toMatchObject([
      { environment: 'shop', status: 'began', findings: { length: 20 } },
      { environment: 'shop', status: 'over' },
    ]);
    expect(received).toHaveLength(2);
  });

  it('does not fall over an event of any kind', async () => {
    await using one = await notifier(webhook());

    const nothing: ServeEvent = served({ type: 'state_changed', from: 'healthy', to: 'failed', reason: '' });
    expect(() => one.teller.tell(nothing)).not.toThrow();
  });
});

describe('an outbox', () => {
  function message(id: string, at: number = Date.now()): Message {
    const head = { id, environment: 'shop/local', kind: 'failed' as const, now: at, mask: (text: string) => text };
    return noticeMessage(head, { status: 'began', findings: [], since: at });
  }

  it('holds so many, drops the oldest, and says how many', async () => {
    const sent: string[] = [];
    const opened = Promise.withResolvers<void>();
    let lost = 0;
    const channel: Channel = {
      most: 1,
      async send(messages, dropped) {
        await opened.promise;
        sent.push(...messages.map(({ id }) => id));
        lost += dropped;
      },
    };
    await using outbox = new Outbox({ name: 'one', channel, log });
    outbox.add(message('first'));
    await Promise.resolve();

    for (let count = 0; count < 5000; count += 1) outbox.add(message(`m${count}`));
    expect(outbox.load.waiting).toBeLessThanOrEqual(MOST_WAITING);
    opened.resolve();
    await eventually(() => outbox.load.waiting === 0 && sent.includes('m4999'), 'the last one');

    expect(sent).toEqual(['first', ...Array.from({ length: MOST_WAITING }, (_, index) => `m${4900 + index}`)]);
    expect(lost).toBe(4900);
  });

  it('gives up what is older than an hour, and ends at once where nothing gets through', async () => {
    let now = Date.now();
    const channel: Channel = {
      most: 1,
      send([first]) {
        now += 3_600_001;
        const retryAfter = first?.id === 'old' ? {} : { retryAfter: 200_000 };
        return Promise.reject(new DeliveryError('no', { retryable: true, ...retryAfter }));
      },
    };
    const outbox = new Outbox({ name: 'one', channel, log, now: () => now, random: () => 1 });
    outbox.add(message('old', now));
    await eventually(() => outbox.load.dropped === 1, 'the end of it');
    outbox.add(message('new', now));

    await eventually(() => outbox.load.waiting === 1 && logged.length > 0, 'the pause after it');
    const began = performance.now();
    await outbox[Symbol.asyncDispose]();

    expect(performance.now() - began).toBeLessThan(100_000);
  });
});

function isAlive(pid: string): boolean {
  try {
    return !/^\s*Z/.test(execFileSync('ps', ['-o', 'stat=', '-p', pid], { encoding: 'utf8' }));
  } catch {
    return false;
  }
}

describe('the words of a message', () => {
  const at = Date.parse('2026-01-31T10:00:00.000Z');
  const said = (kind: ProblemKind, status: Notice['status'], finding: Partial<Finding>): string => {
    const head = { id: '1', environment: 'shop/local', kind, now: at + 60_000, mask: (text: string) => text };
    const findings = [{ subject: 'environment', cause: 'failed', text: '', ...finding }];
    return noticeMessage(head, { status, findings, since: at }).text.replace('shop/local: ', '');
  };

  it('say what is so as it is, and what is over as it was', () => {
    const failed = { cause: 'failed', text: 'service.web is exited: status 3' };
    expect(said('degraded', 'began', failed)).toBe('it has failed: service.web is exited: status 3');
    expect(said('degraded', 'began', { ...failed, cause: 'degraded' })).toMatch(/^it is degraded: /);
    expect(said('degraded', 'over', failed)).toBe('good again after 1 m 00 s: it had failed');
    expect(said('degraded', 'over', { ...failed, cause: 'degraded' })).toBe(
      'good again after 1 m 00 s: it was degraded',
    );
    expect(said('stalled', 'over', {})).toBe('good again after 1 m 00 s: it waited for a person');
    expect(said('frozen', 'over', { subject: 'service.web' })).toBe(
      'good again after 1 m 00 s: service.web was left alone',
    );
    expect(said('unreachable', 'over', { subject: 'engine docker' })).toMatch(/: engine docker could not be reached$/);
    expect(said('quarantined', 'over', { subject: '1a2b3c4d5e6f' })).toMatch(
      /: revision 1a2b3c4d5e6f was quarantined$/,
    );
  });

  it('hold nothing that drives a terminal', () => {
    expect(said('failed', 'began', { text: 'a\u001B[31m\u009B1m\u202E\nb' })).toBe(
      'a run failed at environment: a\\u001b[31m\\u009b1m\\u202e b',
    );
  });
});

it('a source that is lost for another reason is another finding, with what to do', () => {
  const lost = { type: 'source_lost', what: '/repos/shop' } as const;
  const [one] = signalsOf(served({ ...lost, why: 'no answer', cause: 'remote_unreachable' }));
  const [other] = signalsOf(
    served({ ...lost, why: 'it is refused', next: 'have it signed', cause: 'signature_refused' }),
  );

  expect(one).toMatchObject({ findings: [{ cause: 'remote_unreachable', text: 'no answer' }] });
  expect(other).toMatchObject({ findings: [{ cause: 'signature_refused', text: 'it is refused; have it signed' }] });
});
