/** Whether an engine is still there although nothing is heard of it. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TrueupError } from '../../../../../src/model/failure.ts';
import { feelPulse } from '../../../../../src/drivers/docker/observe/engine-pulse.ts';
import { hear, type Heard } from '../../../../../src/drivers/docker/observe/engine-stream.ts';
import { eventually } from '../../../../support/eventually.ts';
import { event, idOf } from './fixtures.ts';
import { FakeReader } from './fake-reader.ts';

let told: string[];
let opened: DisposableStack;

beforeEach(() => {
  told = [];
  opened = new DisposableStack();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  opened.dispose();
  vi.useRealTimers();
});

function listen(reader: FakeReader, name = ''): Disposable {
  const pulsed = {
    silent: (why: string) => void told.push(`${name}silent: ${why}`),
    answers: () => void told.push(`${name}answers`),
  };
  return opened.use(feelPulse(reader, pulsed));
}

function pings(...readers: readonly FakeReader[]): number {
  return readers.flatMap(({ calls }) => calls).filter((call) => call === 'ping').length;
}

describe('the pulse of an engine', () => {
  it('is felt three times a minute, however many listen to it, and no more once nobody does', async () => {
    const readers = [new FakeReader(), new FakeReader()];
    const listening = readers.map((reader) => listen(reader));

    await vi.advanceTimersByTimeAsync(120_000);
    expect(pings(...readers)).toBe(6);
    listening[0]?.[Symbol.dispose]();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(pings(...readers)).toBe(9);
    listening[1]?.[Symbol.dispose]();
    await vi.advanceTimersByTimeAsync(600_000);

    expect(pings(...readers)).toBe(9);
    expect(told).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is told once to all when it is gone, and once when it is back', async () => {
    const [one, other] = [new FakeReader(), new FakeReader()];
    listen(one, 'one ');
    listen(other, 'other ');
    for (const reader of [one, other]) reader.failing.add('ping');
    await vi.advanceTimersByTimeAsync(90_000);
    for (const reader of [one, other]) reader.failing.delete('ping');
    await vi.advanceTimersByTimeAsync(90_000);

    expect(told).toEqual([
      'one silent: cannot ask for ping',
      'other silent: cannot ask for ping',
      'one answers',
      'other answers',
    ]);
  });

  it('is that of the engine, and not of a connection that we have closed', async () => {
    const [one, other] = [new FakeReader(), new FakeReader()];
    one.ping = () => Promise.reject(new TrueupError('interrupted', 'the connection was closed'));
    listen(one);
    listen(other);

    await vi.advanceTimersByTimeAsync(60_000);

    expect(told).toEqual([]);
    expect(pings(other)).toBeGreaterThan(0);
  });
});

describe('who hears an engine whose pulse is gone', () => {
  it('is told so once, and hears it anew, without a gap in between, once it answers again', async () => {
    const reader = new FakeReader();
    const start = (name: string): ReturnType<typeof event> => event('container', 'start', idOf(name), { name });
    reader.connections = [[start('a')], [start('b')]];
    const heard: Heard[] = [];
    const ended = new AbortController();
    const lost: string[] = [];
    const ear = { opened: () => lost.push('opened'), heard: () => undefined, lost: () => lost.push('lost') };
    const hearing = (async (): Promise<void> => {
      for await (const one of hear(reader, {}, ended.signal, { ear })) heard.push(one);
    })();

    await vi.advanceTimersByTimeAsync(1000);
    reader.failing.add('ping');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(lost, 'what is known of it stays known').toEqual(['opened']);
    expect(reader.calls, 'who looks next asks whether it is there').toContain('doubt');
    reader.failing.delete('ping');
    await vi.advanceTimersByTimeAsync(10_000);
    vi.useRealTimers();
    const texts = (): readonly string[] =>
      heard.map((one) => (one.type === 'gap' ? `gap: ${one.reason}` : one.message.Actor.ID));
    await eventually(
      () => texts().includes(idOf('b')),
      () => `it is heard anew; heard: ${texts().join(', ')}`,
    );
    ended.abort();
    await hearing;

    expect(texts()).toEqual([
      'gap: listening from now on',
      idOf('a'),
      'gap: cannot ask for ping',
      'gap: listening again',
      idOf('b'),
    ]);
  });
});
