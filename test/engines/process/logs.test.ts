import { appendFileSync, mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LogLine, LogOptions } from '../../../src/drivers/log-line.ts';
import { LineReader } from '../../../src/drivers/process/line-reader.ts';
import { eventually, NO_SIGNAL, script, TestEngine } from './support.ts';

let engine: TestEngine;
beforeEach(() => {
  engine = new TestEngine();
  mkdirSync(engine.folder(), { recursive: true });
});
afterEach(() => engine.end());

const OBJECT = { type: 'service', name: 'shop-web-1' } as const;

async function read(options: LogOptions = {}): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const { line } of engine.observer.logs(OBJECT, options, NO_SIGNAL)) lines.push(line);
  return lines;
}

function write(text: string, file = 'log'): void {
  writeFileSync(join(engine.folder(), file), text);
}

describe('logs', () => {
  it('are both streams of the command, in the order written', async () => {
    await engine.up({ command: script('echo one; echo two >&2; printf three') });
    await engine.reach('completed');

    const lines: LogLine[] = [];
    for await (const line of engine.observer.logs(OBJECT, {}, NO_SIGNAL)) lines.push(line);

    expect(lines).toEqual(['one', 'two', 'three'].map((line) => ({ stream: 'stdout', at: null, line })));
  });

  it('never tear a character apart, however long its line is', async () => {
    const long = `${'a'.repeat(65_535)}é${'b'.repeat(65_535)}😀`;
    write(`${long}\n`);

    expect((await read()).join('')).toBe(long);
  });

  it('go on with a whole line where somebody emptied the file', async () => {
    write('one\npart');
    using reader = LineReader.open(join(engine.folder(), 'log'), 0);

    expect([...(reader?.lines() ?? [])]).toEqual(['one']);
    write('new\n');
    expect([...(reader?.lines() ?? [])]).toEqual(['new']);
  });

  it('go back into the rotated file', async () => {
    write('a\nb\n', 'log.1');
    write('c\r\n\nd\n');

    expect(await read()).toEqual(['a', 'b', 'c', '', 'd']);
    expect(await read({ tail: 2 })).toEqual(['', 'd']);
    expect(await read({ tail: 4 })).toEqual(['b', 'c', '', 'd']);
    expect(await read({ tail: 99 })).toEqual(['a', 'b', 'c', '', 'd']);
    expect(await read({ tail: 0 })).toEqual([]);
  });

  it('end with the last lines of a large file', async () => {
    const lines = Array.from({ length: 50_000 }, (_, index) => `line ${index} é`);
    write(lines.join('\n'));

    expect(await read({ tail: 3 })).toEqual(lines.slice(-3));
    expect(await read({ tail: 20_000 })).toEqual(lines.slice(-20_000));
    expect((await read()).length).toBe(50_000);
  });

  it('are empty for a service that never wrote any', async () => {
    expect(await read()).toEqual([]);
    rmSync(engine.folder(), { recursive: true, maxRetries: 20, retryDelay: 10 });
    expect(await read({ follow: true })).toEqual([]);
  });

  it('have nothing since a time after the last line', async () => {
    write('old\n');
    utimesSync(join(engine.folder(), 'log'), 1, 1);

    expect(await read({ since: '2020-01-01T00:00:00Z' })).toEqual([]);
  });

  it('are followed as they grow, over a rotation, until the service is removed', async () => {
    write('one\nhal');
    const lines: string[] = [];
    const following = (async () => {
      for await (const { line } of engine.observer.logs(OBJECT, { follow: true }, NO_SIGNAL)) lines.push(line);
    })();
    const log = join(engine.folder(), 'log');

    await eventually(() => lines.length === 1, 'the first line');
    appendFileSync(log, 'f\ntwo\n');
    await eventually(() => lines.length === 3, 'more lines');
    appendFileSync(log, 'last\n');
    renameSync(log, join(engine.folder(), 'log.1'));
    write('after\n');
    await eventually(() => lines.includes('after'), 'the new file');
    rmSync(engine.folder(), { recursive: true, maxRetries: 20, retryDelay: 10 });

    await following;
    expect(lines).toEqual(['one', 'half', 'two', 'last', 'after']);
  });

  it('stop being followed when asked to', async () => {
    write('one\n');
    const controller = new AbortController();
    const lines: string[] = [];

    for await (const { line } of engine.observer.logs(OBJECT, { follow: true }, controller.signal)) {
      lines.push(line);
      controller.abort();
    }

    expect(lines).toEqual(['one']);
  });
});
