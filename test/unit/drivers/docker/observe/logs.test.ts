import { describe, expect, it } from 'vitest';
import type { LogOptions } from '../../../../../src/drivers/log-line.ts';
import { readLogs } from '../../../../../src/drivers/docker/observe/logs.ts';
import { TrueupError } from '../../../../../src/model/failure.ts';
import { eventually } from '../../../../support/eventually.ts';
import { FakeReader } from './fake-reader.ts';
import { container, event, EXITED, idOf } from './fixtures.ts';
import { frame } from './frames.ts';

const WEB = { type: 'service', name: 'web' } as const;
const NEVER = new AbortController().signal;

function log(...texts: readonly string[]): Buffer {
  return Buffer.concat(texts.map((text) => frame(1, `2026-11-21T15:00:${text}\n`)));
}

async function linesOf(reader: FakeReader, options: LogOptions, heard: string[] = []): Promise<readonly string[]> {
  for await (const { line } of readLogs(reader, WEB, options, NEVER)) heard.push(line);
  return heard;
}

describe('logs', () => {
  it('of a service that is not there are none', async () => {
    expect(await linesOf(new FakeReader(), {})).toEqual([]);
  });

  it('are asked for with times, and with the last lines and the beginning that are wanted', async () => {
    const reader = new FakeReader();
    reader.inspects = [container('web')];
    reader.logStreams = [log('01.1Z a')];

    await linesOf(reader, { tail: 0, since: '2026-11-21T15:00:00.123456789Z' });

    expect(reader.logQueries).toEqual([{ follow: false, timestamps: true, tail: 0, since: '1795273200.123456789' }]);
  });

  it('that are followed go on in the next life of the service, each line once, and end when it is removed', async () => {
    const reader = new FakeReader();
    reader.inspects = [container('web')];
    reader.logStreams = [log('01.1Z a', '02.1Z b'), log('02.1Z b', '03.1Z c')];
    const heard: string[] = [];
    const following = linesOf(reader, { follow: true, tail: 5 }, heard);
    await eventually(() => heard.length === 2, 'the first life');

    reader.inspects = [container('web', { state: { StartedAt: '2026-11-21T15:00:03Z' } })];
    reader.send(event('container', 'start', idOf('web')));
    await eventually(() => heard.length === 3, 'the second life');
    reader.inspects = [];
    reader.send(event('container', 'destroy', idOf('web')));

    expect(await following).toEqual(['a', 'b', 'c']);
    expect(reader.logQueries).toEqual([
      { follow: true, timestamps: true, tail: 5 },
      { follow: true, timestamps: true, since: '1795273202.100000000' },
    ]);
  });

  it('that are followed wait while the service does not run, and end without a word when the signal aborts', async () => {
    const reader = new FakeReader();
    reader.inspects = [container('web', { state: EXITED })];
    reader.logStreams = [log('01.1Z a')];
    const ended = new AbortController();
    const heard: string[] = [];
    const following = (async () => {
      for await (const { line } of readLogs(reader, WEB, { follow: true }, ended.signal)) heard.push(line);
    })();
    await eventually(() => reader.calls.includes('events now'), 'the wait');

    ended.abort();

    await following;
    expect(heard).toEqual(['a']);
    expect(reader.logQueries).toHaveLength(1);
  });

  it('that the logging driver does not keep are a failure that says so', async () => {
    const reader = new FakeReader();
    reader.inspects = [container('web')];
    const refusal = 'cannot read the logs of web: configured logging driver does not support reading';
    reader.logs = () => Promise.reject(new TrueupError('step_failed', refusal));

    await expect(linesOf(reader, {})).rejects.toMatchObject({
      message: 'the logs of service web cannot be read: its logging driver keeps none',
    });
  });
});
